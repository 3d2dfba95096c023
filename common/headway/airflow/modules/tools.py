"""Small functions from many modules of ``airflow.utils``: importing by name, hosts, processes, texts, digests."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socket
import string
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from headway.authoring.dag_stack import current_dag
from headway.authoring.exceptions import AirflowTaskTimeout

TRUE_LIKE_VALUES = {"on", "t", "true", "y", "yes", "1"}

#: Where ``tempfile`` of the standard library offers the same.
TemporaryDirectory = tempfile.TemporaryDirectory


def import_string(dotted_path: str) -> Any:
    """The attribute that ``package.module.name`` stands for."""
    module, _, name = dotted_path.rpartition(".")
    if not module:
        raise ImportError(f"expected a name with a module, like package.module.name, got {dotted_path!r}")
    loaded = import_module(module)
    try:
        return getattr(loaded, name)
    except AttributeError:
        raise ImportError(f"module {module!r} has no attribute {name!r}") from None


def qualname(o: Any) -> str:
    """The module and name of a class or function."""
    target = o if hasattr(o, "__qualname__") else type(o)
    return f"{target.__module__}.{target.__qualname__}"


def get_hostname() -> str:
    """This host's name."""
    return socket.getfqdn()


def get_host_ip_address() -> str:
    """This host's address."""
    return socket.gethostbyname(socket.getfqdn())


def md5(data: bytes = b"") -> Any:
    """The MD5 digest, for telling contents apart."""
    return hashlib.md5(data, usedforsecurity=False)


def get_random_string(length: int = 8, choices: str = string.ascii_letters + string.digits) -> str:
    """A text of random letters and digits."""
    return "".join(random.choices(choices, k=length))  # noqa: S311  (names, no secrets)


def to_boolean(astring: str | None) -> bool:
    """Whether the text says yes."""
    return astring is not None and astring.lower() in TRUE_LIKE_VALUES


def execute_in_subprocess(cmd: list[str], cwd: str | None = None) -> None:
    """Run a command, its output in the task's log; raises ``CalledProcessError`` when it fails."""
    subprocess.run(cmd, cwd=cwd, check=True, stdin=subprocess.DEVNULL)


@contextmanager
def patch_environ(new_env_variables: Mapping[str, str]) -> Iterator[None]:
    """Further environment variables inside a ``with`` block."""
    before = dict(os.environ)
    os.environ.update(new_env_variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class timeout:  # noqa: N801  (Airflow's name)
    """Raise ``AirflowTaskTimeout`` when a ``with`` block takes longer than ``seconds``."""

    def __init__(self, seconds: float = 1, error_message: str = "Timeout") -> None:
        self.seconds = seconds
        self.error_message = error_message
        self._before: Any = None

    def __enter__(self) -> timeout:
        self._before = signal.signal(signal.SIGALRM, self._raise)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        return self

    def __exit__(self, *exc_info: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)

    def _raise(self, *_: Any) -> None:
        raise AirflowTaskTimeout(self.error_message)


class ParsingContext(NamedTuple):
    """Which DAG or task a file is loaded for; None when for all of them, as always here."""

    dag_id: str | None = None
    task_id: str | None = None


def get_parsing_context() -> ParsingContext:
    """A context that asks for everything: a file is loaded whole."""
    return ParsingContext()


class DagContext:
    """The DAG whose ``with`` block is innermost."""

    @staticmethod
    def get_current_dag() -> Any:
        """It, or None."""
        return current_dag()


def check_cycle(dag: Any) -> None:
    """Refuse a DAG whose tasks wait for each other in a circle."""
    dag.check()


def hookimpl(function: Callable[..., Any] | None = None, **_: Any) -> Any:
    """Mark a function of a listener or a policy."""
    if function is None:
        return hookimpl
    function.hookimpl = True  # type: ignore[attr-defined]
    return function
