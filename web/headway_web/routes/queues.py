"""Queues, and what they looked like over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from headway.operations.queues import queue_history, queue_states
from headway_web.dependencies import Db, Means
from headway_web.schemas.queues import Queue, QueueHistory, QueuePoint, Queues
from headway_web.security.guards import Viewer

router = APIRouter()

Name = Annotated[str, Path(max_length=250, pattern=r"^[^\x00]*$", examples=["high_cpu"])]
Minutes = Annotated[int, Query(ge=1, le=1440, description="how far back", examples=[60])]


@router.get("/queues")
def list_queues(_: Viewer, conn: Db, means: Means) -> Queues:
    """List every queue that a DAG names, a worker consumes or a task waits in, also those that nobody consumes."""
    found = queue_states(conn, means.broker.depths, concurrency=means.settings.worker.concurrency)
    return Queues(queues=[Queue.model_validate(each, from_attributes=True) for each in found])


@router.get("/queues/{queue}/history")
def get_queue_history(_: Viewer, conn: Db, queue: Name, minutes: Minutes = 60) -> QueueHistory:
    """What a queue looked like over the last minutes, in at most 360 points."""
    points = queue_history(conn, queue, minutes)
    return QueueHistory(queue=queue, points=[QueuePoint.model_validate(each, from_attributes=True) for each in points])
