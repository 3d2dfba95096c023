"""Deadlines: entered for each run of a DAG that has any, met or missed when their time has come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries.scheduling import create_instances


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run whose deadlines are not entered yet; ``deadlines`` as the structure of its version has them."""

    key: int
    dag_id: str
    run_type: str
    logical_date: datetime | None
    interval_end: datetime | None
    queued_at: datetime
    deadlines: list[dict[str, Any]]


# Also those that have just ended: a run may be shorter than the time between two looks, and too long all the same.
_NEW = """
SELECT r.id, r.dag_id, r.run_type, r.logical_date, r.data_interval_end, r.queued_at, v.structure -> 'deadlines'
FROM (
    SELECT * FROM dag_run WHERE state IN ('queued', 'running')
    UNION ALL
    SELECT * FROM dag_run WHERE state IN ('success', 'failed') AND end_date > now() - interval '5 minutes'
) r
JOIN dag_version v ON v.id = r.version_id AND v.has_deadlines
WHERE NOT EXISTS (SELECT 1 FROM deadline d WHERE d.run_id = r.id)
ORDER BY r.id LIMIT %s
"""


def new_runs(conn: Connection, *, limit: int = 500) -> list[NewRun]:
    """Runs that have not ended, or only just, and whose deadlines nobody has entered."""
    return [NewRun(*row) for row in conn.execute(_NEW, (limit,)).fetchall()]


_AVERAGE = """
SELECT count(*), avg(seconds)::float8 FROM (
    SELECT extract(epoch FROM end_date - start_date) AS seconds FROM dag_run
    WHERE dag_id = %s AND state = 'success' ORDER BY run_after DESC LIMIT %s
) last
"""


def average_runtime(conn: Connection, dag_id: str, *, max_runs: int, min_runs: int) -> float | None:
    """Seconds that the last successful runs took on average; None while there are too few."""
    row = conn.execute(_AVERAGE, (dag_id, max_runs)).fetchone()
    assert row is not None
    return row[1] if row[0] >= min_runs else None


def enter(conn: Connection, run: int, rows: Sequence[tuple[int, str, str, datetime | None]]) -> None:
    """Enter a run's deadlines, (position, task_id, name, due) each; those that are there already stay."""
    conn.execute(
        "INSERT INTO deadline (run_id, position, task_id, name, due, state)"
        " SELECT %s, position, task_id, name, due, CASE WHEN due IS NULL THEN 'unknown' ELSE 'waiting' END"
        " FROM unnest(%s::int[], %s::text[], %s::text[], %s::timestamptz[]) AS d (position, task_id, name, due)"
        " ON CONFLICT DO NOTHING",
        (run, *(list(column) for column in zip(*rows, strict=True))),
    )


@dataclass(frozen=True, slots=True)
class Missed:
    """A deadline that has just been missed."""

    run: int
    position: int
    task_id: str
    due: datetime


_SETTLE = """
WITH decided AS (
    SELECT d.run_id, d.position,
           CASE WHEN d.task_id = '' THEN r.end_date <= d.due ELSE t.ended <= d.due END AS met
    FROM deadline d
    JOIN dag_run r ON r.id = d.run_id
    LEFT JOIN LATERAL (
        SELECT CASE WHEN bool_and(i.state IN ('success', 'skipped', 'removed'))
                    THEN coalesce(max(i.end_date), r.start_date) END AS ended
        FROM task_instance i WHERE d.task_id <> '' AND i.run_id = d.run_id AND i.task_id = d.task_id
    ) t ON true
    WHERE d.state = 'waiting' AND (d.due <= now() OR r.end_date IS NOT NULL)
    ORDER BY d.run_id, d.position LIMIT 500 FOR UPDATE OF d SKIP LOCKED
)
UPDATE deadline d SET state = CASE WHEN decided.met THEN 'met' ELSE 'missed' END, noticed_at = now()
FROM decided
WHERE d.run_id = decided.run_id AND d.position = decided.position AND (coalesce(decided.met, false) OR d.due <= now())
RETURNING d.run_id, d.position, d.task_id, d.due, d.state
"""


def settle(conn: Connection) -> list[Missed]:
    """Decide about those whose time has come or whose run has ended; the missed ones, each to one caller only."""
    rows = conn.execute(_SETTLE).fetchall()
    return [Missed(*row[:4]) for row in rows if row[4] == "missed"]


# The context of a callback is that of the task instance that a worker ran last.
_CALL = """
INSERT INTO callback (run_id, ti_id, dispatch, outcome, reason, of_dag)
SELECT run_id, id, dispatch, 'deadline', %(missed)s, true FROM task_instance WHERE run_id = %(run)s
ORDER BY node_id IS NULL, end_date DESC NULLS LAST, id DESC LIMIT 1
"""


def call(conn: Connection, run: int, missed: Mapping[str, Any]) -> None:
    """Have a worker call what the missed deadline asks for; a run that waits to start gets its task instances first."""
    parameters = {"run": run, "missed": json.dumps(missed)}
    if conn.execute(_CALL, parameters).rowcount == 0:
        create_instances(conn, run)
        conn.execute(_CALL, parameters)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline and the run that it is about; ``state`` is waiting, met, missed or unknown."""

    run_key: int
    position: int
    dag_id: str
    run_id: str
    run_state: str
    task_id: str
    name: str
    due: datetime | None
    state: str
    noticed_at: datetime | None


_LIST = """
SELECT d.run_id, d.position, r.dag_id, r.run_id, r.state, d.task_id, d.name, d.due, d.state, d.noticed_at
FROM deadline d JOIN dag_run r ON r.id = d.run_id
WHERE d.state = %(state)s AND d.due IS NOT NULL AND (%(dag_id)s::text IS NULL OR r.dag_id = %(dag_id)s)
  AND (%(due)s::timestamptz IS NULL OR (d.due, d.run_id, d.position) {beyond} (%(due)s, %(run)s, %(position)s))
ORDER BY d.due {way}, d.run_id {way}, d.position {way} LIMIT %(limit)s
"""


def deadlines(
    conn: Connection,
    *,
    state: str,
    dag_id: str | None = None,
    after: tuple[datetime, int, int] | None = None,
    limit: int = 50,
) -> list[Deadline]:
    """Those in one state: waiting ones the next first, others the latest; ``after`` is (due, run key, position)."""
    ahead = state == "waiting"
    statement = _LIST.format(beyond=">" if ahead else "<", way="ASC" if ahead else "DESC")
    due, run, position = after or (None, None, None)
    found = conn.execute(
        statement,
        {"state": state, "dag_id": dag_id, "due": due, "run": run, "position": position, "limit": limit},
    )
    return [Deadline(*row) for row in found.fetchall()]
