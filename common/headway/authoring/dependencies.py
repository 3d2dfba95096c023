"""Dependencies between tasks: ``>>``, ``<<``, ``chain`` and its kin, and the search for cycles.

Everything that can stand beside ``>>`` is a ``Dependable``: a task, a group, an XComArg, a label. A
dependency is drawn from the *leaves* of the upstream side to the *roots* of the downstream side; for a
task both are the task itself. Edges are kept on the tasks, as sets of ids.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import fault

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.operator import BaseOperator


class Dependable(ABC):
    """Something that can come before or after a task."""

    @property
    @abstractmethod
    def roots(self) -> Sequence[BaseOperator]:
        """The tasks that wait for what comes before this."""

    @property
    @abstractmethod
    def leaves(self) -> Sequence[BaseOperator]:
        """The tasks that what comes after this waits for."""

    def follow(self, upstream: Dependable) -> None:
        """Come after ``upstream``. A label overrides it to remember what it lies between."""
        upstream.precede(self)

    def precede(self, downstream: Dependable) -> None:
        """Come before ``downstream``."""
        link(self.leaves, downstream.roots)

    def set_downstream(self, others: Any, edge_modifier: Any = None) -> None:
        """Let ``others`` (one or a list) run after this; ``edge_modifier`` is the edges' label."""
        source: Dependable = self if edge_modifier is None else _labelled(self, edge_modifier)
        for other in dependables(others):
            other.follow(source)

    def set_upstream(self, others: Any, edge_modifier: Any = None) -> None:
        """Let ``others`` (one or a list) run before this; ``edge_modifier`` is the edges' label."""
        for other in dependables(others):
            self.follow(other if edge_modifier is None else _labelled(other, edge_modifier))

    def __rshift__(self, other: Any) -> Any:
        self.set_downstream(other)
        return other

    def __lshift__(self, other: Any) -> Any:
        self.set_upstream(other)
        return other

    def __rrshift__(self, other: Any) -> Dependable:
        self.set_upstream(other)
        return self

    def __rlshift__(self, other: Any) -> Dependable:
        self.set_downstream(other)
        return self


def _labelled(source: Dependable, label: Dependable) -> Dependable:
    """A fresh copy of ``label`` that lies behind ``source``."""
    from headway.authoring.edge_labels import Label

    fresh = Label(label.label if isinstance(label, Label) else str(label))
    fresh.follow(source)
    return fresh


def dependables(value: Any) -> Iterator[Dependable]:
    """What ``value`` holds, lists in lists opened; refuses what has no place in a dependency."""
    if isinstance(value, Dependable):
        yield value
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes, dict)):
        for one in value:
            yield from dependables(one)
    else:
        raise _misplaced(value)


def _misplaced(value: Any) -> Exception:
    if hasattr(value, "override"):
        text = f"{value!r} is a function, not a task"
        return fault(text, "call it, like extract() >> load(): each call makes one task")
    text = f"expected a task, a group or a list of them in a dependency, got {type(value).__name__}"
    return fault(text, "use >>, << and chain() between tasks, groups, XComArgs and labels only")


def link(upstream: Sequence[BaseOperator], downstream: Sequence[BaseOperator], label: str = "") -> None:
    """Make every task of ``downstream`` wait for every task of ``upstream``."""
    if not upstream or not downstream:
        return
    dag = _common_dag([*upstream, *downstream])
    ids = [task.task_id for task in downstream]
    for up in upstream:
        up.downstream_task_ids.update(ids)
        if label:
            dag.edge_labels.update({(up.task_id, task_id): label for task_id in ids})
    ids = [task.task_id for task in upstream]
    for down in downstream:
        down.upstream_task_ids.update(ids)


def _common_dag(tasks: list[BaseOperator]) -> DAG:
    """The one DAG of ``tasks``; those that have none yet join it."""
    owner = next((task for task in tasks if task.has_dag()), None)
    if owner is None:
        names = " and ".join(repr(task.task_id) for task in tasks[:2])
        raise fault(f"tasks {names} belong to no DAG yet", "create them inside `with DAG(...)`, or pass dag=")
    for task in tasks:
        if not task.has_dag():
            task.dag = owner.dag
        elif task.dag is not owner.dag:
            text = f"task {owner.task_id!r} of DAG {owner.dag_id!r} cannot depend on {task.task_id!r}"
            raise fault(f"{text} of DAG {task.dag_id!r}", "let one DAG trigger the other, or use an Asset")
    return owner.dag


def chain(*items: Any) -> None:
    """Link each item to the next one; two lists side by side must be equally long and are linked in pairs."""
    for up, down in pairwise(items):
        if isinstance(up, Dependable):
            up.set_downstream(down)
        elif isinstance(down, Dependable):
            down.set_upstream(up)
        else:
            _pairwise(list(up), list(down))


def _pairwise(ups: list[Any], downs: list[Any]) -> None:
    if len(ups) != len(downs):
        text = f"chain() got a list of {len(ups)} before a list of {len(downs)}"
        raise fault(text, "make them equally long, or use chain_linear() to link all with all")
    for up, down in zip(ups, downs, strict=True):
        if not isinstance(up, Dependable):
            raise _misplaced(up)
        up.set_downstream(down)


def chain_linear(*items: Any) -> None:
    """Link every task of each item to every task of the next one; empty items are passed over."""
    if not items:
        raise fault("chain_linear() got nothing to link", "pass tasks or lists of tasks")
    groups = [found for item in items if item is not None and (found := list(dependables(item)))]
    for ups, downs in pairwise(groups):
        cross_downstream(ups, downs)


def cross_downstream(from_tasks: Any, to_tasks: Any) -> None:
    """Let every one of ``to_tasks`` wait for every one of ``from_tasks``."""
    downs = list(dependables(to_tasks))
    for up in dependables(from_tasks):
        up.set_downstream(downs)


def find_cycle(downstream: dict[str, set[str]]) -> list[str]:
    """The ids along one cycle, the first one repeated at the end; empty when there is none. O(V + E)."""
    waiting = dict.fromkeys(downstream, 0)
    for targets in downstream.values():
        for target in targets:
            waiting[target] += 1
    ready = [task_id for task_id, count in waiting.items() if not count]
    while ready:
        for target in downstream[ready.pop()]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    stuck = {task_id for task_id, count in waiting.items() if count}
    return _walk_back(downstream, stuck) if stuck else []


def _walk_back(downstream: dict[str, set[str]], stuck: set[str]) -> list[str]:
    """Follow upstream edges among tasks that all wait for one another, until one comes twice."""
    upstream: dict[str, str] = {}
    for task_id in sorted(stuck):
        for target in downstream[task_id] & stuck:
            upstream.setdefault(target, task_id)
    path = [min(stuck)]
    seen = set(path)
    while (before := upstream[path[-1]]) not in seen:
        path.append(before)
        seen.add(before)
    cycle = path[path.index(before) :]
    cycle.reverse()
    first = cycle.index(min(cycle))
    cycle = cycle[first:] + cycle[:first]
    return [*cycle, cycle[0]]
