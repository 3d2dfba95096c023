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
    include_deferred: bool = False


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
        "SELECT name, slots, (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(used)), description,"
        " include_deferred FROM pool ORDER BY name"
    ).fetchall()
    return [Pool(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Share:
    """What one scheduler and all the others have taken of a pool's ``slots`` (-1: no limit).

    Deferred task instances keep theirs if it says ``include_deferred``.
    """

    slots: int
    mine: int
    others: int
    include_deferred: bool = False


def shares(conn: Connection, scheduler: str) -> dict[str, Share]:
    """Every pool as it looks to one scheduler."""
    rows = conn.execute(
        "SELECT name, slots, coalesce((used ->> %(me)s)::int, 0),"
        " (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(used - %(me)s)), include_deferred FROM pool",
        {"me": scheduler},
    ).fetchall()
    return {row[0]: Share(*row[1:]) for row in rows}


_WRITE = """
WITH locked AS (SELECT name FROM pool WHERE name = ANY(%(names)s) ORDER BY name FOR UPDATE)
UPDATE pool p SET used = p.used || jsonb_build_object(%(me)s::text, m.slots)
FROM unnest(%(names)s::text[], %(slots)s::int[]) AS m (name, slots) JOIN locked ON locked.name = m.name
WHERE p.name = m.name
"""


def write_shares(conn: Connection, scheduler: str, used: dict[str, int]) -> None:
    """Write down what a scheduler's task instances take of some pools, be it more than there is.

    Only the taking of new slots may be refused (``scheduling.queue``); what is taken is a fact.
    """
    names = sorted(used)
    conn.execute(_WRITE, {"me": scheduler, "names": names, "slots": [used[name] for name in names]})


@dataclass(frozen=True, slots=True)
class PoolUse:
    """A pool (``slots`` -1: without limit), and the slots of task instances in it, by what these do.

    ``scheduled`` ones wait for a slot, or for something else that holds them back.
    """

    name: str
    slots: int
    description: str
    include_deferred: bool
    running: int
    queued: int
    scheduled: int
    deferred: int


# A task instance whose trigger rule lets it go is `none` until it is queued, so these are told apart by memory only.
_USES = """
WITH used AS (
    SELECT t.pool, t.state, sum(t.pool_slots) AS slots FROM dag_run r JOIN task_instance t ON t.run_id = r.id
    WHERE r.state = 'running' AND t.state IN ('running', 'restarting', 'queued', 'scheduled', 'deferred')
    GROUP BY t.pool, t.state
)
SELECT p.name, p.slots, p.description, p.include_deferred,
       coalesce(sum(u.slots) FILTER (WHERE u.state IN ('running', 'restarting')), 0)::int,
       coalesce(sum(u.slots) FILTER (WHERE u.state = 'queued'), 0)::int,
       coalesce(sum(u.slots) FILTER (WHERE u.state = 'scheduled'), 0)::int,
       coalesce(sum(u.slots) FILTER (WHERE u.state = 'deferred'), 0)::int
FROM pool p LEFT JOIN used u ON u.pool = p.name
WHERE (%(name)s::text IS NULL OR p.name = %(name)s) AND (%(after)s::text IS NULL OR p.name > %(after)s)
GROUP BY p.name ORDER BY p.name LIMIT %(limit)s
"""


def uses(conn: Connection, *, name: str | None = None, after: str | None = None, limit: int = 1000) -> list[PoolUse]:
    """Pools by name: those behind ``after``, or the one of this name."""
    rows = conn.execute(_USES, {"name": name, "after": after, "limit": limit}).fetchall()
    return [PoolUse(*row) for row in rows]


def set_pool(
    conn: Connection,
    name: str,
    slots: int,
    description: str | None = None,
    *,
    include_deferred: bool | None = None,
) -> None:
    """Make a pool or change it; ``description`` and ``include_deferred`` None keep the present ones.

    Raises ``InvalidInput`` for fewer than -1 slots (0 holds every task of the pool back).
    """
    if slots < -1:
        raise InvalidInput(f"pool {name!r}: expected slots >= -1, got {slots}", "use -1 for a pool without limit")
    conn.execute(
        "INSERT INTO pool (name, slots, description, include_deferred)"
        " VALUES (%(name)s, %(slots)s, coalesce(%(text)s, ''), coalesce(%(deferred)s, false))"
        " ON CONFLICT (name) DO UPDATE SET slots = excluded.slots,"
        " description = coalesce(%(text)s, pool.description),"
        " include_deferred = coalesce(%(deferred)s, pool.include_deferred)",
        {"name": name, "slots": slots, "text": description, "deferred": include_deferred},
    )


def delete_pool(conn: Connection, name: str) -> None:
    """Delete a pool; raises ``InvalidInput`` for the default pool and ``NotFound`` for an unknown one."""
    if name == DEFAULT_POOL:
        raise InvalidInput(f"{DEFAULT_POOL} cannot be deleted", "change its slots instead: `headway pools set`")
    if conn.execute("DELETE FROM pool WHERE name = %s", (name,)).rowcount == 0:
        raise NotFound(f"there is no pool {name!r}", "`headway pools list` shows them")


_FORGET_ENDED = """
WITH ended AS (
    SELECT p.name, array_agg(k) AS keys FROM pool p, jsonb_object_keys(p.used) AS k
    WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.id = k::uuid AND n.state IN ('up', 'draining'))
      AND NOT EXISTS (SELECT 1 FROM dag d JOIN dag_run r ON r.dag_id = d.dag_id AND r.state IN ('queued', 'running')
                      WHERE d.owner_id = k::uuid)
    GROUP BY p.name
), locked AS (
    SELECT name FROM pool WHERE name IN (SELECT name FROM ended) ORDER BY name FOR UPDATE
)
UPDATE pool p SET used = p.used - ended.keys FROM ended JOIN locked ON locked.name = ended.name
WHERE p.name = ended.name
"""


def forget_ended(conn: Connection) -> int:
    """Take the entries of ended schedulers out of every pool, as soon as others have adopted their DAGs.

    Until then the slots stay taken, for their task instances may still run. Returns the number of pools changed.
    """
    return conn.execute(_FORGET_ENDED).rowcount


def forget_scheduler(conn: Connection, scheduler: str) -> None:
    """Take a dead scheduler's entry out of every pool; whoever adopts its runs writes them anew."""
    conn.execute("UPDATE pool SET used = used - %(me)s WHERE used ? %(me)s", {"me": scheduler})
