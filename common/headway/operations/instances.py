"""One task instance by its names, and why task instances stand where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import instance_pages, pools, queue_figures, run_list, versions
from headway.metastore.queries.instance_pages import InstanceFilter, InstanceRow
from headway.metastore.queries.run_pages import RunHead
from headway.operations import reasons, tasks
from headway.operations.lookup import find_head
from headway.operations.reasons import Facts
from headway.operations.triggers import waits_of
from headway.states import UNFINISHED, TaskState

#: States about which there is never anything to say.
_CLEAR = frozenset({TaskState.SUCCESS, TaskState.SKIPPED, TaskState.REMOVED})

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


def whys_by_themselves(conn: Connection, rows: Sequence[InstanceRow]) -> list[str | None]:
    """The same for task instances of any runs, with two statements; None where only its DAG or run would tell."""
    if all(TaskState(row.instance.state) in _CLEAR for row in rows):
        return ["" for _ in rows]
    every = {pool.name: pool for pool in pools.all_pools(conn)}
    consumed = queue_figures.consumed_queues(conn, sorted({row.instance.queue for row in rows}))
    return [reasons.why_by_itself(row.instance, every, consumed) for row in rows]


def whys(conn: Connection, head: RunHead, rows: Sequence[InstanceRow], structure: dict[str, Any]) -> list[str]:
    """Why each of some task instances of one run waits or failed; empty texts where there is nothing to say."""
    if all(TaskState(row.instance.state) in _CLEAR for row in rows):
        return ["" for _ in rows]
    around = run_list.surroundings(conn, head.dag_id)
    if around is None:
        return ["the DAG was deleted" for _ in rows]
    unfinished = instance_pages.unfinished(conn, head.key, sorted({row.instance.map_index for row in rows}))
    facts = Facts(
        run=head,
        around=around,
        tasks={task["task_id"]: task for task in structure["tasks"]},
        unfinished=unfinished.unfinished,
        failed=unfinished.failed,
        unfinished_indexes=unfinished.indexes,
        pools={pool.name: pool for pool in pools.all_pools(conn)},
        consumed=frozenset(queue_figures.consumed_queues(conn, sorted({row.instance.queue for row in rows}))),
        **waits_of(conn, head.key, [row.instance.state for row in rows]),
    )
    return [reasons.why(row.instance, facts) for row in rows]
