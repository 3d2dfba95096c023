"""What the first page shows: what runs, what failed in the last day, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection
from headway.metastore.queries.dag_pages import IS_LATE


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs that are active now, and those that ended in the last 24 hours."""

    running: int
    queued: int
    success_24h: int
    failed_24h: int


_RUNS = """
SELECT (SELECT count(*) FROM dag_run WHERE state = 'running'), (SELECT count(*) FROM dag_run WHERE state = 'queued'),
       count(*) FILTER (WHERE state = 'success'), count(*) FILTER (WHERE state = 'failed')
FROM dag_run WHERE end_date > now() - interval '24 hours' AND state IN ('success', 'failed')
"""


def run_counts(conn: Connection) -> RunCounts:
    """How many runs."""
    row = conn.execute(_RUNS).fetchone()
    assert row is not None
    return RunCounts(*row)


@dataclass(frozen=True, slots=True)
class DagCounts:
    """The DAGs that are in their files, and how many of them are paused."""

    total: int
    paused: int


def dag_counts(conn: Connection) -> DagCounts:
    """How many DAGs."""
    row = conn.execute("SELECT count(*), count(*) FILTER (WHERE is_paused) FROM dag WHERE NOT is_stale").fetchone()
    assert row is not None
    return DagCounts(*row)


@dataclass(frozen=True, slots=True)
class Hour:
    """The runs that ended in one hour."""

    hour: datetime
    success: int
    failed: int


_HOURS = """
SELECT h.hour, count(r.id) FILTER (WHERE r.state = 'success'), count(r.id) FILTER (WHERE r.state = 'failed')
FROM generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), '1 hour') AS h (hour)
LEFT JOIN dag_run r ON r.end_date >= h.hour AND r.end_date < h.hour + interval '1 hour'
GROUP BY h.hour ORDER BY h.hour
"""


def hours(conn: Connection) -> list[Hour]:
    """The last 24 hours, the present one last."""
    return [Hour(*row) for row in conn.execute(_HOURS).fetchall()]


def unfinished_tasks(conn: Connection) -> dict[str, int]:
    """Task instances of running runs that still need something, by state."""
    rows = conn.execute(
        "SELECT t.state, count(*) FROM dag_run r JOIN task_instance t ON t.run_id = r.id WHERE r.state = 'running'"
        " AND t.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed') GROUP BY t.state"
    ).fetchall()
    return dict(rows)


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed, and the task that failed first in it (None: none did, the run took too long)."""

    dag_id: str
    run_id: str
    end_date: datetime
    task_id: str | None
    map_index: int | None


_FAILED = """
WITH failed AS (
    SELECT id, dag_id, run_id, end_date FROM dag_run
    WHERE end_date > now() - interval '24 hours' AND state = 'failed' ORDER BY end_date DESC, id DESC LIMIT %s
)
SELECT f.dag_id, f.run_id, f.end_date, first.task_id, first.map_index
FROM failed f LEFT JOIN LATERAL (
    SELECT t.task_id, t.map_index FROM task_instance t WHERE t.run_id = f.id AND t.state = 'failed'
    ORDER BY t.end_date NULLS LAST, t.id LIMIT 1
) first ON true
ORDER BY f.end_date DESC, f.id DESC
"""


def failed_runs(conn: Connection, limit: int) -> list[FailedRun]:
    """The last runs that failed in the last 24 hours, the newest first."""
    return [FailedRun(*row) for row in conn.execute(_FAILED, (limit,)).fetchall()]


@dataclass(frozen=True, slots=True)
class LateDag:
    """A DAG whose next run should have been made by now; ``seconds`` since it was due."""

    dag_id: str
    next_run: datetime
    seconds: float


def late_dags(conn: Connection, limit: int) -> list[LateDag]:
    """DAGs that are late, the latest first."""
    rows = conn.execute(
        f"SELECT d.dag_id, d.next_due, extract(epoch FROM now() - d.next_due)::float8 FROM dag d WHERE {IS_LATE}"  # noqa: S608
        " ORDER BY d.next_due, d.dag_id LIMIT %s",
        (limit,),
    ).fetchall()
    return [LateDag(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """Nodes that live, and how many were lost in the last hour."""

    up: int
    draining: int
    dead_1h: int
    by_kind: dict[str, int]


def node_counts(conn: Connection) -> NodeCounts:
    """How many nodes."""
    rows = conn.execute(
        "SELECT kind, count(*) FILTER (WHERE state = 'up'), count(*) FILTER (WHERE state = 'draining'),"
        " count(*) FILTER (WHERE state = 'dead') FROM node"
        " WHERE state IN ('up', 'draining') OR (state = 'dead' AND seen_at > now() - interval '1 hour')"
        " GROUP BY kind ORDER BY kind"
    ).fetchall()
    up, draining, dead = (sum(row[place] for row in rows) for place in (1, 2, 3))
    return NodeCounts(up, draining, dead, {row[0]: row[1] + row[2] for row in rows if row[1] + row[2]})


def import_errors(conn: Connection) -> int:
    """How many files cannot be loaded."""
    row = conn.execute("SELECT count(*) FROM import_error").fetchone()
    assert row is not None
    return int(row[0])
