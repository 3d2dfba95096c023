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


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its key."""

    key: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


_PAGE = """
SELECT id, at, actor, action, subject, detail FROM event_log
WHERE (%(behind)s::bigint IS NULL OR id < %(behind)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(action)s::text IS NULL OR action = %(action)s OR starts_with(action, %(action)s || '.'))
  AND (%(subject)s::text IS NULL OR subject = %(subject)s OR starts_with(subject, %(subject)s || '/'))
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR at <= %(until)s)
ORDER BY id DESC LIMIT %(limit)s
"""


def page(
    conn: Connection,
    *,
    limit: int,
    behind: int | None = None,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Entries, the newest first, from behind the one of key ``behind``.

    ``action`` also finds its sub-actions (``pool`` finds ``pool.set``), ``subject`` what lies within it (a DAG's id
    finds its runs).
    """
    parameters = {
        "limit": limit,
        "behind": behind,
        "actor": actor,
        "action": action,
        "subject": subject,
        "since": since,
        "until": until,
    }
    return [Entry(*row) for row in conn.execute(_PAGE, parameters).fetchall()]


def events(conn: Connection, *, subject: str | None = None, limit: int = 100) -> list[Event]:
    """The newest entries first, of all subjects or of one."""
    rows = conn.execute(
        "SELECT at, actor, action, subject, detail FROM event_log"
        " WHERE %(subject)s::text IS NULL OR subject = %(subject)s ORDER BY at DESC, id DESC LIMIT %(limit)s",
        {"subject": subject, "limit": limit},
    ).fetchall()
    return [Event(*row) for row in rows]
