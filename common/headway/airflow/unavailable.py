"""Objects for names of Airflow's that DAG files may import and use, but that cannot run here.

A file that holds such a task is read with all its tasks and edges; the task fails when it runs, with one
line that says what to do instead. Which names these are stands in ``unavailable.txt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NoReturn

from headway.airflow.table import STAND_INS, StandIn, stand_ins
from headway.authoring.dependencies import link
from headway.authoring.exceptions import AirflowFailException
from headway.authoring.operator import BaseOperator
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS
from headway.authoring.operator_meta import OperatorMeta
from headway.authoring.xcom_arg import references


class NotAvailableError(AirflowFailException):
    """Something of Airflow's was used that Headway has only by name."""


def __getattr__(name: str) -> Any:
    if name not in stand_ins():
        raise AttributeError(f"module {STAND_INS!r} has no attribute {name!r}")
    return _made(name)


@cache
def _made(name: str) -> Any:
    entry = stand_ins()[name]
    if entry.kind in ("operator", "sensor"):
        members = {"remedy": entry.remedy, "__module__": STAND_INS, "__doc__": f"Cannot run: {entry.remedy}."}
        return OperatorMeta(name, (UnavailableOperator,), members)
    if entry.kind == "class":
        return StandInMeta(name, (UnavailableObject,), {"remedy": entry.remedy, "__module__": STAND_INS})
    return _function(name, entry)


class UnavailableOperator(BaseOperator):
    """A task that takes any argument and fails when it runs."""

    remedy = ""

    def __init__(self, **kwargs: Any) -> None:
        common = OPERATOR_ARGUMENTS.names() | {"task_id", "dag", "task_group", "default_args"}
        self.arguments = {name: value for name, value in kwargs.items() if name not in common}
        super().__init__(**{name: value for name, value in kwargs.items() if name in common})

    def discover_dependencies(self) -> None:
        """Depend on every task whose result is among the arguments; none of them is ever rendered."""
        for upstream in references(self.arguments):
            if upstream is not self and upstream.task_id not in self.upstream_task_ids:
                link([upstream], [self])

    def execute(self, context: Any) -> NoReturn:
        """Fail with the remedy."""
        raise _cannot_run(self.task_type, self.remedy)


class StandInMeta(type):
    """Lets a file name what belongs to such a class: ``RetryAction.RETRY``."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return type(f"{cls.__name__}.{name}", (UnavailableObject,), {"remedy": cls.remedy})()


class UnavailableObject(metaclass=StandInMeta):
    """An object that can be made and passed on, and that fails when a method of it is called."""

    remedy = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.arguments: tuple[Sequence[Any], Mapping[str, Any]] = (args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _function(f"{type(self).__name__}.{name}", StandIn("function", self.remedy))


def _function(name: str, entry: StandIn) -> Any:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise _cannot_run(name, entry.remedy)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"Cannot run: {entry.remedy}."
    return refuse


def _cannot_run(what: str, remedy: str) -> NotAvailableError:
    return NotAvailableError(f"{what} is known by name only and cannot run here", remedy=remedy)
