"""What queues looked like: written every few seconds, kept for a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from headway.metastore.database import Connection
from headway.metastore.queries.queue_figures import QueueFigures

INTERVAL = 15  # seconds between two samples

#: How far back durations count: an hour's, or all that is kept where a queue has done nothing in that hour.
_RECENT = "1 hour"


@dataclass(frozen=True, slots=True)
class Sample(QueueFigures):
    """One queue at one moment; ``finished`` attempts ended since the one before, after ``busy_seconds`` in all."""

    wanted_workers: int
    finished: int
    busy_seconds: float


def due(conn: Connection) -> datetime | None:
    """The moment to be sampled: the last full interval, by the metastore's clock; None when somebody has done so."""
    row = conn.execute(
        "SELECT m.at FROM (SELECT date_bin(make_interval(secs => %s), now(), 'epoch') AS at) m"
        " WHERE NOT EXISTS (SELECT 1 FROM queue_sample s WHERE s.at = m.at)",
        (INTERVAL,),
    ).fetchone()
    return row[0] if row else None


def seconds_until_next(conn: Connection) -> float:
    """How long until the next moment."""
    row = conn.execute("SELECT %(s)s::int - extract(epoch FROM now()) %% %(s)s::int", {"s": INTERVAL}).fetchone()
    assert row is not None
    return float(row[0])


def finished_before(conn: Connection, at: datetime) -> dict[str, tuple[int, float]]:
    """(attempts, their seconds together) that ended with a result in the interval before a moment, by queue."""
    rows = conn.execute(
        "SELECT queue, count(*), sum(extract(epoch FROM ended_at - started_at))::float8 FROM task_attempt"
        " WHERE ended_at >= %(at)s - make_interval(secs => %(s)s) AND ended_at < %(at)s"
        " AND outcome IN ('success', 'failed', 'skipped', 'retry') GROUP BY queue",
        {"at": at, "s": INTERVAL},
    ).fetchall()
    return {queue: (count, seconds) for queue, count, seconds in rows}


def write(conn: Connection, at: datetime, samples: Iterable[Sample]) -> int:
    """Write a moment's samples; where another scheduler has written them, nothing. Returns how many."""
    rows = json.dumps([{**asdict(sample), "at": at.isoformat()} for sample in samples])
    return conn.execute(
        "INSERT INTO queue_sample SELECT * FROM jsonb_populate_recordset(NULL::queue_sample, %s::jsonb)"
        " ON CONFLICT DO NOTHING",
        (rows,),
    ).rowcount


_MEANS = f"""
SELECT queue,
       coalesce(sum(busy_seconds) FILTER (WHERE at > now() - interval '{_RECENT}')
                / nullif(sum(finished) FILTER (WHERE at > now() - interval '{_RECENT}'), 0),
                sum(busy_seconds) / sum(finished))
FROM queue_sample WHERE finished > 0 GROUP BY queue
"""  # noqa: S608 (made of a constant)


def mean_durations(conn: Connection) -> dict[str, float]:
    """Seconds that an attempt took on average, by queue: in the last hour, where none ended then in the last day."""
    return dict(conn.execute(_MEANS).fetchall())


@dataclass(frozen=True, slots=True)
class Point(QueueFigures):
    """A queue over one step of its history, which begins ``at``: the most of each figure in it."""

    wanted_workers: int
    at: datetime


_HISTORY = """
SELECT queue, max(backlog), max(outstanding), max(running), max(oldest_seconds), max(workers), max(slots),
       max(wanted_workers), date_bin(make_interval(secs => %(step)s), at, 'epoch') AS step
FROM queue_sample WHERE queue = %(queue)s AND at > now() - make_interval(mins => %(minutes)s)
GROUP BY queue, step ORDER BY step
"""


def history(conn: Connection, queue: str, *, minutes: int, step: int = INTERVAL) -> list[Point]:
    """A queue's last minutes in steps of so many seconds, the earliest first."""
    rows = conn.execute(_HISTORY, {"queue": queue, "minutes": minutes, "step": step}).fetchall()
    return [Point(*row) for row in rows]


def known_queues(conn: Connection) -> set[str]:
    """Every queue of the last samples of each kept queue, for suggestions."""
    return {row[0] for row in conn.execute("SELECT DISTINCT queue FROM queue_sample").fetchall()}


def forget_old(conn: Connection) -> int:
    """Delete what is older than a day; how many samples."""
    return conn.execute("DELETE FROM queue_sample WHERE at < now() - interval '1 day'").rowcount
