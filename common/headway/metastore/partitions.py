"""Time partitions: made ahead of need, dropped when their time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from psycopg import sql

from headway.metastore.database import Connection


@dataclass(frozen=True)
class Partitioned:
    """A table partitioned by time: ``days`` to a partition, ``ahead`` partitions made in advance."""

    table: str
    column: str
    days: int
    ahead: int


PARTITIONED = (
    Partitioned("task_attempt", "started_at", days=7, ahead=3),
    Partitioned("rendered", "day", days=7, ahead=3),
    Partitioned("task_log", "day", days=1, ahead=5),
    Partitioned("event_log", "at", days=7, ahead=3),
)

_LOCK = 4_895_213_071  # any number: one new partition at a time
_EPOCH = date(2024, 1, 1)  # a Monday: weekly partitions begin on Mondays


def ensure(conn: Connection, today: date) -> list[str]:
    """Make the partitions that cover ``today`` (UTC) and the time to come; return the names of new ones.

    Rows that had to go to the default partition meanwhile move into the new one.
    """
    made = []
    for part in PARTITIONED:
        _default(conn, part)
        for number in range(part.ahead + 1):
            start = _start(part, today) + timedelta(days=number * part.days)
            name = f"{part.table}_p{start:%Y%m%d}"
            if _make(conn, part, name, start):
                made.append(name)
    return made


def expired(conn: Connection, table: str, before: date) -> list[str]:
    """Names of the partitions of ``table`` that end at or before ``before``."""
    days = next(part.days for part in PARTITIONED if part.table == table)
    rows = conn.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass AND c.relname ~ '_p[0-9]{8}$' ORDER BY 1",
        (table,),
    ).fetchall()
    names = [str(row[0]) for row in rows]
    return [name for name in names if _day_of(name) + timedelta(days=days) <= before]


def drop(conn: Connection, name: str) -> None:
    """Drop one partition and all that is in it; harmless when another node was first."""
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))


def _start(part: Partitioned, day: date) -> date:
    return day - timedelta(days=(day - _EPOCH).days % part.days)


def _day_of(name: str) -> date:
    digits = name[-8:]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _exists(conn: Connection, name: str) -> bool:
    # not to_regclass: it answers from a cache that may not know yet what another session has just made
    row = conn.execute(
        "SELECT 1 FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace", (name,)
    ).fetchone()
    return row is not None


def _default(conn: Connection, part: Partitioned) -> None:
    if _exists(conn, f"{part.table}_default"):
        return
    conn.execute(
        sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF {} DEFAULT").format(
            sql.Identifier(f"{part.table}_default"), sql.Identifier(part.table)
        )
    )


def _make(conn: Connection, part: Partitioned, name: str, start: date) -> bool:
    """Make a partition unless it is there; several nodes may try at once."""
    if _exists(conn, name):
        return False
    names = {
        "name": sql.Identifier(name),
        "table": sql.Identifier(part.table),
        "rest": sql.Identifier(f"{part.table}_default"),
        "column": sql.Identifier(part.column),
        "start": sql.Literal(f"{start} 00:00+00" if part.column != "day" else str(start)),
        "end": sql.Literal(_end(part, start)),
    }
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if _exists(conn, name):
            return False
        for statement in _MAKE:
            conn.execute(sql.SQL(statement).format(**names))
    return True


def _end(part: Partitioned, start: date) -> str:
    end = start + timedelta(days=part.days)
    return str(end) if part.column == "day" else f"{end} 00:00+00"


_MAKE = (
    # A row that is already on its way to the default partition would be refused there when this is done.
    "LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE",
    "CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    (
        "WITH moved AS (DELETE FROM {rest} WHERE {column} >= {start} AND {column} < {end} RETURNING *)"
        " INSERT INTO {name} SELECT * FROM moved"
    ),
    "ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})",
)
