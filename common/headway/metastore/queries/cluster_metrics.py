"""Figures of the whole cluster for metrics: what stands now, and what has ended between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection

#: What ended within the last moments may not be committed yet: it counts the next time.
_LAG = "interval '2 seconds'"


@dataclass(frozen=True, slots=True)
class EndedAttempts:
    """Attempts of one queue with one outcome; seconds that they ran, and waited for a worker, in all."""

    queue: str
    outcome: str
    count: int
    ran: float
    waited: float


@dataclass(frozen=True, slots=True)
class EndedRuns:
    """Runs with one end; seconds that they took, and began after they were due, in all."""

    state: str
    count: int
    took: float
    late: float


@dataclass(frozen=True, slots=True)
class NodeLease:
    """A live node and the seconds until its lease ends."""

    kind: str
    name: str
    state: str
    seconds: float


def horizon(conn: Connection) -> datetime:
    """The moment up to which everything that has ended is committed."""
    row = conn.execute(f"SELECT now() - {_LAG}").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def ended_attempts(conn: Connection, after: datetime, until: datetime) -> list[EndedAttempts]:
    """Attempts that ended in (``after``, ``until``]."""
    rows = conn.execute(
        "SELECT queue, outcome, count(*), sum(extract(epoch FROM ended_at - started_at))::float8,"
        " coalesce(sum(extract(epoch FROM started_at - queued_at)), 0)::float8"
        " FROM task_attempt WHERE ended_at > %s AND ended_at <= %s GROUP BY 1, 2",
        (after, until),
    ).fetchall()
    return [EndedAttempts(*row) for row in rows]


def ended_runs(conn: Connection, after: datetime, until: datetime) -> list[EndedRuns]:
    """Runs that ended in (``after``, ``until``]."""
    rows = conn.execute(
        "SELECT state, count(*), coalesce(sum(extract(epoch FROM end_date - start_date)), 0)::float8,"
        " coalesce(sum(greatest(extract(epoch FROM start_date - run_after), 0)), 0)::float8"
        " FROM dag_run WHERE end_date > %s AND end_date <= %s AND state IN ('success', 'failed') GROUP BY 1",
        (after, until),
    ).fetchall()
    return [EndedRuns(*row) for row in rows]


def active_runs(conn: Connection) -> dict[str, int]:
    """Queued and running runs."""
    found = conn.execute("SELECT state, count(*) FROM dag_run WHERE state IN ('queued', 'running') GROUP BY 1")
    return {"queued": 0, "running": 0, **dict(found.fetchall())}


def leases(conn: Connection) -> list[NodeLease]:
    """Every node that is not known to have ended."""
    rows = conn.execute(
        "SELECT kind, name, state, extract(epoch FROM lease_until - now())::float8 FROM node"
        " WHERE state IN ('up', 'draining')"
    ).fetchall()
    return [NodeLease(*row) for row in rows]


def dags(conn: Connection) -> dict[str, int]:
    """DAGs that are active and paused, and files that cannot be loaded (``broken_files``)."""
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE NOT is_paused), count(*) FILTER (WHERE is_paused),"
        " (SELECT count(*) FROM import_error) FROM dag WHERE NOT is_stale"
    ).fetchone()
    assert row is not None
    return {"active": row[0], "paused": row[1], "broken_files": row[2]}


def transactions(conn: Connection) -> int:
    """Commits in the metastore's database since its statistics began."""
    row = conn.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])
