"""The XComs of one task instance, as people look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from headway.authoring.results import NAME_KEY
from headway.metastore.database import Connection, fetch_value


@dataclass(frozen=True, slots=True)
class XComEntry:
    """One entry; ``size`` in bytes as stored, ``length`` the number of elements where tasks are mapped over it."""

    key: str
    timestamp: datetime
    size: int
    length: int | None


@dataclass(frozen=True, slots=True)
class XComValue:
    """One entry with the first part of its encoded value: the whole when it is no longer than was asked for."""

    entry: XComEntry
    text: str


def entries(conn: Connection, ti: int) -> list[XComEntry]:
    """Everything that a task instance has left, by key; not the name of its map index."""
    rows = conn.execute(
        "SELECT key, created_at, octet_length(value), length FROM xcom WHERE ti_id = %s AND key <> %s ORDER BY key",
        (ti, NAME_KEY),
    ).fetchall()
    return [XComEntry(*row) for row in rows]


def value(conn: Connection, ti: int, key: str, *, characters: int) -> XComValue | None:
    """One entry, with at most so many characters of its value."""
    row = conn.execute(
        "SELECT key, created_at, octet_length(value), length, left(value, %s) FROM xcom WHERE ti_id = %s AND key = %s",
        (characters, ti, key),
    ).fetchone()
    return XComValue(XComEntry(*row[:4]), row[4]) if row else None


_OLD = """
EXISTS (SELECT 1 FROM dag_run r JOIN task_instance t ON t.run_id = r.id
        WHERE x.ti_id = t.id AND r.state IN ('success', 'failed') AND r.end_date < now() - %(age)s)
"""
_COUNT_OLD = "SELECT count(*) FROM xcom x WHERE {which}"
_DELETE_OLD = "DELETE FROM xcom x WHERE {which}"


def count_old(conn: Connection, age: timedelta) -> int:
    """How many XComs belong to runs that ended before ``age`` ago."""
    return int(fetch_value(conn, _COUNT_OLD.format(which=_OLD), {"age": age}))


def delete_old(conn: Connection, age: timedelta) -> int:
    """Delete the XComs of runs that ended before ``age`` ago; how many."""
    return conn.execute(_DELETE_OLD.format(which=_OLD), {"age": age}).rowcount
