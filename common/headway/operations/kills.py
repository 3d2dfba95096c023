"""Kill a running task: its worker ends it, and then the task instance fails or is tried again."""

from __future__ import annotations

from dataclasses import dataclass

from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, repair
from headway.metastore.queries.stop_reasons import RETRYING
from headway.operations.tasks import find_instance


@dataclass(frozen=True, slots=True)
class Killed:
    """A task instance that its worker was asked to end; ``node`` is that worker."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    node: str | None


def kill(
    conn: Connection,
    dag_id: str,
    run_id: str | None,
    task_id: str,
    map_index: int | None = None,
    *,
    retry: bool = False,
    actor: str,
) -> Killed:
    """Have the worker end a running task instance: ``on_kill``, a grace, then SIGKILL for all of its processes.

    It ends as failed, or, with ``retry``, is tried again at once if it has a try left. The worker hears of it within
    a renewal of its lease, at once where ``hint_stops`` follows. Raises ``NotFound``, and ``Conflict`` for one that
    does not run.
    """
    run, instance = find_instance(conn, dag_id, run_id, task_id, map_index)
    reason = f"{RETRYING if retry else ''}killed by {actor}"
    with conn.transaction():
        if not repair.kill(conn, instance.ti, reason=reason):
            raise Conflict(
                f"task {task_id!r} of run {run.run_id!r} does not run: it is {instance.state}",
                "what waits or has ended can be marked or cleared",
            )
        event_log.record(
            conn,
            actor=actor,
            action="task.kill",
            subject=f"{dag_id}/{run.run_id}",
            detail={"task": task_id, "map_index": instance.map_index, "retry": retry},
        )
    return Killed(dag_id, run.run_id, task_id, instance.map_index, instance.try_number, instance.node)
