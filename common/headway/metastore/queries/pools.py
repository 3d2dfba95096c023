"""Pools: slots that tasks share across DAGs."""

from __future__ import annotations

from dataclasses import dataclass

from headway.errors import InvalidInput, NotFound
from headway.metastore.database import Connection

DEFAULT_POOL = "default_pool"
DEFAULT_SLOTS = 128


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool; ``slots`` -1 means without limit, ``used`` counts queued and running task instances' slots."""

    name: str
    slots: int
    used: int
    description: str


def ensure_default(conn: Connection) -> None:
    """Make the default pool if there is none."""
    conn.execute(
        "INSERT INTO pool (name, slots, description) VALUES (%s, %s, 'tasks that name no pool')"
        " ON CONFLICT (name) DO NOTHING",
        (DEFAULT_POOL, DEFAULT_SLOTS),
    )


def all_pools(conn: Connection) -> list[Pool]:
    """Every pool by name, with the slots that live schedulers have taken."""
    rows = conn.execute(
        "SELECT name, slots, (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(used)), description"
        " FROM pool ORDER BY name"
    ).fetchall()
    return [Pool(*row) for row in rows]


def others_used(conn: Connection, scheduler: str) -> dict[str, tuple[int, int]]:
    """For each pool: its slots (-1: no limit), and those taken by schedulers other than this one."""
    rows = conn.execute(
        "SELECT name, slots, (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(used - %s)) FROM pool",
        (scheduler,),
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def set_pool(conn: Connection, name: str, slots: int, description: str | None = None) -> None:
    """Make a pool or change it; ``description`` None keeps the present one.

    Raises ``InvalidInput`` for fewer than -1 slots (0 holds every task of the pool back).
    """
    if slots < -1:
        raise InvalidInput(f"pool {name!r}: expected slots >= -1, got {slots}", "use -1 for a pool without limit")
    conn.execute(
        "INSERT INTO pool (name, slots, description) VALUES (%(name)s, %(slots)s, coalesce(%(text)s, ''))"
        " ON CONFLICT (name) DO UPDATE SET slots = excluded.slots,"
        " description = coalesce(%(text)s, pool.description)",
        {"name": name, "slots": slots, "text": description},
    )


def delete_pool(conn: Connection, name: str) -> None:
    """Delete a pool; raises ``InvalidInput`` for the default pool and ``NotFound`` for an unknown one."""
    if name == DEFAULT_POOL:
        raise InvalidInput(f"{DEFAULT_POOL} cannot be deleted", "change its slots instead: `headway pools set`")
    if conn.execute("DELETE FROM pool WHERE name = %s", (name,)).rowcount == 0:
        raise NotFound(f"there is no pool {name!r}", "`headway pools list` shows them")


def forget_scheduler(conn: Connection, scheduler: str) -> None:
    """Take a dead scheduler's entry out of every pool; whoever adopts its runs writes them anew."""
    conn.execute("UPDATE pool SET used = used - %(me)s WHERE used ? %(me)s", {"me": scheduler})
