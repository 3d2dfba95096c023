"""Operators that call a Python function in another Python: a virtual environment, an interpreter of its own."""

from __future__ import annotations

import importlib.util
import inspect
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from headway.authoring.callables import narrow_keywords
from headway.authoring.connections import get_connection
from headway.authoring.current_file import fault, notice
from headway.authoring.exceptions import AirflowException
from headway.authoring.scratch import scratch_folder
from headway.operators.branching import BranchMixIn, follow
from headway.operators.elsewhere import GENERAL_KEYS, Call, Surroundings, call_elsewhere, own_environment, source_of
from headway.operators.python import PythonOperator
from headway.operators.virtualenvs import Recipe, virtualenv

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager

    from headway.authoring.context import Context
    from headway.operators.shell import CommandProcess

_AS_JSON = "arguments and results travel as JSON, with dates, Decimals, sets, bytes and paths"


def is_venv_installed() -> bool:
    """Whether this Python can make virtual environments."""
    return importlib.util.find_spec("venv") is not None


class ElsewhereOperator(PythonOperator):
    """Base of operators that call ``python_callable`` in another Python, which ``interpreter`` provides.

    The function is taken there as source text, so it imports what it needs itself. Its arguments, the
    context keys that it names and its result must be values that an XCom can hold. ``string_args`` is the
    global list ``virtualenv_string_args`` there. An exit code in ``skip_on_exit_code`` skips the task. With
    ``use_airflow_context`` and Headway in the other Python, ``get_current_context()`` works there.
    """

    def __init__(
        self,
        *,
        python_callable: Any,
        string_args: Sequence[str] | None = None,
        skip_on_exit_code: int | Collection[int] | None = None,
        env_vars: Mapping[str, str] | None = None,
        inherit_env: bool = True,
        expect_airflow: bool = True,
        expect_pendulum: bool = False,
        use_dill: bool = False,
        serializer: str | None = None,
        use_airflow_context: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(python_callable=python_callable, **kwargs)
        if not inspect.isfunction(python_callable) or python_callable.__name__ == "<lambda>":
            text = f"task {self.task_id!r}: python_callable: only a function written with def can run in another Python"
            raise fault(text, "write a def, and give the function itself", self.place)
        self.string_args = list(string_args or ())
        self.skip_on_exit_code = [skip_on_exit_code] if isinstance(skip_on_exit_code, int) else skip_on_exit_code or []
        self.env_vars = env_vars
        self.inherit_env = inherit_env
        self._programs: list[CommandProcess] = []
        self.use_airflow_context = use_airflow_context
        for name, given in (("use_dill", use_dill), ("serializer", serializer)):
            if given:
                self.notices.append(notice(f"task {self.task_id!r}: {name} has no effect: {_AS_JSON}", self.place))

    def interpreter(self, folder: str) -> AbstractContextManager[str]:
        """The path of the other Python, while the block lasts; ``folder`` is deleted afterwards."""
        raise NotImplementedError(f"{type(self).__name__} has no interpreter()")

    def execute_callable(self, context: Context) -> Any:
        """The function's result, from the other Python."""
        args = tuple(self.op_args)
        kwargs = narrow_keywords(self.python_callable, args, self.op_kwargs, context, GENERAL_KEYS)
        shown = {key: context[key] for key in context if key in GENERAL_KEYS} if self.use_airflow_context else None
        call = Call(source_of(self.python_callable), args, kwargs, self.string_args, self._wants_result, shown)
        surroundings = Surroundings(
            own_environment(self.env_vars, inherit=self.inherit_env), list(self.skip_on_exit_code), self._programs
        )
        with scratch_folder("python") as folder, self.interpreter(folder) as python:
            return call_elsewhere(python, call, folder, surroundings)

    def on_kill(self) -> None:
        """End the other Python, or what prepares it."""
        for program in self._programs:
            program.stop()

    @property
    def _wants_result(self) -> bool:
        return self.do_xcom_push or self.kind == "branch"


class PythonVirtualenvOperator(ElsewhereOperator):
    """Calls a function in a virtual environment that is made for it with ``requirements``.

    ``requirements`` is a list, or the text of a requirements file, or the name of one that ends in ``.txt``.
    ``python_version`` (like "3.12") needs that Python on the worker. ``venv_cache_path`` keeps environments
    for later tasks with the same recipe. ``index_urls`` are package indexes, with those of
    ``index_urls_from_connection_ids``; pip's own settings apply when neither is given.
    """

    template_fields: ClassVar[Sequence[str]] = (
        *PythonOperator.template_fields,
        "requirements", "index_urls", "index_urls_from_connection_ids", "venv_cache_path", "python_version",
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".txt",)
    ui_color = "#8e8e8e"

    def __init__(
        self,
        *,
        python_callable: Any,
        requirements: str | Sequence[str] | None = None,
        python_version: str | float | None = None,
        system_site_packages: bool = True,
        pip_install_options: Sequence[str] | None = None,
        index_urls: str | Sequence[str] | None = None,
        index_urls_from_connection_ids: str | Sequence[str] | None = None,
        venv_cache_path: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(python_callable=python_callable, **kwargs)
        self.requirements = requirements if isinstance(requirements, str) else list(requirements or ())
        self.python_version = None if python_version is None else str(python_version)
        self.system_site_packages = system_site_packages
        self.pip_install_options = list(pip_install_options or ())
        self.index_urls = _listed(index_urls)
        self.index_urls_from_connection_ids = _listed(index_urls_from_connection_ids)
        self.venv_cache_path = venv_cache_path

    def interpreter(self, folder: str) -> AbstractContextManager[str]:
        """The environment's Python."""
        cache = str(self.venv_cache_path) if self.venv_cache_path else None
        return virtualenv(self._recipe(), folder, cache, self._programs.append)

    def _recipe(self) -> Recipe:
        lines = [self.requirements] if isinstance(self.requirements, str) else self.requirements
        urls = [*(self.index_urls or ()), *map(_index_url, self.index_urls_from_connection_ids or ())]
        asked = self.index_urls is not None or self.index_urls_from_connection_ids is not None
        return Recipe(
            self.python_version,
            "\n".join(map(str, lines)),
            self.system_site_packages,
            tuple(self.pip_install_options),
            tuple(urls) if asked else None,
        )


class ExternalPythonOperator(ElsewhereOperator):
    """Calls a function in the interpreter at the path ``python``, which the worker's host must have."""

    template_fields: ClassVar[Sequence[str]] = ("python", *PythonOperator.template_fields)

    def __init__(
        self,
        *,
        python: str,
        python_callable: Any,
        expect_airflow: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(python_callable=python_callable, **kwargs)
        if not python:
            raise fault(f"task {self.task_id!r}: python: expected a path", "name an interpreter", self.place)
        self.python = str(python)

    def interpreter(self, folder: str) -> AbstractContextManager[str]:
        """The path as it is."""
        return nullcontext(self.python)


class BranchPythonVirtualenvOperator(PythonVirtualenvOperator, BranchMixIn):
    """``PythonVirtualenvOperator`` whose function returns which tasks or groups right behind it go on."""

    kind = "branch"

    def execute(self, context: Context) -> Any:
        """Call the function and follow what it chose."""
        chosen = super().execute(context)
        follow(context, chosen)
        return chosen


class BranchExternalPythonOperator(ExternalPythonOperator, BranchMixIn):
    """``ExternalPythonOperator`` whose function returns which tasks or groups right behind it go on."""

    kind = "branch"

    def execute(self, context: Context) -> Any:
        """Call the function and follow what it chose."""
        chosen = super().execute(context)
        follow(context, chosen)
        return chosen


def _listed(given: str | Sequence[str] | None) -> list[str] | None:
    return None if given is None else [given] if isinstance(given, str) else list(given)


def _index_url(conn_id: str) -> str:
    """The address of the package index that a connection names, with its login."""
    found = get_connection(conn_id)
    if not found.host:
        raise AirflowException(f"connection {conn_id!r} has no host", remedy="give it the package index's address")
    if not found.login:
        return found.host
    login = quote(found.login, safe="") + (f":{quote(found.password, safe='')}" if found.password else "")
    scheme, _, rest = found.host.partition("://")
    return f"{scheme}://{login}@{rest}"
