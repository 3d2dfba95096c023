"""Which code an attempt ran: its run's, or what the run had gone with before it was told to go on with other code.

Attempts keep no version of their own, so that claiming and finishing one costs nothing for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from headway.metastore.database import Connection

_JOINS: LiteralString = """
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN LATERAL (SELECT f.version_id, f.bundle_id FROM former_code f
                   WHERE f.run_id = t.run_id AND f.until > {started} ORDER BY f.until LIMIT 1) former ON true
LEFT JOIN dag_version v ON v.id = coalesce(former.version_id, r.version_id)
LEFT JOIN bundle b ON b.id = coalesce(former.bundle_id, r.bundle_id)
"""

#: Version and bundle of an attempt, of the tables that ``AT_START`` and ``AT_CLAIM`` join.
CODE: LiteralString = "v.number, b.hash"

#: Joins the code of attempt ``a`` of task instance ``t``.
AT_START: LiteralString = _JOINS.replace("{started}", "a.started_at")

#: Joins the code of claim ``c`` of task instance ``t``.
AT_CLAIM: LiteralString = _JOINS.replace("{started}", "c.started_at")


@dataclass(frozen=True, slots=True)
class FormerCode:
    """The version, by its number, with which a run has gone ``until`` it got other code."""

    version: int
    until: datetime


def of_run(conn: Connection, run: int) -> list[FormerCode]:
    """What a run, by its key, has gone with before its present code, the first one first."""
    rows = conn.execute(
        "SELECT v.number, f.until FROM former_code f JOIN dag_version v ON v.id = f.version_id"
        " WHERE f.run_id = %s ORDER BY f.until",
        (run,),
    ).fetchall()
    return [FormerCode(*row) for row in rows]
