"""What people do to task instances and runs that have begun: mark, kill, go on with other code.

Each caller holds the run's row (``actions.lock_run``) and lets its version grow, but for a kill: that changes no
state, and the worker ends the attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection
from headway.states import FINISHED, RunState, TaskState, sources

_WHEN = "coalesce(r.logical_date, r.run_after)"

_AROUND = f"""
SELECT run_id FROM (
    SELECT r.run_id, {_WHEN} AS at, r.id FROM dag_run mine JOIN dag_run r ON r.dag_id = mine.dag_id
    WHERE mine.id = %(run)s AND (r.id = mine.id OR r.state <> 'queued'
        AND (%(past)s AND {_WHEN} < coalesce(mine.logical_date, mine.run_after)
             OR %(future)s AND {_WHEN} > coalesce(mine.logical_date, mine.run_after)))
    ORDER BY at DESC, r.id DESC LIMIT %(limit)s
) newest ORDER BY at, id
"""  # noqa: S608 (made of constants)


def runs_around(conn: Connection, run: int, *, past: bool, future: bool, limit: int) -> list[str]:
    """The ids of a run and of those of its DAG before and after it that have begun, oldest first."""
    rows = conn.execute(_AROUND, {"run": run, "past": past, "future": future, "limit": limit}).fetchall()
    return [row[0] for row in rows]


_BETWEEN = f"""
SELECT r.run_id FROM dag_run r
WHERE r.dag_id = %(dag_id)s AND r.state <> 'queued'
  AND (%(since)s::timestamptz IS NULL OR {_WHEN} >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR {_WHEN} <= %(until)s)
ORDER BY {_WHEN}, r.id LIMIT %(limit)s
"""  # noqa: S608 (made of constants)


def runs_between(
    conn: Connection, dag_id: str, *, since: datetime | None, until: datetime | None, limit: int
) -> list[str]:
    """The ids of the runs of a DAG that have begun and lie between two dates, oldest first."""
    rows = conn.execute(_BETWEEN, {"dag_id": dag_id, "since": since, "until": until, "limit": limit}).fetchall()
    return [row[0] for row in rows]


def still_held(conn: Connection, tis: Sequence[int]) -> set[int]:
    """Which of these locked task instances a worker still has, though they may have been marked as ended."""
    rows = conn.execute(
        "SELECT t.id FROM task_instance t JOIN claim c ON c.ti_id = t.id AND c.dispatch = t.dispatch"
        " WHERE t.id = ANY(%s)",
        (list(tis),),
    ).fetchall()
    return {row[0] for row in rows}


# A claimed one keeps its token: the state alone refuses its result, and its worker reports the attempt when it is dead.
_MARK = """
WITH ti AS (
    UPDATE task_instance t SET state = %(state)s,
        end_date = CASE WHEN t.state = ANY(%(finished)s) THEN coalesce(t.end_date, now()) ELSE now() END,
        dispatch = t.dispatch + CASE WHEN t.state = ANY(%(waiting)s) THEN 1 ELSE 0 END
    WHERE t.id = ANY(%(tis)s) AND t.state = ANY(%(states)s)
    RETURNING t.id, t.dispatch
), timers_gone AS (
    DELETE FROM timer USING ti WHERE timer.ti_id = ti.id
), stopped AS (
    UPDATE claim c SET stop = %(reason)s FROM ti WHERE c.ti_id = ti.id AND c.dispatch = ti.dispatch
    RETURNING c.ti_id
)
SELECT (SELECT count(*) FROM ti), (SELECT count(*) FROM stopped)
"""

_FINISHED = [str(state) for state in FINISHED]
_WAITING = [
    str(state)
    for state in (
        TaskState.NONE,
        TaskState.SCHEDULED,
        TaskState.QUEUED,
        TaskState.UP_FOR_RETRY,
        TaskState.UP_FOR_RESCHEDULE,
        TaskState.DEFERRED,
    )
]


def mark(conn: Connection, tis: Sequence[int], state: TaskState, *, reason: str) -> tuple[int, int]:
    """Put task instances into ``state`` whatever they do; how many were changed, and how many attempts that stops."""
    row = conn.execute(
        _MARK,
        {
            "tis": list(tis),
            "state": str(state),
            "states": [str(each) for each in sources(state)],
            "waiting": _WAITING,
            "finished": _FINISHED,
            "reason": reason,
        },
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def decide_anew(conn: Connection, run: int, task_ids: Sequence[str]) -> int:
    """Have the scheduler ask again about what it settled as ``upstream_failed`` of these tasks; how many."""
    return conn.execute(
        "UPDATE task_instance SET state = 'none', start_date = NULL, end_date = NULL"
        " WHERE run_id = %s AND task_id = ANY(%s) AND state = 'upstream_failed'",
        (run, list(task_ids)),
    ).rowcount


def unfinished(conn: Connection, run: int) -> int:
    """How many task instances of a run still need something."""
    row = conn.execute(
        "SELECT count(*) FROM task_instance WHERE run_id = %s"
        " AND state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')",
        (run,),
    ).fetchone()
    assert row is not None
    return int(row[0])


def set_run_state(conn: Connection, run: int, state: RunState) -> None:
    """End a run in ``state``, or give an ended one another end state; its version grows."""
    conn.execute(
        "UPDATE dag_run SET state = %s, version = version + 1, end_date = coalesce(end_date, now()) WHERE id = %s",
        (str(state), run),
    )


_KILL = """
UPDATE claim c SET stop = %(reason)s
FROM task_instance t
WHERE t.id = %(ti)s AND t.state = 'running' AND c.ti_id = t.id AND c.dispatch = t.dispatch
"""


def kill(conn: Connection, ti: int, *, reason: str) -> bool:
    """Ask the worker to end a running task instance; False when it does not run."""
    return conn.execute(_KILL, {"ti": ti, "reason": reason}).rowcount == 1


@dataclass(frozen=True, slots=True)
class Code:
    """A version of a DAG: its key, that of its files, and its structure."""

    version_id: int
    bundle_id: int
    number: int
    structure: dict[str, Any]


def newest_code(conn: Connection, dag_id: str) -> Code | None:
    """What new runs of a DAG use; None when the DAG is gone."""
    row = conn.execute(
        "SELECT v.id, d.bundle_id, v.number, v.structure FROM dag d JOIN dag_version v ON v.id = d.version_id"
        " WHERE d.dag_id = %s",
        (dag_id,),
    ).fetchone()
    return Code(*row) if row else None


# Not the transaction's time: an attempt that began while this one waited for the run's lock ran the old code.
_SET_CODE = """
WITH former AS (
    INSERT INTO former_code (run_id, until, version_id, bundle_id)
    SELECT id, clock_timestamp(), version_id, bundle_id FROM dag_run
    WHERE id = %(run)s AND bundle_id IS NOT NULL AND (version_id, bundle_id) <> (%(version)s, %(bundle)s)
)
UPDATE dag_run SET version_id = %(version)s, bundle_id = %(bundle)s WHERE id = %(run)s
"""


def set_code(conn: Connection, run: int, code: Code) -> list[str]:
    """Let a run go on with other code, and remember what it has gone with; the tasks that it gets by that."""
    conn.execute(_SET_CODE, {"run": run, "version": code.version_id, "bundle": code.bundle_id})
    rows = conn.execute(
        "INSERT INTO task_instance (run_id, task_id, queue, pool, pool_slots, priority, max_tries)"
        " SELECT %s, task_id, queue, pool, pool_slots, priority, retries FROM version_task WHERE version_id = %s"
        " ORDER BY position ON CONFLICT (run_id, task_id, map_index) DO NOTHING RETURNING task_id",
        (run, code.version_id),
    ).fetchall()
    return [row[0] for row in rows]


_REMOVE = """
WITH ti AS (
    UPDATE task_instance t SET state = 'removed', end_date = now(),
        dispatch = t.dispatch + CASE WHEN t.state = ANY(%(waiting)s) THEN 1 ELSE 0 END
    WHERE t.run_id = %(run)s AND t.task_id = ANY(%(task_ids)s) AND t.map_index >= %(least)s AND t.state <> 'removed'
    RETURNING t.id, t.task_id, t.dispatch, t.map_index
), timers_gone AS (
    DELETE FROM timer USING ti WHERE timer.ti_id = ti.id
), values_gone AS (
    DELETE FROM xcom USING ti WHERE xcom.ti_id = ti.id AND %(least)s >= 0
), stopped AS (
    UPDATE claim c SET stop = 'the code that the run goes on with has no such task'
    FROM ti WHERE c.ti_id = ti.id AND c.dispatch = ti.dispatch
)
SELECT DISTINCT task_id FROM ti
"""


def remove_tasks(conn: Connection, run: int, task_ids: Sequence[str], *, only_mapped: bool = False) -> list[str]:
    """Take tasks out of a run, or only their mapped instances; those that had any."""
    parameters = {"run": run, "task_ids": list(task_ids), "least": 0 if only_mapped else -1, "waiting": _WAITING}
    return [row[0] for row in conn.execute(_REMOVE, parameters).fetchall()]


def bring_back(conn: Connection, run: int, task_ids: Sequence[str]) -> list[str]:
    """Let tasks that were taken out of a run wait in it again; those that were."""
    rows = conn.execute(
        "UPDATE task_instance SET state = 'none', start_date = NULL, end_date = NULL"
        " WHERE run_id = %s AND task_id = ANY(%s) AND map_index < 0 AND state = 'removed' RETURNING task_id",
        (run, list(task_ids)),
    ).fetchall()
    return [row[0] for row in rows]


def adjust_to_code(conn: Connection, run: int, code: Code) -> None:
    """Give what has not begun the queue, pool and priority that the code asks for."""
    conn.execute(
        "UPDATE task_instance t SET queue = v.queue, pool = v.pool, pool_slots = v.pool_slots, priority = v.priority"
        " FROM version_task v WHERE v.version_id = %s AND t.run_id = %s AND v.task_id = t.task_id"
        " AND t.state IN ('none', 'scheduled', 'up_for_retry', 'up_for_reschedule', 'deferred')"
        " AND (t.queue, t.pool, t.pool_slots, t.priority) IS DISTINCT FROM (v.queue, v.pool, v.pool_slots, v.priority)",
        (code.version_id, run),
    )
