"""Task logs: text in chunks keyed by attempt and byte offset, so that storing one again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one attempt's log.

    ``day`` is the UTC day on which the attempt started, ``offset`` counts bytes of UTF-8 from 0.
    """

    ti: int
    dispatch: int
    day: date
    offset: int
    text: str

    @property
    def end(self) -> int:
        """The offset behind the last byte."""
        return self.offset + len(self.text.encode())


_INSERT = """
INSERT INTO task_log (ti_id, dispatch, day, byte_offset, text)
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::date[], %s::bigint[], %s::text[])
ON CONFLICT DO NOTHING
"""


def insert_chunks(conn: Connection, chunks: Sequence[Chunk]) -> None:
    """Store chunks of any attempts in one statement; those that are there already stay as they are."""
    if chunks:
        conn.execute(
            _INSERT,
            (
                [chunk.ti for chunk in chunks],
                [chunk.dispatch for chunk in chunks],
                [chunk.day for chunk in chunks],
                [chunk.offset for chunk in chunks],
                [chunk.text for chunk in chunks],
            ),
        )


def stored_to(conn: Connection, *, ti: int, dispatch: int, day: date) -> int:
    """Up to which byte the log of an attempt is stored."""
    row = conn.execute(
        "SELECT byte_offset + octet_length(text) FROM task_log"
        " WHERE ti_id = %s AND dispatch = %s AND day = %s ORDER BY byte_offset DESC LIMIT 1",
        (ti, dispatch, day),
    ).fetchone()
    return int(row[0]) if row else 0


def length(conn: Connection, *, ti: int, dispatch: int) -> int | None:
    """How long the log of an ended attempt is; None when it runs, never ran, or its host was lost."""
    row = conn.execute(
        "SELECT log_bytes FROM task_attempt WHERE ti_id = %s AND dispatch = %s", (ti, dispatch)
    ).fetchone()
    return row[0] if row else None


def read(conn: Connection, *, ti: int, dispatch: int, from_offset: int = 0, limit: int = 200) -> list[Chunk]:
    """The chunks that begin at ``from_offset`` or behind it, in order, at most ``limit`` of them."""
    rows = conn.execute(
        "SELECT ti_id, dispatch, day, byte_offset, text FROM task_log"
        " WHERE ti_id = %s AND dispatch = %s AND byte_offset >= %s ORDER BY byte_offset LIMIT %s",
        (ti, dispatch, from_offset, limit),
    ).fetchall()
    return [Chunk(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class LoggedAttempt:
    """One dispatch of a task instance that a worker took up, running or ended.

    ``outcome`` is None while it runs. Its log is complete when ``log_bytes`` of it have been read;
    ``log_bytes`` None at an ended attempt says that the host was lost and the log may lack its end.
    """

    ti: int
    dispatch: int
    map_index: int
    try_number: int
    outcome: str | None
    hostname: str
    queue: str
    started_at: datetime
    ended_at: datetime | None
    error: str | None
    exit_signal: int | None
    log_bytes: int | None
    peak_rss: int | None


_ATTEMPTS = """
SELECT t.id, a.dispatch, t.map_index, a.try_number, a.outcome, a.hostname, a.queue, a.started_at, a.ended_at,
       a.error, a.exit_signal, a.log_bytes, a.peak_rss
FROM dag_run r
JOIN task_instance t ON t.run_id = r.id
JOIN task_attempt a ON a.ti_id = t.id
WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s AND t.task_id = %(task_id)s
  AND (%(map_index)s::int IS NULL OR t.map_index = %(map_index)s)
UNION ALL
SELECT t.id, c.dispatch, t.map_index, t.try_number, NULL, coalesce(n.hostname, ''), t.queue, c.started_at, NULL,
       NULL, NULL, NULL, NULL
FROM dag_run r
JOIN task_instance t ON t.run_id = r.id
JOIN claim c ON c.ti_id = t.id
LEFT JOIN node n ON n.id = c.node_id
WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s AND t.task_id = %(task_id)s
  AND (%(map_index)s::int IS NULL OR t.map_index = %(map_index)s)
ORDER BY 3, 8
"""


def attempts_of(
    conn: Connection, *, dag_id: str, run_id: str, task_id: str, map_index: int | None = None
) -> list[LoggedAttempt]:
    """Every attempt of a task in a run, the one that runs now included, by map index and start."""
    rows = conn.execute(
        _ATTEMPTS, {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "map_index": map_index}
    ).fetchall()
    return [LoggedAttempt(*row) for row in rows]
