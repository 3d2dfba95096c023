"""Queues: what waits in each, where, for how long, and who consumes it."""

from __future__ import annotations

from dataclasses import dataclass

from headway.broker.bus import Bus
from headway.metastore.database import Connection
from headway.metastore.queries import task_list


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue.

    ``depth``: messages in the broker that no worker has taken (None: the broker does not answer);
    ``backlog``: task instances that are ready and wait in the metastore; ``outstanding``: published and not
    begun; ``oldest_seconds``: age of the oldest of these; ``workers`` consume it, with ``slots`` tasks at
    once; ``consumed``: whether anybody does.
    """

    queue: str
    depth: int | None
    backlog: int
    outstanding: int
    running: int
    oldest_seconds: float | None
    workers: int
    slots: int
    consumed: bool


def queue_states(conn: Connection, bus: Bus | None) -> list[QueueState]:
    """Every queue that a DAG names, a worker consumes or a task waits in; ``bus`` None leaves depths out.

    Raises ``BrokerUnavailable``.
    """
    figures = task_list.queue_figures(conn)
    depths = bus.depths([each.queue for each in figures]) if bus else {}
    return [
        QueueState(
            queue=each.queue,
            depth=depths.get(each.queue),
            backlog=each.backlog,
            outstanding=each.outstanding,
            running=each.running,
            oldest_seconds=each.oldest_seconds,
            workers=each.workers,
            slots=each.slots,
            consumed=each.workers > 0,
        )
        for each in figures
    ]
