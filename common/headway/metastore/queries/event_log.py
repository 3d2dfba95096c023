"""The audit trail: who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; ``subject`` is a DAG id, ``dag_id/run_id``, or the kind and name of what was changed."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


def record(conn: Connection, *, actor: str, action: str, subject: str, detail: dict[str, Any] | None = None) -> None:
    """Enter an action; inside the transaction of what it did, so that neither is there without the other."""
    conn.execute(
        "INSERT INTO event_log (actor, action, subject, detail) VALUES (%s, %s, %s, %s)",
        (actor, action, subject, Jsonb(detail or {})),
    )


def events(conn: Connection, *, subject: str | None = None, limit: int = 100) -> list[Event]:
    """The newest entries first, of all subjects or of one."""
    rows = conn.execute(
        "SELECT at, actor, action, subject, detail FROM event_log"
        " WHERE %(subject)s::text IS NULL OR subject = %(subject)s ORDER BY at DESC, id DESC LIMIT %(limit)s",
        {"subject": subject, "limit": limit},
    ).fetchall()
    return [Event(*row) for row in rows]
