"""What tasks keep for their later tries and runs."""

from __future__ import annotations

from datetime import timedelta

from headway.metastore.database import Connection

_SET = """
INSERT INTO state_store (owner, key, value, expires_at)
SELECT %(owner)s, %(key)s, %(value)s, now() + %(retention)s::interval
FROM task_instance WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state = 'running'
ON CONFLICT (owner, key) DO UPDATE
SET value = excluded.value, expires_at = excluded.expires_at, written_at = now()
"""

_DELETE = """
DELETE FROM state_store
WHERE owner = %(owner)s AND (key = %(key)s OR %(key)s::text IS NULL)
  AND EXISTS (SELECT FROM task_instance WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state = 'running')
"""


def get(conn: Connection, owner: str, key: str) -> str | None:
    """The JSON text under a key; None when it is not there or has expired."""
    row = conn.execute(
        "SELECT value FROM state_store WHERE owner = %s AND key = %s AND (expires_at IS NULL OR expires_at > now())",
        (owner, key),
    ).fetchone()
    return str(row[0]) if row else None


def put(
    conn: Connection, owner: str, key: str, value: str, retention: timedelta | None, *, ti: int, dispatch: int
) -> bool:
    """Write for the attempt with this token; False when it is no longer the one that counts."""
    given = {"owner": owner, "key": key, "value": value, "retention": retention, "ti": ti, "dispatch": dispatch}
    return conn.execute(_SET, given).rowcount == 1


def delete(conn: Connection, owner: str, key: str | None, *, ti: int, dispatch: int) -> None:
    """Delete one key, or all for None, for the attempt with this token; another's wish does nothing."""
    conn.execute(_DELETE, {"owner": owner, "key": key, "ti": ti, "dispatch": dispatch})


def forget_old(conn: Connection) -> int:
    """Delete what has expired, and what belongs to task instances that are gone; how many keys."""
    return conn.execute(
        "DELETE FROM state_store s WHERE expires_at < now() OR (owner LIKE 'task/%' AND NOT EXISTS ("
        "SELECT FROM task_instance t WHERE t.id = substr(s.owner, 6)::bigint))"
    ).rowcount
