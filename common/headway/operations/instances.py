"""One task instance by its names, and why task instances stand where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import instance_pages, pools, queue_figures, run_list, run_pages, versions
from headway.metastore.queries.instance_pages import InstanceFilter, InstanceRow, Unfinished
from headway.metastore.queries.run_pages import RunHead
from headway.operations import reasons, tasks
from headway.operations.lookup import find_head
from headway.operations.reasons import Facts
from headway.operations.triggers import waits_of
from headway.states import UNFINISHED, TaskState

#: States in which nothing is once its run has ended.
_ACTIVE = UNFINISHED - {TaskState.NONE}


@dataclass(frozen=True, slots=True)
class Found:
    """A task instance in its run; ``row.instance.ti`` is 0 in a run that has not started."""

    head: RunHead
    row: InstanceRow


def find(conn: Connection, dag_id: str, run_id: str, task_id: str, map_index: int | None = None) -> Found:
    """A task instance; ``map_index`` None stands for the only one, or the first of a mapped task.

    Raises ``NotFound`` that says what there is.
    """
    head = find_head(conn, dag_id, run_id)
    which = InstanceFilter(task_ids=[task_id], map_index=map_index)
    rows = instance_pages.of_run(conn, head.key, which, after=None, limit=1)
    if rows:
        return Found(head, rows[0])
    _, instance = tasks.find_instance(conn, dag_id, run_id, task_id, map_index)
    return Found(head, InstanceRow(instance, dag_id, run_id, head.key, head.run_after, 1, None, None, None, None))


def run_states(states: Sequence[str]) -> Sequence[str]:
    """The states of runs in which task instances of these states can be; empty: of any."""
    return ("queued", "running") if states and all(TaskState(state) in _ACTIVE for state in states) else ()


def structure_of_run(conn: Connection, head: RunHead) -> versions.Structure:
    """What a run consists of: its own version, or before it starts the one that it would get now."""
    found = versions.structure_of(conn, head.version_id) if head.version_id else None
    return found or versions.structure(conn, head.dag_id) or versions.Structure(0, {"tasks": [], "groups": []})


def why(conn: Connection, found: Found) -> str:
    """Why a task instance waits or failed; empty when there is nothing to say."""
    return whys(conn, found.head, [found.row], structure_of_run(conn, found.head).structure)[0]


def whys(conn: Connection, head: RunHead, rows: Sequence[InstanceRow], structure: dict[str, Any]) -> list[str]:
    """Why each of some task instances of one run waits or failed; empty texts where there is nothing to say."""
    return _whys(conn, rows, lambda _: [_Place(head, _by_id(structure["tasks"]))])


def whys_in_runs(conn: Connection, rows: Sequence[InstanceRow]) -> list[str]:
    """The same for task instances of any runs: as many statements, however many runs and DAGs they are of."""

    def places(waiting: Sequence[InstanceRow]) -> list[_Place]:
        heads = run_pages.heads(conn, sorted({row.run for row in waiting})).values()
        tasks = versions.tasks_of(conn, sorted({head.version_id for head in heads if head.version_id}))
        return [_Place(head, _by_id(tasks.get(head.version_id or 0, ()))) for head in heads]

    return _whys(conn, rows, places)


@dataclass(frozen=True, slots=True)
class _Place:
    """A run with the tasks of its version."""

    head: RunHead
    tasks: Mapping[str, dict[str, Any]]


def _by_id(tasks: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {task["task_id"]: task for task in tasks}


def _whys(
    conn: Connection, rows: Sequence[InstanceRow], places: Callable[[Sequence[InstanceRow]], list[_Place]]
) -> list[str]:
    """``places`` gives the runs of those that wait; it is asked only if any do."""
    known = [reasons.why_by_itself(row.instance) for row in rows]
    waiting = [row for row, why in zip(rows, known, strict=True) if why is None]
    facts = _facts(conn, waiting, places(waiting)) if waiting else {}

    def explained(row: InstanceRow) -> str:
        return reasons.why(row.instance, facts[row.run]) if row.run in facts else "the DAG was deleted"

    return [explained(row) if why is None else why for row, why in zip(rows, known, strict=True)]


def _facts(conn: Connection, rows: Sequence[InstanceRow], places: Sequence[_Place]) -> dict[int, Facts]:
    """What tells why task instances wait, by run; without the runs of DAGs that are gone."""
    arounds = run_list.surroundings(conn, sorted({place.head.dag_id for place in places}))
    here = {place.head.key: place for place in places if place.head.dag_id in arounds}
    indexes = sorted({row.instance.map_index for row in rows})
    unfinished = instance_pages.unfinished(conn, _upstream(rows, here), indexes)
    shared: dict[str, Any] = {
        "pools": {pool.name: pool for pool in pools.all_pools(conn)},
        "consumed": frozenset(queue_figures.consumed_queues(conn, sorted({row.instance.queue for row in rows}))),
        **waits_of(conn, [row.instance for row in rows]),
    }
    found = {}
    for key, place in here.items():
        stand = unfinished.get(key, Unfinished())
        found[key] = Facts(
            run=place.head,
            around=arounds[place.head.dag_id],
            tasks=place.tasks,
            unfinished=stand.unfinished,
            failed=stand.failed,
            unfinished_indexes=stand.indexes,
            **shared,
        )
    return found


def _upstream(rows: Sequence[InstanceRow], places: Mapping[int, _Place]) -> list[tuple[int, str]]:
    """The tasks right before those of some task instances: run and task id."""
    tasks = {
        (row.run, upstream)
        for row in rows
        if row.run in places
        for upstream in places[row.run].tasks.get(row.instance.task_id, {}).get("upstream", ())
    }
    return sorted(tasks)
