"""Health for people, load balancers and container engines: no login, and nothing in it that needs one."""

from __future__ import annotations

from fastapi import APIRouter

from headway.errors import HeadwayError
from headway.metastore import schema
from headway.metastore.database import LOST
from headway.metastore.queries import nodes
from headway_web.dependencies import Db, Means
from headway_web.means import Web
from headway_web.schemas.health import Alive, Health, Nodes, Part, Ready
from headway_web.security.guards import Public

router = APIRouter()


@router.get("/health")
def get_health(web: Means, _: Public) -> Health:
    """Tell how the cluster is; always 200: `status` says it."""
    live, broker = _live_nodes(web), _broker_answers(web)
    schedulers = (live or {}).get("scheduler", 0)
    parts = {"metastore": _part(live is not None), "broker": _part(broker)}
    well = live is not None and broker and schedulers > 0
    return Health(
        status="healthy" if well else "unhealthy",
        **parts,
        scheduler=Nodes(status="healthy" if schedulers else "unhealthy", live=schedulers),
        workers=Nodes(status="healthy", live=(live or {}).get("worker", 0)),
        triggerer=Nodes(status="healthy", live=(live or {}).get("triggerer", 0)),
    )


@router.get("/health/live")
def get_live(_: Public) -> Alive:
    """Answer: the web node's process is well."""
    return Alive()


@router.get("/health/ready")
def get_ready(conn: Db, _: Public) -> Ready:
    """Answer 200 when the metastore answers and its schema fits, else a problem: send no requests here."""
    schema.check(conn)
    return Ready()


def _live_nodes(web: Web) -> dict[str, int] | None:
    try:
        with web.pool.connection() as conn:
            return nodes.live_by_kind(conn)
    except LOST:
        return None


def _broker_answers(web: Web) -> bool:
    try:
        with web.broker.bus() as bus:
            bus.depths(["default"])
    except HeadwayError:
        return False
    return True


def _part(answers: bool) -> Part:
    return Part(status="healthy" if answers else "unhealthy")
