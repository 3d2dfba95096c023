"""What people hold: a DAG, one of its tasks, a run, or a task of a run starts nothing new until it is released.

Whoever puts a hold lets the version of the runs concerned grow (``touch_runs``). So the scheduler that has them in
memory cannot queue or start anything there before it has read the holds anew. A release is seen at its next look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection, fetch_value

#: Stands for every run of a DAG.
EVERY_RUN = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold; ``run`` is the key of a run (0: every run of the DAG), ``task_id`` is empty where every task is held."""

    dag_id: str
    run: int
    task_id: str
    reason: str
    actor: str
    held_at: datetime


def put(conn: Connection, *, dag_id: str, run: int, task_id: str, reason: str, actor: str) -> None:
    """Hold something, or give its hold another reason."""
    conn.execute(
        "INSERT INTO hold (dag_id, run_id, task_id, reason, actor) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (dag_id, run_id, task_id)"
        " DO UPDATE SET reason = excluded.reason, actor = excluded.actor, held_at = now()",
        (dag_id, run, task_id, reason, actor),
    )


def remove(conn: Connection, *, dag_id: str, run: int, task_id: str) -> bool:
    """Release something; False when it is not held."""
    return (
        conn.execute(
            "DELETE FROM hold WHERE dag_id = %s AND run_id = %s AND task_id = %s", (dag_id, run, task_id)
        ).rowcount
        == 1
    )


def of_dags(conn: Connection, dag_ids: Sequence[str]) -> dict[str, list[Hold]]:
    """Everything that is held of some DAGs: of each the DAG and its tasks first, then runs and their tasks."""
    rows = conn.execute(
        "SELECT dag_id, run_id, task_id, reason, actor, held_at FROM hold WHERE dag_id = ANY(%s)"
        " ORDER BY run_id, task_id",
        (list(dag_ids),),
    ).fetchall()
    found: dict[str, list[Hold]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Hold(*row))
    return found


def every(conn: Connection, dag_id: str | None = None) -> list[tuple[Hold, str]]:
    """Everything that is held (of one DAG, or of all), each with the id of its run (empty where every run is held)."""
    rows = conn.execute(
        "SELECT h.dag_id, h.run_id, h.task_id, h.reason, h.actor, h.held_at, coalesce(r.run_id, '') FROM hold h"
        " LEFT JOIN dag_run r ON r.id = h.run_id WHERE %(dag_id)s::text IS NULL OR h.dag_id = %(dag_id)s"
        " ORDER BY h.dag_id, h.run_id, h.task_id",
        {"dag_id": dag_id},
    ).fetchall()
    return [(Hold(*row[:6]), row[6]) for row in rows]


def count(conn: Connection) -> int:
    """How many holds there are."""
    return int(fetch_value(conn, "SELECT count(*) FROM hold"))


@dataclass(frozen=True, slots=True)
class Change:
    """A hold that was put or taken away; ``subject`` as in the audit trail, ``task_id`` empty for every task."""

    at: datetime
    subject: str
    task_id: str
    is_hold: bool


_CHANGES = """
SELECT at, subject, coalesce(detail ->> 'task', ''), action IN ('dag.hold', 'run.hold', 'task.hold') FROM event_log
WHERE subject IN (%(dag_id)s, %(dag_id)s || '/' || %(run_id)s)
  AND action IN ('dag.hold', 'run.hold', 'task.hold', 'dag.release', 'run.release', 'task.release')
ORDER BY at, id
"""


def changes(conn: Connection, dag_id: str, run_id: str) -> list[Change]:
    """Every hold and release of a DAG and of one of its runs, in order, as far back as the audit trail goes."""
    return [Change(*row) for row in conn.execute(_CHANGES, {"dag_id": dag_id, "run_id": run_id}).fetchall()]


def touch_runs(conn: Connection, *, dag_id: str, run: int) -> list[int]:
    """Let the version of a run, or of all active runs of a DAG, grow; their keys."""
    rows = conn.execute(
        "WITH concerned AS ("
        "    SELECT id FROM dag_run WHERE dag_id = %(dag_id)s AND (id = %(run)s OR %(run)s = 0)"
        "    AND state IN ('queued', 'running') ORDER BY id FOR UPDATE"
        ") UPDATE dag_run r SET version = version + 1 FROM concerned WHERE r.id = concerned.id RETURNING r.id",
        {"dag_id": dag_id, "run": run},
    ).fetchall()
    return sorted(row[0] for row in rows)


def take_back(conn: Connection, runs: list[int], task_id: str) -> int:
    """Take what waits in queues for a worker out of them again (all of some runs, or one task); how many.

    Their messages are refused by the token.
    """
    return conn.execute(
        "UPDATE task_instance SET state = 'scheduled', dispatch = dispatch + 1"
        " WHERE run_id = ANY(%(runs)s) AND state = 'queued' AND (%(task_id)s = '' OR task_id = %(task_id)s)",
        {"runs": runs, "task_id": task_id},
    ).rowcount
