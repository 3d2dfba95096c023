"""Pools: change them and leave a trace."""

from __future__ import annotations

import re

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, pools
from headway.metastore.queries.pools import PoolUse
from headway.operations.nearest import nearest

_NAME = re.compile(r"[^\s/]{1,250}")


def find_pool(conn: Connection, name: str) -> PoolUse:
    """A pool and what is used of it; raises ``NotFound`` that names the nearest ones."""
    found = pools.uses(conn, name=name)
    if not found:
        known = [each.name for each in pools.all_pools(conn)]
        raise NotFound(f"there is no pool {name!r}", nearest(name, known) or "`headway pools list` shows them")
    return found[0]


def create_pool(
    conn: Connection,
    name: str,
    slots: int,
    *,
    description: str = "",
    include_deferred: bool = False,
    actor: str,
) -> None:
    """Make a pool; raises ``Conflict`` when there is one of this name and ``InvalidInput`` as ``set_pool`` does."""
    with conn.transaction():
        if pools.uses(conn, name=name):
            raise Conflict(f"there is a pool {name!r} already", "change that one, or choose another name")
        set_pool(conn, name, slots, description=description, include_deferred=include_deferred, actor=actor)


def set_pool(
    conn: Connection,
    name: str,
    slots: int,
    *,
    description: str | None = None,
    include_deferred: bool | None = None,
    actor: str,
) -> None:
    """Make or change a pool; what is None stays as it is.

    Raises ``InvalidInput`` for fewer than -1 slots (-1: without limit) and for a name with spaces or slashes.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"pool name {name!r}: expected 1 to 250 characters without spaces and /", "choose another")
    with conn.transaction():
        pools.set_pool(conn, name, slots, description, include_deferred=include_deferred)
        event_log.record(conn, actor=actor, action="pool.set", subject=f"pool {name}", detail={"slots": slots})


def delete_pool(conn: Connection, name: str, *, actor: str) -> None:
    """Delete a pool; raises ``InvalidInput`` for the default pool and ``NotFound``."""
    with conn.transaction():
        pools.delete_pool(conn, name)
        event_log.record(conn, actor=actor, action="pool.delete", subject=f"pool {name}")
