"""Task logs: text in chunks keyed by attempt and byte offset, so that storing one again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString

from headway.metastore.database import Connection, fetch_value
from headway.metastore.queries.former_code import AT_CLAIM, AT_START, CODE


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
    """Up to which byte the log of an attempt is stored, here or where it was moved to."""
    return int(fetch_value(conn, _STORED_TO, {"ti": ti, "dispatch": dispatch, "day": day}))


_STORED_TO: LiteralString = """
SELECT greatest(0, (
    SELECT byte_offset + octet_length(text) FROM task_log
    WHERE ti_id = %(ti)s AND dispatch = %(dispatch)s AND day = %(day)s ORDER BY byte_offset DESC LIMIT 1
), (
    SELECT byte_offset + bytes FROM moved_log
    WHERE ti_id = %(ti)s AND dispatch = %(dispatch)s ORDER BY byte_offset DESC LIMIT 1
))
"""


def length(conn: Connection, *, ti: int, dispatch: int) -> int | None:
    """How long the log of an ended attempt is; None when it runs, never ran, or its host was lost."""
    row = conn.execute(
        "SELECT log_bytes FROM task_attempt WHERE ti_id = %s AND dispatch = %s", (ti, dispatch)
    ).fetchone()
    return row[0] if row else None


def read(conn: Connection, *, ti: int, dispatch: int, from_offset: int = 0, limit: int = 200) -> list[Chunk]:
    """Of what the metastore has, the chunks that begin at ``from_offset`` or behind it, in order, at most ``limit``.

    Whoever shows a log asks ``headway.log_store``, which finds the rest, too.
    """
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
    ``seconds``: how long it ran, so far or in all. It ran the ``version`` of its DAG out of ``bundle``.
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
    queued_at: datetime | None = None
    cpu_seconds: float | None = None
    seconds: float | None = None
    version: int | None = None
    bundle: str | None = None


_ENDED: LiteralString = f"""
SELECT t.id, a.dispatch, t.map_index, a.try_number, a.outcome, a.hostname, a.queue, a.started_at, a.ended_at,
       a.error, a.exit_signal, a.log_bytes, a.peak_rss, a.queued_at, a.cpu_seconds,
       extract(epoch FROM a.ended_at - a.started_at)::float8, {CODE}
FROM task_instance t JOIN task_attempt a ON a.ti_id = t.id {AT_START}
"""  # noqa: S608 (made of constants)

_RUNNING: LiteralString = f"""
SELECT t.id, c.dispatch, t.map_index, t.try_number, NULL, coalesce(n.hostname, ''), t.queue, c.started_at, NULL,
       NULL, NULL, NULL, NULL, t.queued_at, NULL, extract(epoch FROM now() - c.started_at)::float8,
       {CODE}
FROM task_instance t JOIN claim c ON c.ti_id = t.id LEFT JOIN node n ON n.id = c.node_id {AT_CLAIM}
"""  # noqa: S608 (made of constants)

_OF_A_TASK: LiteralString = """
WHERE t.run_id = (SELECT id FROM dag_run WHERE dag_id = %(dag_id)s AND run_id = %(run_id)s)
  AND t.task_id = %(task_id)s AND (%(map_index)s::int IS NULL OR t.map_index = %(map_index)s)
"""

_OF_A_TASK_ATTEMPTS: LiteralString = f"{_ENDED} {_OF_A_TASK} UNION ALL {_RUNNING} {_OF_A_TASK} ORDER BY 3, 8"


def attempts_of(
    conn: Connection, *, dag_id: str, run_id: str, task_id: str, map_index: int | None = None
) -> list[LoggedAttempt]:
    """Every attempt of a task in a run, the one that runs now included, by map index and start."""
    rows = conn.execute(
        _OF_A_TASK_ATTEMPTS, {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "map_index": map_index}
    ).fetchall()
    return [LoggedAttempt(*row) for row in rows]


_OF_ONE: LiteralString = "WHERE t.id = %(ti)s"


def attempts(conn: Connection, ti: int) -> list[LoggedAttempt]:
    """Every attempt of one task instance in order, the one that runs now included."""
    statement = f"{_ENDED} {_OF_ONE} UNION ALL {_RUNNING} {_OF_ONE} ORDER BY 2"
    return [LoggedAttempt(*row) for row in conn.execute(statement, {"ti": ti}).fetchall()]


def standing(conn: Connection, ti: int) -> tuple[str, int] | None:
    """The state and try of a task instance; None when it was deleted."""
    row = conn.execute("SELECT state, try_number FROM task_instance WHERE id = %s", (ti,)).fetchone()
    return (row[0], row[1]) if row else None
