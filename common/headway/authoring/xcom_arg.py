"""Values that exist only when a task runs, used as arguments of other tasks while the DAG is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from headway.authoring.current_file import fault
from headway.authoring.dependencies import Dependable
from headway.authoring.results import RETURN_KEY

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator
    from headway.authoring.setup_teardown import Scope

#: Stands for an argument that was not given, where None is a value.
NOTHING: Any = object()


class Resolvable:
    """A stand-in for a value of the running task: ``resolve`` replaces it before the task executes."""

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """The value in this context."""
        raise NotImplementedError

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks whose results the value is made from."""
        return iter(())


class XComValue(Resolvable, Dependable):
    """A value made from what tasks leave behind, over which other tasks can be mapped."""

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The tasks that it comes from."""
        return list(self.operators())

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The tasks that it comes from."""
        return list(self.operators())

    def length_spec(self) -> dict[str, Any]:
        """How many elements it will have, as ``headway.flow.lengths`` describes it."""
        raise NotImplementedError

    def elements(self, context: Mapping[str, Any]) -> Sequence[Any]:
        """The elements over which tasks are mapped, one of which a mapped task takes."""
        raise NotImplementedError

    def map(self, function: Callable[[Any], Any]) -> XComValue:
        """The same elements, each turned into something else by ``function`` where it is used."""
        from headway.authoring.xcom_derived import MapXComArg

        return MapXComArg(self, function)

    def zip(self, *others: XComValue, fillvalue: Any = NOTHING) -> XComValue:
        """Tuples of elements of this and others, as many as the shortest has; with ``fillvalue``, the longest."""
        from headway.authoring.xcom_derived import ZipXComArg

        return ZipXComArg((self, *others), fillvalue)

    def concat(self, *others: XComValue) -> XComValue:
        """The elements of this, then those of others."""
        from headway.authoring.xcom_derived import ConcatXComArg

        return ConcatXComArg((self, *others))

    def __iter__(self) -> Iterator[Any]:
        raise fault(f"{self!r} cannot be looped over while the DAG is written", "loop inside a task, or use expand()")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # It names tasks; a copy of the task that holds it must not copy the others along.
        return self


class XComArg(XComValue):
    """What the task ``operator`` leaves under ``key``: by default, what it returns.

    ``arg["name"]`` is the XCom of that key, as a task with ``multiple_outputs`` pushes it. Handing an
    XComArg to a task makes that task depend on ``operator``.
    """

    def __init__(self, operator: BaseOperator, key: str = RETURN_KEY) -> None:
        self.operator = operator
        self.key = key

    def operators(self) -> Iterator[BaseOperator]:
        """The task itself."""
        yield self.operator

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """Pull the XCom of this run: of a mapped task all of them, in its own mapped group that of the same index."""
        index = index_for(self.operator, context["ti"])
        which = {} if index is None else {"map_indexes": index}
        return context["ti"].xcom_pull(task_ids=self.operator.task_id, key=self.key, **which)

    def length_spec(self) -> dict[str, Any]:
        """That of the list or dictionary, or how many instances of a mapped task left something."""
        return {"kind": "result", "task": self.operator.task_id, "key": self.key}

    def elements(self, context: Mapping[str, Any]) -> Sequence[Any]:
        """Those of the XCom, read once as long as the run is not changed; of a mapped task one by one."""
        from headway.authoring.mapped_sources import elements_of

        return elements_of(self.operator, self.key, context)

    def as_setup(self) -> Self:
        """Mark the task as one that prepares something for others."""
        self.operator.as_setup()
        return self

    def as_teardown(self, setups: Any = None, on_failure_fail_dagrun: bool | None = None) -> Self:
        """Mark the task as one that cleans up, also after failures: behind ``setups`` if they are given."""
        self.operator.as_teardown(setups, on_failure_fail_dagrun)
        return self

    def __enter__(self) -> Scope:
        return self.operator.__enter__()

    def __exit__(self, *exc_info: object) -> None:
        self.operator.__exit__(*exc_info)

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


def index_for(operator: BaseOperator, ti: Any) -> int | None:
    """Which instance of ``operator`` the running ``ti`` sees: None for all there are."""
    from headway.authoring.mapped_task import scope_of

    scope = scope_of(operator)
    return ti.map_index if scope is not None and ti.map_index >= 0 and scope is scope_of(ti.task) else None


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
