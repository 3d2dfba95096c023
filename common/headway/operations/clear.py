"""Clear task instances: they run again, and their run goes on.

A finished or waiting task instance starts anew at once. One that runs is asked to stop; its worker kills
it and only then does it start anew (``restarting``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import actions, event_log, run_list
from headway.metastore.queries.actions import LockedInstance
from headway.operations.lookup import find_run
from headway.operations.nearest import nearest
from headway.states import TaskState, sources

_TRIES = 3

#: Task instances in these states would not change.
_UNTOUCHED = frozenset({TaskState.NONE, TaskState.RESTARTING, TaskState.REMOVED})
_ENDED_BADLY = frozenset({TaskState.FAILED, TaskState.UPSTREAM_FAILED})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tasks of a run: those whose id is ``pattern`` or matches it as a regular expression (None: all).

    ``upstream`` and ``downstream`` add everything before and after them; ``only_failed`` leaves out what
    did not fail. ``map_index`` takes that instance alone of mapped tasks, and of those in a mapped group with
    them; without it a mapped task starts from the beginning, with as many instances as there are elements then.
    """

    pattern: str | None = None
    upstream: bool = False
    downstream: bool = False
    only_failed: bool = False
    map_index: int | None = None


@dataclass(frozen=True, slots=True)
class ClearedInstance:
    """A task instance that is cleared; ``state`` is the one that it had."""

    task_id: str
    map_index: int
    state: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was cleared, or would be; ``stopping`` counts those that a worker has to end first.

    ``linked`` is what markers among them had cleared in other DAGs, ``notes`` say what they could not.
    """

    dag_id: str
    run_id: str
    instances: list[ClearedInstance]
    stopping: int
    linked: list[Cleared] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def clear(
    conn: Connection,
    dag_id: str,
    run_id: str | None,
    selection: Selection,
    *,
    dry_run: bool = False,
    actor: str,
) -> Cleared:
    """Clear the selected task instances of a run (the newest when none is named).

    Raises ``NotFound``, ``InvalidInput`` for a bad pattern, and ``Conflict`` for a run that has not started.
    """
    run = find_run(conn, dag_id, run_id)
    structure = run_list.structure(conn, run.key)
    if run.state == "queued" or structure is None:
        raise Conflict(f"run {run.run_id!r} has not started: it has nothing to clear", "")
    chosen = _choose(structure["tasks"], selection)
    return _despite_deadlocks(lambda: _clear(conn, dag_id, run.run_id, chosen, dry_run=dry_run, actor=actor))


def select_tasks(tasks: list[dict[str, Any]], selection: Selection) -> list[str]:
    """The ids of the selected tasks in definition order; raises ``NotFound`` and ``InvalidInput``."""
    ids = [task["task_id"] for task in tasks]
    chosen = _matching(ids, selection.pattern)
    before = {task["task_id"]: task["upstream"] for task in tasks}
    wanted = set(chosen)
    if selection.upstream:
        wanted |= _closure(chosen, before)
    if selection.downstream:
        wanted |= _closure(chosen, _reversed(before))
    return [task_id for task_id in ids if task_id in wanted]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The tasks to clear; of ``of_one_index`` only the instance of the selection's map index; ``mapped`` tasks
    have a placeholder (see ``headway.flow.run_memory``)."""

    selection: Selection
    task_ids: list[str]
    of_one_index: frozenset[str]
    mapped: frozenset[str]

    def takes(self, instance: LockedInstance) -> bool:
        state, selection = TaskState(instance.state), self.selection
        if instance.task_id in self.of_one_index and instance.map_index != selection.map_index:
            return False
        if self._was_expanded(instance):
            return not selection.only_failed
        return state not in _UNTOUCHED and (not selection.only_failed or state in _ENDED_BADLY)

    def shows(self, instance: LockedInstance) -> bool:
        """An expanded placeholder is nothing that people know of."""
        return not self._was_expanded(instance)

    def _was_expanded(self, instance: LockedInstance) -> bool:
        is_placeholder = instance.task_id in self.mapped and instance.map_index < 0
        return is_placeholder and instance.state == TaskState.REMOVED


def _choose(tasks: list[dict[str, Any]], selection: Selection) -> _Chosen:
    task_ids = select_tasks(tasks, selection)
    scopes = {task["task_id"]: task["mapped"]["scope"] for task in tasks if task["mapped"]}
    of_one_index: set[str] = set()
    if selection.map_index is not None:
        named = _matching([task["task_id"] for task in tasks], selection.pattern)
        wanted = {scopes[task_id] for task_id in named if task_id in scopes}
        if not wanted:
            raise InvalidInput("a map index was given, and none of these tasks is mapped", "leave it out")
        of_one_index = {task_id for task_id in task_ids if scopes.get(task_id) in wanted}
    return _Chosen(selection, task_ids, frozenset(of_one_index), frozenset(scopes))


def _clear(conn: Connection, dag_id: str, run_id: str, chosen: _Chosen, *, dry_run: bool, actor: str) -> Cleared:
    with conn.transaction():
        run = actions.lock_run(conn, dag_id, run_id)
        if run is None:
            raise NotFound(f"run {run_id!r} was deleted meanwhile", "")
        targets = [each for each in actions.lock_instances(conn, run.key, chosen.task_ids) if chosen.takes(each)]
        shown = [each for each in targets if chosen.shows(each)]
        running = [each.ti for each in targets if each.state == TaskState.RUNNING]
        if targets and not dry_run:
            _change(conn, run.key, targets, running, actor)
            detail = {"tasks": [each.task_id for each in shown][:100], "count": len(shown)}
            event_log.record(conn, actor=actor, action="run.clear", subject=f"{dag_id}/{run_id}", detail=detail)
    instances = [ClearedInstance(each.task_id, each.map_index, each.state) for each in shown]
    return Cleared(dag_id, run_id, instances, len(running))


def _change(conn: Connection, run: int, targets: list[LockedInstance], running: list[int], actor: str) -> None:
    waiting = [each.ti for each in targets if each.state != TaskState.RUNNING]
    actions.renew_run(conn, run)
    if running:
        actions.restart_instances(conn, running, f"cleared by {actor}")
    if waiting:
        actions.reset_instances(conn, waiting, [str(state) for state in sources(TaskState.NONE)])


def _matching(ids: list[str], pattern: str | None) -> list[str]:
    if pattern is None:
        return ids
    if pattern in ids:
        return [pattern]
    try:
        found = [task_id for task_id in ids if re.search(pattern, task_id)]
    except re.error as error:
        raise InvalidInput(
            f"{pattern!r} is not a regular expression: {error}", "name one task, or quote the pattern"
        ) from None
    if not found:
        raise NotFound(f"no task matches {pattern!r}", nearest(pattern, ids) or f"the tasks are {', '.join(ids[:20])}")
    return found


def _closure(start: Iterable[str], edges: dict[str, list[str]]) -> set[str]:
    """Everything that can be reached from ``start``, without ``start`` itself unless it is reached."""
    found: set[str] = set()
    look = list(start)
    while look:
        for task_id in edges.get(look.pop(), ()):
            if task_id not in found:
                found.add(task_id)
                look.append(task_id)
    return found


def _reversed(edges: dict[str, list[str]]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for task_id, others in edges.items():
        for other in others:
            turned.setdefault(other, []).append(task_id)
    return turned


def _despite_deadlocks(work: Callable[[], T]) -> T:
    """A dead node's attempts are taken away in the other lock order (claim, then task instance)."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except psycopg.errors.DeadlockDetected:
            continue
    return work()
