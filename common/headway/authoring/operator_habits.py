"""What code of custom operators calls on itself and on others: rendering, deferring, lineage, asking for the DAG."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from headway.authoring.deferral import FAIL_METHOD, TIMED_OUT
from headway.authoring.exceptions import TaskDeferralError, TaskDeferralTimeout, TaskDeferred
from headway.authoring.templates import Renderer, render_fields
from headway.errors import HeadwayError

if TYPE_CHECKING:
    import jinja2

    from headway.authoring.dag import DAG
    from headway.triggers.base import StartTriggerArgs


class OperatorHabits:
    """The part of ``BaseOperator`` that its own arguments and edges have no part in."""

    task_id: str
    template_ext: ClassVar[Sequence[str]]
    inlets: Sequence[Any]
    outlets: Sequence[Any]
    #: Links that Airflow's pages show beside a task; Headway's show none.
    operator_extra_links: ClassVar[Sequence[Any]] = ()
    supports_lineage: ClassVar[bool] = False
    #: Wait for ``start_trigger_args`` before any of the task's code runs.
    start_from_trigger: bool = False
    start_trigger_args: StartTriggerArgs | None = None
    subdag: ClassVar[None] = None
    _dag: DAG | None

    def get_dag(self) -> DAG | None:
        """Its DAG, or None."""
        return self._dag

    @property
    def operator_class(self) -> type:
        """Its class."""
        return type(self)

    @property
    def inherits_from_empty_operator(self) -> bool:
        """Whether it does nothing by its class."""
        return getattr(self, "kind", "") == "empty"

    # Templates

    def render_template_fields(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """Render the template fields in place; made for operators that run others by themselves."""
        render_fields(self, self._dag or context["dag"], context)

    def render_template(
        self, content: Any, context: Mapping[str, Any], jinja_env: Any = None, seen_oids: Any = None
    ) -> Any:
        """``content`` (a text, or texts in lists and dictionaries) rendered."""
        renderer = Renderer(self._dag or context["dag"], context, self.template_ext, frozenset())
        return renderer.field(self.task_id, "content", content)

    def get_template_env(self, dag: DAG | None = None) -> jinja2.Environment:
        """The Jinja environment of its DAG."""
        from headway.authoring.template_engine import engine_of

        return engine_of(dag or self._dag).environment

    def prepare_template(self) -> None:
        """Nothing: template files are read when a task runs."""

    def resolve_template_files(self) -> None:
        """Nothing: template files are read when a task runs."""

    # Lineage

    def add_inlets(self, inlets: Iterable[Any]) -> None:
        """Take further inlets."""
        self.inlets = [*self.inlets, *inlets]

    def add_outlets(self, outlets: Iterable[Any]) -> None:
        """Take further outlets."""
        self.outlets = [*self.outlets, *outlets]

    def get_inlet_defs(self) -> Sequence[Any]:
        """Its inlets."""
        return self.inlets

    def get_outlet_defs(self) -> Sequence[Any]:
        """Its outlets."""
        return self.outlets

    # While it runs

    def defer(
        self,
        *,
        trigger: Any,
        method_name: str,
        kwargs: dict[str, Any] | None = None,
        timeout: timedelta | int | float | None = None,
    ) -> NoReturn:
        """Hand the waiting over to ``trigger`` and give the slot back.

        When it fires, the method ``method_name`` is called with the context, ``kwargs`` and ``event``, on any worker;
        what it returns is the task's result. After ``timeout`` the task fails with ``TaskDeferralTimeout``.
        """
        raise TaskDeferred(trigger=trigger, method_name=method_name, kwargs=kwargs, timeout=timeout)

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Mapping[str, Any]) -> Any:
        """Go on after a deferral: call ``next_method``; or raise what became of the trigger."""
        kwargs = dict(next_kwargs or {})
        if next_method != FAIL_METHOD:
            return getattr(self, next_method)(context, **kwargs)
        error = kwargs.get("error", "the trigger failed")
        if error == TIMED_OUT:
            raise TaskDeferralTimeout("the task was deferred for longer than its timeout or its execution_timeout")
        for trace in kwargs.get("traceback") or ():
            logging.getLogger("headway.task").error("The trigger failed:\n%s", trace)
        raise TaskDeferralError(error)

    def dry_run(self) -> None:
        """Nothing: `headway tasks render` shows what a task would run with."""

    def run(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: tasks run in runs."""
        raise HeadwayError(
            f"task {self.task_id!r} cannot run by itself",
            "a test calls headway.testing.run_task(dag, task_id, date), or execute(context); at the terminal there is"
            " `headway tasks test DAG TASK`",
        )

    clear = run
