"""Nodes: schedulers, workers and the others, on every host."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from headway.metastore.queries import nodes
from headway.operations.nodes import drain
from headway_web.dependencies import Db, Means
from headway_web.schemas.queues import Draining, Node, Nodes
from headway_web.security.guards import Operator, Viewer

router = APIRouter()

Name = Annotated[
    str, Path(max_length=250, pattern=r"^[^\x00]*$", description="name or id", examples=["high_cpu@build-7"])
]


@router.get("/nodes")
def list_nodes(
    _: Viewer, conn: Db, ended: Annotated[bool, Query(description="also those that ended in the last day")] = False
) -> Nodes:
    """List nodes: what each consumes, how much it can run, and how much it does."""
    return Nodes(nodes=[_shown(each) for each in nodes.all_nodes(conn, ended=ended)])


@router.post("/nodes/{name}/drain")
def drain_node(actor: Operator, conn: Db, means: Means, name: Name) -> Draining:
    """Have a worker finish what it runs and take nothing new; it then ends by itself."""
    ids = drain(conn, name, actor=actor.name)
    means.broker.wake(conn, "worker", stops=True)
    return Draining(name=name, ids=ids)


def _shown(node: nodes.Node) -> Node:
    return Node(
        id=node.id,
        kind=node.kind,
        name=node.name,
        hostname=node.hostname,
        pid=node.pid,
        queues=node.queues,
        capacity=node.capacity,
        running=node.held,
        state=node.state,
        version=node.version,
        started_at=node.started_at,
        seen_at=node.seen_at,
        lease_until=node.lease_until,
    )
