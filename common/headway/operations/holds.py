"""Hold a DAG, one of its tasks, a run or a task of a run, and release it.

What is held starts nothing new; what runs goes on to its end. Everything else of the DAG goes on, and its schedule
goes on making runs, which wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from headway.errors import InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, holds, run_list
from headway.operations import dags
from headway.operations.clear import despite_deadlocks
from headway.operations.lookup import find_dag, find_run
from headway.operations.nearest import nearest

#: The longest reason, in characters.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """What is held now; ``run_id`` and ``task_id`` are empty where every run or task is.

    ``taken_back`` counts task instances that were queued and wait outside of their queues now.
    """

    dag_id: str
    run_id: str
    task_id: str
    reason: str
    taken_back: int


def hold(
    conn: Connection,
    dag_id: str,
    run_id: str | None = None,
    task_id: str | None = None,
    *,
    reason: str = "",
    actor: str,
) -> Held:
    """Keep something from starting anything new: a DAG, or a run, a task of every run, or a task of one run of it.

    When this returns, nothing of it is queued, and no scheduler queues any: a run that began while the hold was
    written is found after that, and its memory made stale. Of a mapped task all instances are held.
    Raises ``NotFound``, and ``InvalidInput`` for a reason over 1000 characters.
    """
    said = reason.replace("\0", "").strip()
    if len(said) > LONGEST:
        raise InvalidInput(f"the reason has {len(said)} characters, {LONGEST} are the most", "shorten it")
    run = _run_key(conn, dag_id, run_id)
    _check_task(conn, dag_id, run, task_id)

    with conn.transaction():
        holds.put(conn, dag_id=dag_id, run=run, task_id=task_id or "", reason=said, actor=actor)
        _record(conn, "hold", dag_id, run_id, task_id, actor, {"reason": said})

    def take_back() -> int:
        with conn.transaction():
            return holds.take_back(conn, holds.touch_runs(conn, dag_id=dag_id, run=run), task_id or "")

    return Held(dag_id, run_id or "", task_id or "", said, despite_deadlocks(take_back))


def release(
    conn: Connection, dag_id: str, run_id: str | None = None, task_id: str | None = None, *, actor: str
) -> bool:
    """Let something go on that was held; False when it was not held. Raises ``NotFound``."""
    run = _run_key(conn, dag_id, run_id)

    with conn.transaction():
        if not holds.remove(conn, dag_id=dag_id, run=run, task_id=task_id or ""):
            return False
        _record(conn, "release", dag_id, run_id, task_id, actor, {})
    return True


def _run_key(conn: Connection, dag_id: str, run_id: str | None) -> int:
    if run_id is None:
        find_dag(conn, dag_id)
        return holds.EVERY_RUN
    return find_run(conn, dag_id, run_id).key


def _check_task(conn: Connection, dag_id: str, run: int, task_id: str | None) -> None:
    if task_id is None:
        return
    structure = run_list.structure(conn, run) if run else None
    tasks = structure["tasks"] if structure else dags.describe(conn, dag_id).tasks
    ids = [task["task_id"] for task in tasks]
    if task_id not in ids:
        remedy = nearest(task_id, ids) or f"`headway tasks list {dag_id}` shows them"
        raise NotFound(f"DAG {dag_id!r} has no task {task_id!r}", remedy)


def _record(
    conn: Connection,
    verb: str,
    dag_id: str,
    run_id: str | None,
    task_id: str | None,
    actor: str,
    detail: dict[str, str],
) -> None:
    kind = "task" if task_id else "run" if run_id else "dag"
    subject = f"{dag_id}/{run_id}" if run_id else dag_id
    known = {**detail, "task": task_id} if task_id else dict(detail)
    event_log.record(conn, actor=actor, action=f"{kind}.{verb}", subject=subject, detail=known)
