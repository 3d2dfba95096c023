"""Pools: slots that tasks share across DAGs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from headway.metastore.queries import pools
from headway.metastore.queries.pools import PoolUse
from headway.operations.pools import create_pool as create
from headway.operations.pools import delete_pool as delete
from headway.operations.pools import find_pool, set_pool
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged
from headway_web.schemas.pools import NewPool, Pool, PoolChange, Pools
from headway_web.security.guards import Admin, Viewer

router = APIRouter()

Name = Annotated[str, Path(max_length=250, pattern=r"^[^\x00]*$", examples=["warehouse"])]


@router.get("/pools")
def list_pools(_: Viewer, conn: Db, paging: Paged) -> Pools:
    """List pools with what is used of each."""
    after = paging.after(str)
    found = pools.uses(conn, after=after[0] if after else None, limit=paging.fetch)
    shown, cursor = paging.cut(found, lambda each: (each.name,))
    return Pools(pools=[_shown(each) for each in shown], next_cursor=cursor)


@router.get("/pools/{name}")
def get_pool(_: Viewer, conn: Db, name: Name) -> Pool:
    """One pool."""
    return _shown(find_pool(conn, name))


@router.post("/pools", status_code=201)
def create_pool(actor: Admin, conn: Db, means: Means, pool: NewPool) -> Pool:
    """Make a pool."""
    create(
        conn,
        pool.name,
        pool.slots,
        description=pool.description,
        include_deferred=pool.include_deferred,
        actor=actor.name,
    )
    means.broker.wake(conn, "pool")
    return _shown(find_pool(conn, pool.name))


@router.patch("/pools/{name}")
def update_pool(actor: Admin, conn: Db, means: Means, name: Name, change: PoolChange) -> Pool:
    """Change a pool; schedulers follow at once."""
    present = find_pool(conn, name)
    set_pool(
        conn,
        name,
        present.slots if change.slots is None else change.slots,
        description=change.description,
        include_deferred=change.include_deferred,
        actor=actor.name,
    )
    means.broker.wake(conn, "pool")
    return _shown(find_pool(conn, name))


@router.delete("/pools/{name}", status_code=204)
def delete_pool(actor: Admin, conn: Db, means: Means, name: Name) -> Response:
    """Delete a pool; tasks that name it wait until there is one again. The default pool stays."""
    delete(conn, name, actor=actor.name)
    means.broker.wake(conn, "pool")
    return Response(status_code=204)


def _shown(use: PoolUse) -> Pool:
    occupied = use.running + use.queued + (use.deferred if use.include_deferred else 0)
    return Pool(
        name=use.name,
        slots=use.slots,
        description=use.description,
        include_deferred=use.include_deferred,
        occupied_slots=occupied,
        running_slots=use.running,
        queued_slots=use.queued,
        scheduled_slots=use.scheduled,
        deferred_slots=use.deferred,
        open_slots=-1 if use.slots < 0 else max(0, use.slots - occupied),
    )
