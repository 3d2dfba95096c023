"""Mapped tasks: one task in the DAG file, many instances in a run.

In the DAG stands a *prototype*: an object of the operator's own class that has every common argument (id, queue,
retries …) but was never given those of the operator itself. Each instance makes the real task from the
arguments of its own map index, in the worker that runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headway.authoring.arguments import closest
from headway.authoring.current_file import fault
from headway.authoring.expand_input import ExpandInput, product, records
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS
from headway.authoring.operator_meta import accepted_names, make_prototype, make_stand_in
from headway.authoring.xcom_arg import references

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator
    from headway.authoring.task_group import TaskGroup

_PLACE = frozenset({"task_id", "dag", "task_group", "default_args"})
#: Common arguments that each instance may have for itself; all others decide how the task as a whole is run.
_MAPPABLE = frozenset({"params", "doc", "doc_md"})


@dataclass(frozen=True, slots=True)
class TaskMapping:
    """How the instances of a mapped task are made.

    ``partial`` are the operator's own arguments that are the same for all; ``into`` names the one among them,
    a dictionary, that takes what ``over`` gives; empty: those are arguments of the operator itself.
    """

    partial: Mapping[str, Any]
    over: ExpandInput
    into: str = ""
    default_args: dict[str, Any] | None = None

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks whose results any argument takes."""
        yield from self.over.operators()
        yield from references(self.partial)


class Partial:
    """``Operator.partial(task_id=..., ...)``: waits for what the task is mapped over."""

    def __init__(self, cls: type[BaseOperator], arguments: dict[str, Any]) -> None:
        self._cls = cls
        self._arguments = arguments
        if "task_id" not in arguments:
            raise fault(f"{cls.__name__}.partial() needs task_id", "write partial(task_id=..., ...).expand(...)")
        _check_names(cls, "partial", set(arguments))

    def expand(self, **given: Any) -> BaseOperator:
        """Make one instance for each combination of elements: ``expand(bash_command=["date", "uptime"])``."""
        return self._map(product(self._what, given), "expand")

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> BaseOperator:
        """Make one instance for each dictionary of arguments in a list, or in what a task returns."""
        return self._map(records(self._what, kwargs), "expand_kwargs")

    @property
    def _what(self) -> str:
        return self._cls.__name__

    def _map(self, over: ExpandInput, call: str) -> BaseOperator:
        names = over.names() or set()
        _check_names(self._cls, call, names)
        _check_mappable(self._what, call, names, self._arguments)
        return mapped_task(self._cls, self._arguments, over)

    def __repr__(self) -> str:
        return f"{self._what}.partial({', '.join(self._arguments)})"


def mapped_task(cls: type[BaseOperator], arguments: dict[str, Any], over: ExpandInput, into: str = "") -> BaseOperator:
    """The prototype of a mapped task in the DAG and group that are open, or that ``arguments`` name."""
    common = {name: value for name, value in arguments.items() if name in _PLACE | OPERATOR_ARGUMENTS.names()}
    own = {name: value for name, value in arguments.items() if name not in _PLACE}
    task: BaseOperator = make_prototype(cls, common, TaskMapping(own, over, into, arguments.get("default_args")))
    group = mapped_group_of(task)
    if group is not None:
        text = f"task {task.task_id!r} is mapped inside the mapped group {group.group_id!r}"
        raise fault(text, "map the group over all combinations, or loop inside one task", task.place)
    return task


def concrete(task: BaseOperator, context: Any) -> tuple[BaseOperator, frozenset[int]]:
    """The real task of one instance of a mapped ``task``, and the ids of argument values that are never rendered.

    Values of other tasks' results are data: a text in them that looks like a template is none.
    """
    mapping = task.mapping
    assert mapping is not None
    found = mapping.over.arguments(context, context["ti"].map_index)
    values = {**mapping.partial, **found.values}
    if mapping.into:
        values = {**mapping.partial, mapping.into: {**mapping.partial[mapping.into], **found.values}}
    verbatim = frozenset(id(found.values[name]) for name in found.results)
    return make_stand_in(task, values, keep=found.values.keys()), verbatim


def mapped_group_of(task: BaseOperator) -> TaskGroup | None:
    """The mapped group around a task."""
    group = task.task_group
    while group is not None and group.mapped_over is None:
        group = group.parent_group
    return group


def scope_of(task: BaseOperator) -> BaseOperator | TaskGroup | None:
    """What a task is mapped with: itself, or the mapped group around it; None for a task that is not mapped."""
    return task if task.mapping is not None else mapped_group_of(task)


def describe_mapping(task: BaseOperator) -> dict[str, Any] | None:
    """What the scheduler has to know: the scope's id, and how many instances there will be."""
    scope = scope_of(task)
    if scope is None:
        return None
    over = scope.mapped_over
    assert over is not None
    return {"scope": scope.node_id, "over": over.length_spec()}


def _check_names(cls: type[BaseOperator], call: str, names: set[str]) -> None:
    unknown = sorted(names - accepted_names(cls) - OPERATOR_ARGUMENTS.names())
    if unknown:
        hint = closest(unknown[0], accepted_names(cls))
        remedy = f"did you mean {hint}?" if hint else "it takes " + ", ".join(sorted(accepted_names(cls)))
        raise fault(f"{cls.__name__}.{call}(): unknown argument {unknown[0]}", remedy)


def _check_mappable(what: str, call: str, names: set[str], given: Mapping[str, Any]) -> None:
    """Refuse to map what decides how the task as a whole is run, and what partial() has already."""
    common = sorted(names & (OPERATOR_ARGUMENTS.names() | _PLACE) - _MAPPABLE)
    if common:
        text = f"{what}.{call}(): {common[0]} is the same for all instances of a mapped task"
        raise fault(text, f"pass it to partial({common[0]}=...)")
    twice = sorted(names & given.keys())
    if twice:
        raise fault(f"{what}.{call}(): {twice[0]} was given to partial() already", f"leave {twice[0]} out of one")
