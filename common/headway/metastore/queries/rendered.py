"""What template fields became: shipped by workers like logs, and kept no longer than their attempts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Rendered:
    """The template fields of one attempt as texts; ``day`` is the UTC day on which it started."""

    ti: int
    dispatch: int
    day: date
    try_number: int
    fields: Mapping[str, str]


_INSERT = """
INSERT INTO rendered (ti_id, dispatch, day, try_number, fields)
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::date[], %s::int[], %s::jsonb[])
ON CONFLICT DO NOTHING
"""


def insert(conn: Connection, found: Sequence[Rendered]) -> None:
    """Store the fields of any attempts in one statement; those that are there already stay as they are."""
    if found:
        rows = [(each.ti, each.dispatch, each.day, each.try_number, json.dumps(each.fields)) for each in found]
        conn.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])


def of_try(conn: Connection, ti: int, try_number: int | None = None) -> Rendered | None:
    """What the last attempt of a try rendered, of the last try that has rendered anything unless one is named."""
    row = conn.execute(
        "SELECT ti_id, dispatch, day, try_number, fields FROM rendered"
        " WHERE ti_id = %(ti)s AND (%(try)s::int IS NULL OR try_number = %(try)s) ORDER BY dispatch DESC LIMIT 1",
        {"ti": ti, "try": try_number},
    ).fetchone()
    return Rendered(*row) if row else None
