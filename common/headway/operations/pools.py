"""Pools: change them and leave a trace."""

from __future__ import annotations

from headway.metastore.database import Connection
from headway.metastore.queries import event_log, pools


def set_pool(conn: Connection, name: str, slots: int, *, description: str | None = None, actor: str) -> None:
    """Make or change a pool; raises ``InvalidInput`` for fewer than -1 slots (-1: without limit)."""
    with conn.transaction():
        pools.set_pool(conn, name, slots, description)
        event_log.record(conn, actor=actor, action="pool.set", subject=f"pool {name}", detail={"slots": slots})


def delete_pool(conn: Connection, name: str, *, actor: str) -> None:
    """Delete a pool; raises ``InvalidInput`` for the default pool and ``NotFound``."""
    with conn.transaction():
        pools.delete_pool(conn, name)
        event_log.record(conn, actor=actor, action="pool.delete", subject=f"pool {name}")
