"""Runs as a whole: delete one."""

from __future__ import annotations

from dataclasses import dataclass

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import actions, event_log, repair
from headway.operations.clear import despite_deadlocks
from headway.operations.lookup import find_run


@dataclass(frozen=True, slots=True)
class DeletedRun:
    """A run that is gone; ``stopping`` counts the attempts that workers had of it and end now."""

    dag_id: str
    run_id: str
    task_instances: int
    stopping: int


def delete_run(conn: Connection, dag_id: str, run_id: str, *, force: bool = False, actor: str) -> DeletedRun:
    """Delete a run with its task instances, XComs, logs, timers, notes and holds.

    Raises ``NotFound``, and ``Conflict`` while tasks of it run, unless ``force`` has their workers kill them.
    """
    run = find_run(conn, dag_id, run_id)
    return despite_deadlocks(lambda: _delete(conn, dag_id, run.run_id, force=force, actor=actor))


def _delete(conn: Connection, dag_id: str, run_id: str, *, force: bool, actor: str) -> DeletedRun:
    with conn.transaction():
        run = actions.lock_run(conn, dag_id, run_id)
        if run is None:
            raise NotFound(f"run {run_id!r} was deleted meanwhile", "")
        instances = actions.lock_instances(conn, run.key, None)
        held = repair.still_held(conn, [each.ti for each in instances])
        if held and not force:
            raise Conflict(
                f"{len(held)} task(s) of run {run_id!r} are running",
                "wait until they have ended, or delete it with force: they are killed then",
            )
        actions.delete_run(conn, run.key)
        event_log.record(conn, actor=actor, action="run.delete", subject=f"{dag_id}/{run_id}", detail={"force": force})
    return DeletedRun(dag_id, run_id, len(instances), len(held))
