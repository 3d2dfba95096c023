"""Logs that were moved to a log store elsewhere, and those that are to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, LiteralString

import psycopg

from headway.log_store.keys import LogOwner
from headway.metastore.database import Connection, fetch_value
from headway.metastore.queries.logs import Chunk


@dataclass(frozen=True, slots=True)
class Moved:
    """The bytes from ``offset`` up to ``end`` of an attempt's log: the object ``key`` below the address ``store``."""

    ti: int
    dispatch: int
    day: date
    offset: int
    end: int
    store: str
    key: str


_READ: LiteralString = """
SELECT ti_id, dispatch, day, byte_offset, byte_offset + bytes AS ends, store, key, NULL AS text FROM moved_log
WHERE ti_id = %(ti)s AND dispatch = %(dispatch)s AND byte_offset + bytes > %(from)s AND NOT doomed
UNION ALL
SELECT ti_id, dispatch, day, byte_offset, 0, '', '', text FROM task_log
WHERE ti_id = %(ti)s AND dispatch = %(dispatch)s AND byte_offset >= %(from)s
ORDER BY byte_offset, ends DESC LIMIT %(limit)s
"""


def read(conn: Connection, *, ti: int, dispatch: int, from_offset: int, limit: int) -> list[Chunk | Moved]:
    """A log from a byte on, in order, at most ``limit`` pieces: text that is here, and where the other is."""
    wanted = {"ti": ti, "dispatch": dispatch, "from": from_offset, "limit": limit}
    rows = conn.execute(_READ, wanted).fetchall()
    return [Moved(*row[:7]) if row[7] is None else Chunk(row[0], row[1], row[2], row[3], row[7]) for row in rows]


_LOOKED_AT: LiteralString = """
WITH page AS MATERIALIZED (
    SELECT DISTINCT ti_id, dispatch, day FROM task_log WHERE (ti_id, dispatch) > (%(ti)s, %(dispatch)s)
    ORDER BY ti_id, dispatch LIMIT %(limit)s
)
SELECT p.ti_id, p.dispatch, p.day, r.dag_id, r.run_id, t.task_id, t.map_index, a.try_number,
       a.ended_at < now() - %(patience)s OR (here.ends >= a.log_bytes AND NOT EXISTS (
           SELECT 1 FROM trigger g WHERE g.ti_id = p.ti_id AND g.dispatch = p.dispatch)) AS ready
FROM page p
JOIN LATERAL (
    SELECT l.byte_offset + octet_length(l.text) AS ends FROM task_log l
    WHERE l.ti_id = p.ti_id AND l.dispatch = p.dispatch AND l.day = p.day ORDER BY l.byte_offset DESC LIMIT 1
) here ON true
LEFT JOIN task_attempt a ON a.ti_id = p.ti_id AND a.dispatch = p.dispatch
    AND a.started_at >= p.day::timestamp AT TIME ZONE 'UTC' AND a.started_at < (p.day + 1)::timestamp AT TIME ZONE 'UTC'
LEFT JOIN task_instance t ON t.id = p.ti_id
LEFT JOIN dag_run r ON r.id = t.run_id
ORDER BY p.ti_id, p.dispatch
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Attempts of which there is text in the metastore: those that are ``ready`` to be moved, and who came ``last``."""

    ready: list[LogOwner]
    last: tuple[int, int] | None


def page(conn: Connection, *, after: tuple[int, int], limit: int, patience: timedelta) -> Page:
    """The next attempts behind ``after``; ready is one that has ended and whose log is complete.

    After ``patience`` it is ready as it is: the rest of its log may be lost, or come later.
    """
    wanted = {"ti": after[0], "dispatch": after[1], "limit": limit, "patience": patience}
    rows = conn.execute(_LOOKED_AT, wanted).fetchall()
    ready = [LogOwner(*row[:8]) for row in rows if row[8] and row[3] is not None]
    return Page(ready, (rows[-1][0], rows[-1][1]) if rows else None)


_TAKE = """
DELETE FROM task_log l USING unnest(%s::bigint[], %s::int[], %s::date[], %s::bigint[]) AS w (ti, dispatch, day, start)
WHERE l.ti_id = w.ti AND l.dispatch = w.dispatch AND l.day = w.day AND l.byte_offset = w.start
"""
_KEEP = """
INSERT INTO moved_log (ti_id, dispatch, day, byte_offset, bytes, store, key)
SELECT w.ti, w.dispatch, w.day, w.start, w.ends - w.start, %s, w.key
FROM unnest(%s::bigint[], %s::int[], %s::date[], %s::bigint[], %s::bigint[], %s::text[])
    AS w (ti, dispatch, day, start, ends, key)
ON CONFLICT (ti_id, dispatch, byte_offset) DO UPDATE
SET bytes = excluded.bytes, store = excluded.store, key = excluded.key
WHERE moved_log.bytes < excluded.bytes
"""


def record(conn: Connection, moved: Sequence[Moved], chunks: Sequence[Chunk]) -> bool:
    """Let objects of one store take the place of chunks; False, and nothing happens, when one of these is gone."""
    took = False
    with conn.transaction() as transaction:
        places = _columns([(c.ti, c.dispatch, c.day, c.offset) for c in chunks])
        took = conn.execute(_TAKE, places).rowcount == len(chunks)
        if not took:
            raise psycopg.Rollback(transaction)
        stretches = _columns([(m.ti, m.dispatch, m.day, m.offset, m.end, m.key) for m in moved])
        conn.execute(_KEEP, (moved[0].store, *stretches))
    return took


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


def doomed(conn: Connection, store: str, *, limit: int) -> list[str]:
    """Keys of objects that are to be deleted from a store."""
    rows = conn.execute(
        "SELECT DISTINCT key FROM (SELECT key FROM moved_log WHERE doomed AND store = %s LIMIT %s) k", (store, limit)
    ).fetchall()
    return [row[0] for row in rows]


def forget(conn: Connection, store: str, keys: Sequence[str]) -> None:
    """These objects are no more."""
    conn.execute("DELETE FROM moved_log WHERE doomed AND store = %s AND key = ANY(%s)", (store, list(keys)))


_OLD: LiteralString = "NOT doomed AND day < (now() AT TIME ZONE 'UTC')::date - %(age)s::interval"
_DOOM_OLD: LiteralString = f"""
UPDATE moved_log SET doomed = true
WHERE (ti_id, dispatch, byte_offset) IN (
    SELECT ti_id, dispatch, byte_offset FROM moved_log WHERE {_OLD} LIMIT %(limit)s)
"""  # noqa: S608 (made of constants)


def count_old(conn: Connection, age: timedelta) -> int:
    """How many objects hold logs of attempts that started longer ago than ``age``."""
    return int(fetch_value(conn, f"SELECT count(*) FROM moved_log WHERE {_OLD}", {"age": age}))  # noqa: S608 (a constant)


def doom_old(conn: Connection, age: timedelta, *, limit: int) -> int:
    """Have at most ``limit`` of them deleted, and no longer shown; how many."""
    return conn.execute(_DOOM_OLD, {"age": age, "limit": limit}).rowcount


def is_used(conn: Connection, store: str) -> bool:
    """Whether any log lies in a store."""
    return bool(fetch_value(conn, "SELECT EXISTS (SELECT 1 FROM moved_log WHERE store = %(store)s)", {"store": store}))


def installation(conn: Connection) -> str:
    """What tells this installation from others that use the same store."""
    conn.execute(
        "INSERT INTO meta (key, value) VALUES ('installation', gen_random_uuid()::text) ON CONFLICT DO NOTHING"
    )
    return str(fetch_value(conn, "SELECT value FROM meta WHERE key = 'installation'"))


def take_turn(conn: Connection, seconds: float) -> bool:
    """Whether it falls to the caller to move logs; for so long, or until ``end_turn``."""
    return (
        conn.execute(
            "INSERT INTO meta (key, value) VALUES ('logs_moved_until', (extract(epoch FROM now()) + %s)::text)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            " WHERE meta.value::float8 < extract(epoch FROM now())",
            (seconds,),
        ).rowcount
        == 1
    )


def end_turn(conn: Connection) -> None:
    """Let another one come."""
    conn.execute("UPDATE meta SET value = '0' WHERE key = 'logs_moved_until'")
