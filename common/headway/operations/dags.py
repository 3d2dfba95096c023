"""DAGs: pause, unpause, describe, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import actions, assets, dag_list, event_log, pauses
from headway.metastore.queries.dag_list import Dag
from headway.metastore.queries.pauses import Pause
from headway.operations.lookup import find_dag

_RUNS_AT_ONCE = 20  # deleted in one transaction
COUNTED = 1000  # runs of a schedule that are counted at most


@dataclass(frozen=True, slots=True)
class Unpaused:
    """A DAG that was unpaused; ``runs_due`` is how many runs its schedule creates at once (at most 1000)."""

    dag_id: str
    changed: bool
    runs_due: int


@dataclass(frozen=True, slots=True)
class Description:
    """A DAG with its present structure (as the authoring layer describes it).

    ``pause`` tells who paused it, if it is paused and that is known; ``condition`` is the expression of assets that it
    waits for, ``arrived`` those of which events wait for it.
    """

    dag: Dag
    start_date: datetime | None
    end_date: datetime | None
    catchup: bool
    warnings: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    doc_md: str | None
    pause: Pause | None
    condition: dict[str, Any] | None = None
    arrived: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """What went with a DAG; ``file`` still defines it, unless it is stale."""

    dag_id: str
    runs: int
    task_instances: int
    file: str


def describe(conn: Connection, dag_id: str) -> Description:
    """One DAG in full; raises ``NotFound``."""
    dag = find_dag(conn, dag_id)
    pause = pauses.of_paused(conn, [dag_id] if dag.is_paused else []).get(dag_id)
    found = dag_list.structure(conn, dag_id)
    if found is None:
        return Description(dag, None, None, False, [], [], None, pause)
    structure = found.structure
    return Description(
        dag=dag,
        start_date=found.start_date,
        end_date=found.end_date,
        catchup=found.catchup,
        warnings=found.warnings,
        tasks=structure["tasks"],
        doc_md=structure.get("doc_md"),
        pause=pause,
        condition=found.schedule.get("expression"),
        arrived=assets.arrived(conn, dag_id),
    )


def pause(conn: Connection, dag_ids: Sequence[str], *, actor: str) -> list[str]:
    """Keep DAGs from starting anything new; return those that were not paused before.

    What runs goes on to its end. Raises ``NotFound``.
    """
    return _set_paused(conn, dag_ids, paused=True, actor=actor)


def unpause(conn: Connection, dag_ids: Sequence[str], *, actor: str) -> list[Unpaused]:
    """Let DAGs run, and say how many runs that creates at once; raises ``NotFound``."""
    due = {dag_id: runs_due(conn, dag_id) for dag_id in dag_ids}
    changed = set(_set_paused(conn, dag_ids, paused=False, actor=actor))
    return [Unpaused(dag_id, dag_id in changed, due[dag_id]) for dag_id in dag_ids]


def runs_due(conn: Connection, dag_id: str) -> int:
    """How many runs the schedule of a DAG has due now, counted up to 1000."""
    from headway.timetables import Bounds, count_due

    find_dag(conn, dag_id)
    plan = dag_list.schedule_facts(conn, dag_id)
    bounds = Bounds(plan.start_date, plan.end_date, plan.catchup)
    return count_due(plan.schedule, bounds, plan.last_start, plan.now, COUNTED)


def delete(conn: Connection, dag_id: str, *, force: bool = False, actor: str) -> Deleted:
    """Delete a DAG with its runs, task instances, XComs and logs.

    ``force`` deletes it although runs are active: workers then end what they still run of it. Raises
    ``NotFound`` and ``Conflict``.
    """
    find_dag(conn, dag_id)
    file = _retire(conn, dag_id, force=force)
    runs = instances = 0
    while (gone := actions.delete_runs_of(conn, dag_id, limit=_RUNS_AT_ONCE))[0]:
        runs, instances = runs + gone[0], instances + gone[1]
    with conn.transaction():
        actions.delete_dag(conn, dag_id)
        event_log.record(conn, actor=actor, action="dag.delete", subject=dag_id, detail={"runs": runs, "force": force})
    return Deleted(dag_id, runs, instances, file)


def _set_paused(conn: Connection, dag_ids: Sequence[str], *, paused: bool, actor: str) -> list[str]:
    for dag_id in dag_ids:
        find_dag(conn, dag_id)
    with conn.transaction():
        changed = actions.set_paused(conn, dag_ids, paused)
        for dag_id in changed:
            event_log.record(conn, actor=actor, action="dag.pause" if paused else "dag.unpause", subject=dag_id)
    return changed


def _retire(conn: Connection, dag_id: str, *, force: bool) -> str:
    with conn.transaction():
        file = actions.lock_dag(conn, dag_id) or ""
        active = actions.active_run_ids(conn, dag_id)
        if active and not force:
            raise Conflict(
                f"DAG {dag_id!r} has {len(active)} active run(s), first {active[0]!r}",
                "wait until they have ended, or delete it with force: what runs is then killed",
            )
        actions.retire_dag(conn, dag_id)
    return file
