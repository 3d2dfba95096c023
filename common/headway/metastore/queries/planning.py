"""What the plan service reads and writes: each DAG's next run, and new runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.rows import TupleRow

from headway.metastore.database import Connection
from headway.timetables import DueRun

#: ``dag.next_due`` of a DAG whose schedule has no more runs.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PlannedDag:
    """A DAG to plan. ``next_run`` None: not computed yet; ``last_start``: interval start of its last
    scheduled run; ``room``: how many more scheduled runs it may have at once."""

    next_run: DueRun | None
    dag_id: str
    schedule: dict[str, Any]
    start_date: datetime | None
    end_date: datetime | None
    catchup: bool
    version_id: int
    bundle_id: int
    room: int
    last_start: datetime | None


_DUE = """
SELECT d.dag_id FROM dag d
WHERE NOT d.is_paused AND NOT d.is_stale AND d.schedule ->> 'kind' IN ('cron', 'delta', 'once', 'continuous', 'custom')
  AND (d.next_due IS NULL OR (d.next_due <= now() AND d.max_active_runs > (
        SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id
        AND r.state IN ('queued', 'running') AND r.run_type = 'scheduled' AND r.backfill_id IS NULL)))
ORDER BY d.next_due NULLS FIRST LIMIT %s
FOR UPDATE OF d SKIP LOCKED
"""

_FACTS = """
SELECT d.dag_id, d.schedule, d.start_date, d.end_date, d.catchup, d.version_id, d.bundle_id,
       d.max_active_runs - (SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id
                            AND r.state IN ('queued', 'running') AND r.run_type = 'scheduled'
                            AND r.backfill_id IS NULL) AS room,
       (SELECT r.data_interval_start FROM dag_run r WHERE r.dag_id = d.dag_id AND r.run_type = 'scheduled'
        ORDER BY r.run_after DESC LIMIT 1),
       d.next_due, d.next_start, d.next_end
FROM dag d WHERE d.dag_id = ANY(%s) ORDER BY d.dag_id
"""


def clock(conn: Connection) -> datetime:
    """The metastore's time: the only clock."""
    row = conn.execute("SELECT now()").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def due(conn: Connection, *, limit: int) -> list[PlannedDag]:
    """DAGs with a run due and room for it, or whose next run is not known; locked until the commit.

    The facts are read under the lock: what another planner has just created is among them.
    """
    locked = [row[0] for row in conn.execute(_DUE, (limit,)).fetchall()]
    return [_planned(row) for row in conn.execute(_FACTS, (locked,)).fetchall()] if locked else []


def _planned(row: TupleRow) -> PlannedDag:
    *facts, next_due, next_start, next_end = row
    next_run = None if next_due is None else DueRun(next_due, next_start, next_start, next_end)
    return PlannedDag(next_run, *facts)


def create_run(conn: Connection, dag: PlannedDag, run: DueRun, *, run_id: str) -> int:
    """Insert a scheduled run; 0 when it exists already."""
    return conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, data_interval_start, data_interval_end,"
        " run_after, version_id, bundle_id, triggered_by)"
        " VALUES (%s, %s, 'scheduled', %s, %s, %s, %s, %s, %s, 'schedule') ON CONFLICT DO NOTHING",
        (dag.dag_id, run_id, run.logical_date, run.start, run.end, run.run_after, dag.version_id, dag.bundle_id),
    ).rowcount


def set_next(conn: Connection, dag_id: str, run: DueRun | None) -> None:
    """Note a DAG's next run; None: there is none any more."""
    values = (NEVER, None, None) if run is None else (run.run_after, run.start, run.end)
    conn.execute("UPDATE dag SET next_due = %s, next_start = %s, next_end = %s WHERE dag_id = %s", (*values, dag_id))


def seconds_until_next(conn: Connection) -> float | None:
    """Seconds until the earliest run that is not due yet; None when there is none."""
    row = conn.execute(
        "SELECT extract(epoch FROM min(next_due) - now())::float8 FROM dag"
        " WHERE NOT is_paused AND NOT is_stale AND next_due > now() AND next_due < '9999-01-01'"
    ).fetchone()
    return row[0] if row else None


def last_interval(conn: Connection, dag_id: str) -> tuple[datetime, datetime] | None:
    """The data interval of a DAG's last scheduled run; None before the first."""
    row = conn.execute(
        "SELECT data_interval_start, data_interval_end FROM dag_run WHERE dag_id = %s AND run_type = 'scheduled'"
        " ORDER BY run_after DESC LIMIT 1",
        (dag_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None
