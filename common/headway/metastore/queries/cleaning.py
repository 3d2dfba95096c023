"""Who cleans up, when several schedulers could."""

from __future__ import annotations

from datetime import UTC, datetime

from headway.metastore.database import Connection

_KEY = "last_cleaning"


def claim(conn: Connection, due: datetime) -> bool:
    """Whether the cleaning that is due at ``due`` falls to the caller: True for one of all who ask."""
    at = due.astimezone(UTC).isoformat(timespec="seconds")  # texts of one form compare like moments
    return (
        conn.execute(
            "INSERT INTO meta (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE meta.value < excluded.value",
            (_KEY, at),
        ).rowcount
        == 1
    )
