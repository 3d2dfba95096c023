"""Values that exist only when a task runs, used as arguments of other tasks while the DAG is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import fault
from headway.authoring.dependencies import Dependable
from headway.authoring.results import RETURN_KEY

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator


class Resolvable:
    """A stand-in for a value of the running task: ``resolve`` replaces it before the task executes."""

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """The value in this context."""
        raise NotImplementedError

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks whose results the value is made from."""
        return iter(())


class XComArg(Resolvable, Dependable):
    """What the task ``operator`` leaves under ``key``: by default, what it returns.

    ``arg["name"]`` is the XCom of that key, as a task with ``multiple_outputs`` pushes it. Handing an
    XComArg to a task makes that task depend on ``operator``.
    """

    def __init__(self, operator: BaseOperator, key: str = RETURN_KEY) -> None:
        self.operator = operator
        self.key = key

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The task itself."""
        return [self.operator]

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The task itself."""
        return [self.operator]

    def operators(self) -> Iterator[BaseOperator]:
        """The task itself."""
        yield self.operator

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Pull the XCom of this run."""
        return context["ti"].xcom_pull(task_ids=self.operator.task_id, key=self.key)

    def __getitem__(self, key: str) -> XComArg:
        if not isinstance(key, str):
            text = f"XComArg of task {self.operator.task_id!r} expected a text as its key, got {key!r}"
            raise fault(text, "index the value inside the task that receives it")
        return XComArg(self.operator, key)

    def __iter__(self) -> Iterator[Any]:
        text = f"the result of task {self.operator.task_id!r} cannot be looped over while the DAG is written"
        raise fault(text, "loop inside a task, or use multiple_outputs and result['name']")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, XComArg):
            return NotImplemented
        return self.operator is other.operator and self.key == other.key

    def __hash__(self) -> int:
        return hash((id(self.operator), self.key))

    def __str__(self) -> str:
        """The template that renders to the value, for use inside texts."""
        which = f"task_ids={self.operator.task_id!r}, key={self.key!r}"
        return "{{ task_instance.xcom_pull(" + which + ") }}"

    def __repr__(self) -> str:
        return f"XComArg({self.operator.task_id}, {self.key!r})"

    def __copy__(self) -> XComArg:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> XComArg:
        # It names a task; a copy of the task that holds it must not copy the other one along.
        return self


def references(value: Any) -> Iterator[BaseOperator]:
    """The tasks whose results lie anywhere inside ``value``."""
    if isinstance(value, (str, int, float, bytes, type(None))):
        return
    if isinstance(value, Resolvable):
        yield from value.operators()
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from references(one)
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from references(one)
    else:
        for name in _template_fields(value):
            yield from references(getattr(value, name, None))


def _template_fields(value: Any) -> Sequence[str]:
    """The fields of an object that is rendered with the task that holds it; a task is no such object."""
    fields = getattr(value, "template_fields", ())
    is_own = isinstance(value, (type, Dependable)) or not isinstance(fields, (list, tuple))
    return () if is_own else fields
