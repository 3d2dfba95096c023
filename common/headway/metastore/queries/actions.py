"""What people do to DAGs, runs and task instances: trigger, pause, clear, delete, clean up.

Whatever changes a run's task instances locks the run first and lets its version grow, so that the
scheduler that holds the run in memory notices that its memory is old (lock order: run, task instance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from headway.metastore.database import Connection
from headway.metastore.queries import assets, backfills

_INSERT_RUN = """
INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, data_interval_start, data_interval_end, conf,
                     version_id, bundle_id, triggered_by)
VALUES (%(dag_id)s, %(run_id)s, 'manual', %(logical_date)s, %(start)s, %(end)s, %(conf)s,
        %(version_id)s, %(bundle_id)s, %(actor)s)
ON CONFLICT DO NOTHING
RETURNING id
"""


def insert_run(
    conn: Connection,
    *,
    dag_id: str,
    run_id: str,
    logical_date: datetime,
    interval: tuple[datetime, datetime],
    conf: dict[str, Any],
    version_id: int,
    bundle_id: int,
    actor: str,
) -> int | None:
    """Make a queued manual run; its key, or None when its id or logical date is taken."""
    row = conn.execute(
        _INSERT_RUN,
        {
            "dag_id": dag_id,
            "run_id": run_id,
            "logical_date": logical_date,
            "start": interval[0],
            "end": interval[1],
            "conf": Jsonb(conf),
            "version_id": version_id,
            "bundle_id": bundle_id,
            "actor": actor,
        },
    ).fetchone()
    return int(row[0]) if row else None


def set_paused(conn: Connection, dag_ids: Sequence[str], paused: bool) -> list[str]:
    """Pause or unpause DAGs; return those that were not so before.

    The next run of one that goes on is computed anew: without catchup, what it missed is left out.
    """
    rows = conn.execute(
        "UPDATE dag SET is_paused = %(paused)s, next_due = CASE WHEN %(paused)s THEN next_due END"
        " WHERE dag_id = ANY(%(dag_ids)s) AND is_paused <> %(paused)s RETURNING dag_id",
        {"paused": paused, "dag_ids": list(dag_ids)},
    ).fetchall()
    return sorted(row[0] for row in rows)


@dataclass(frozen=True, slots=True)
class LockedRun:
    """A run that this transaction holds."""

    key: int
    state: str
    version_id: int | None
    run_after: datetime


def lock_run(conn: Connection, dag_id: str, run_id: str) -> LockedRun | None:
    """Lock a run against its scheduler and other people until the transaction ends."""
    row = conn.execute(
        "SELECT id, state, version_id, run_after FROM dag_run WHERE dag_id = %s AND run_id = %s FOR UPDATE",
        (dag_id, run_id),
    ).fetchone()
    return LockedRun(*row) if row else None


def renew_run(conn: Connection, run: int) -> None:
    """Let a run's version grow, and have a finished one go on: its times and its ``dagrun_timeout`` begin anew."""
    conn.execute(
        "UPDATE dag_run SET version = version + 1,"
        " state = CASE WHEN state IN ('success', 'failed') THEN 'running' ELSE state END,"
        " queued_at = CASE WHEN state IN ('success', 'failed') THEN now() ELSE queued_at END,"
        " start_date = CASE WHEN state IN ('success', 'failed') THEN now() ELSE start_date END,"
        " end_date = CASE WHEN state IN ('success', 'failed') THEN NULL ELSE end_date END WHERE id = %s",
        (run,),
    )


@dataclass(frozen=True, slots=True)
class LockedInstance:
    """A task instance that this transaction holds."""

    ti: int
    task_id: str
    map_index: int
    state: str


def lock_instances(conn: Connection, run: int, task_ids: Sequence[str] | None) -> list[LockedInstance]:
    """Lock the task instances of some tasks of a locked run; None stands for all of them."""
    rows = conn.execute(
        "SELECT id, task_id, map_index, state FROM task_instance"
        " WHERE run_id = %(run)s AND (%(task_ids)s::text[] IS NULL OR task_id = ANY(%(task_ids)s))"
        " ORDER BY id FOR UPDATE",
        {"run": run, "task_ids": None if task_ids is None else list(task_ids)},
    ).fetchall()
    return [LockedInstance(*row) for row in rows]


# A try that has an attempt behind it is used up; one that was only queued, or settled without running,
# is not. The states are compared again although the rows are locked: the statement stands on its own.
_RESET = """
WITH target AS (
    SELECT t.id, t.try_number + EXISTS (
               SELECT 1 FROM task_attempt a WHERE a.ti_id = t.id AND a.try_number = t.try_number)::int AS next_try,
           coalesce(vt.retries, 0) AS retries
    FROM task_instance t
    JOIN dag_run r ON r.id = t.run_id
    LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = t.task_id
    WHERE t.id = ANY(%(tis)s)
), values_gone AS (
    DELETE FROM xcom USING target WHERE xcom.ti_id = target.id
), timers_gone AS (
    DELETE FROM timer USING target WHERE timer.ti_id = target.id
)
UPDATE task_instance t
SET state = 'none', try_number = target.next_try, max_tries = target.next_try - 1 + target.retries,
    dispatch = t.dispatch + CASE WHEN t.state IN ('success', 'failed', 'skipped', 'upstream_failed') THEN 0 ELSE 1 END,
    start_date = NULL, end_date = NULL, queued_at = NULL, node_id = NULL
FROM target
WHERE t.id = target.id AND t.state = ANY(%(states)s)
"""


def reset_instances(conn: Connection, tis: Sequence[int], states: Sequence[str]) -> int:
    """Make task instances that no worker runs wait anew, without XComs and timers; how many were changed.

    A message that is still on its way for one of them is refused by its token. ``states`` are those from
    which the move is allowed.
    """
    return conn.execute(_RESET, {"tis": list(tis), "states": list(states)}).rowcount


_RESTART = """
WITH ti AS (
    UPDATE task_instance t SET state = 'restarting', end_date = NULL, max_tries = t.try_number + coalesce(vt.retries, 0)
    FROM task_instance old
    JOIN dag_run r ON r.id = old.run_id
    LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = old.task_id
    WHERE t.id = old.id AND t.id = ANY(%(tis)s) AND t.state = ANY(%(states)s)
    RETURNING t.id, t.dispatch
), values_gone AS (
    DELETE FROM xcom USING ti WHERE xcom.ti_id = ti.id
)
UPDATE claim c SET stop = %(reason)s FROM ti WHERE c.ti_id = ti.id AND c.dispatch = ti.dispatch
"""


def restart_instances(conn: Connection, tis: Sequence[int], states: Sequence[str], reason: str) -> int:
    """Ask the workers to end task instances that they have, which then start anew; how many attempts that stops.

    ``states`` are those from which the move is allowed.
    """
    return conn.execute(_RESTART, {"tis": list(tis), "states": list(states), "reason": reason}).rowcount


def lock_dag(conn: Connection, dag_id: str) -> str | None:
    """Lock a DAG's row until the transaction ends; the file that defines it, or None."""
    row = conn.execute("SELECT file FROM dag WHERE dag_id = %s FOR UPDATE", (dag_id,)).fetchone()
    return str(row[0]) if row else None


def active_run_ids(conn: Connection, dag_id: str) -> list[str]:
    """The runs of a DAG that are queued or running."""
    rows = conn.execute(
        "SELECT run_id FROM dag_run WHERE dag_id = %s AND state IN ('queued', 'running') ORDER BY id", (dag_id,)
    ).fetchall()
    return [row[0] for row in rows]


def retire_dag(conn: Connection, dag_id: str) -> None:
    """Keep a DAG that is being deleted from getting new runs."""
    conn.execute("UPDATE dag SET is_paused = true, is_stale = true, next_due = NULL WHERE dag_id = %s", (dag_id,))


_RUNS_OF_DAG = "r.dag_id = %(dag_id)s"
_ONE_RUN = "r.id = %(run)s"

#: Finished long ago, and not the newest of their DAG: that one says where the schedule stands.
_OLD_RUNS = """
    r.state IN ('success', 'failed') AND r.end_date < now() - %(age)s
    AND EXISTS (SELECT 1 FROM dag_run n WHERE n.dag_id = r.dag_id
                AND (n.run_after, n.id) > (r.run_after, r.id))"""

# Deleting the claims is what makes workers end attempts that still run: a renewal does not find them.
_DELETE_RUNS = """
WITH doomed AS (
    SELECT r.id FROM dag_run r WHERE {which} ORDER BY r.id LIMIT %(limit)s FOR UPDATE
), ti AS (
    DELETE FROM task_instance t USING doomed WHERE t.run_id = doomed.id RETURNING t.id
), values_gone AS (
    DELETE FROM xcom USING ti WHERE xcom.ti_id = ti.id
), timers_gone AS (
    DELETE FROM timer USING ti WHERE timer.ti_id = ti.id
), callbacks_gone AS (
    DELETE FROM callback c USING doomed WHERE c.run_id = doomed.id
), notes_gone AS (
    DELETE FROM note USING doomed WHERE note.run_id = doomed.id
), deadlines_gone AS (
    DELETE FROM deadline USING doomed WHERE deadline.run_id = doomed.id
), code_gone AS (
    DELETE FROM former_code c USING doomed WHERE c.run_id = doomed.id
), holds_gone AS (
    DELETE FROM hold USING doomed WHERE hold.run_id = doomed.id
), claims_gone AS (
    DELETE FROM claim USING ti WHERE claim.ti_id = ti.id
), attempts_gone AS (
    DELETE FROM task_attempt a USING ti WHERE a.ti_id = ti.id
), rendered_gone AS (
    DELETE FROM rendered e USING ti WHERE e.ti_id = ti.id
), logs_gone AS (
    DELETE FROM task_log l USING ti WHERE l.ti_id = ti.id
), moved_logs_doomed AS (
    UPDATE moved_log m SET doomed = true FROM ti WHERE m.ti_id = ti.id
), run AS (
    DELETE FROM dag_run r USING doomed WHERE r.id = doomed.id
)
SELECT (SELECT count(*) FROM doomed), (SELECT count(*) FROM ti)
"""


def delete_runs_of(conn: Connection, dag_id: str, *, limit: int) -> tuple[int, int]:
    """Delete at most ``limit`` runs of a DAG with all that belongs to them; (runs, task instances)."""
    row = conn.execute(_DELETE_RUNS.format(which=_RUNS_OF_DAG), {"dag_id": dag_id, "limit": limit}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def delete_run(conn: Connection, run: int) -> tuple[int, int]:
    """Delete one run, by its key, with all that belongs to it; (runs, task instances)."""
    row = conn.execute(_DELETE_RUNS.format(which=_ONE_RUN), {"run": run, "limit": 1}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def delete_old_runs(conn: Connection, age: timedelta, *, limit: int) -> tuple[int, int]:
    """Delete at most ``limit`` runs that ended before ``age`` ago; (runs, task instances).

    The newest run of each DAG stays.
    """
    row = conn.execute(_DELETE_RUNS.format(which=_OLD_RUNS), {"age": age, "limit": limit}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


_COUNT_RUNS = "SELECT count(*) FROM dag_run r WHERE {which}"


def count_old_runs(conn: Connection, age: timedelta) -> int:
    """How many runs ``delete_old_runs`` would delete in all."""
    row = conn.execute(_COUNT_RUNS.format(which=_OLD_RUNS), {"age": age}).fetchone()
    assert row is not None
    return int(row[0])


def delete_dag(conn: Connection, dag_id: str) -> None:
    """Delete a DAG that has no runs any more, its versions, and what the parser remembers of its file."""
    with conn.transaction():
        conn.execute(
            "DELETE FROM version_task WHERE version_id IN (SELECT id FROM dag_version WHERE dag_id = %s)", (dag_id,)
        )
        conn.execute("DELETE FROM dag_version WHERE dag_id = %s", (dag_id,))
        conn.execute("DELETE FROM hold WHERE dag_id = %s", (dag_id,))
        assets.forget_dag(conn, dag_id)
        backfills.forget_dag(conn, dag_id)
        conn.execute("DELETE FROM dag_file f USING dag d WHERE d.dag_id = %s AND f.path = d.file", (dag_id,))
        conn.execute("DELETE FROM dag WHERE dag_id = %s", (dag_id,))
