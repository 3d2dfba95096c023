"""Test a connection: a worker tries it, for whoever asks must not run hooks and their libraries, nor wait for ever.

A message goes to a queue that a live worker consumes, before everything else there; the answer comes back on an event
queue of its own in the broker. The worker gives up after ``LIMIT`` seconds, whoever waits a little later.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from headway.broker.bus import Bus, open_bus
from headway.errors import Conflict
from headway.messages import ConnectionTest
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, nodes
from headway.metastore.queries import secrets as queries
from headway.operations import secrets
from headway.settings import Settings

LIMIT = 15.0  # seconds that the test itself may take
_WAIT = 25.0  # seconds until a worker that has said nothing is given up
_URGENT = 10_000  # priority weight: the first to be taken


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test; ``worker`` is None when no worker took it up in time."""

    ok: bool
    message: str
    worker: str | None
    seconds: float


def test_connection(conn: Connection, settings: Settings, conn_id: str, *, actor: str) -> Tested:
    """Whether the outside system answers a worker.

    Raises ``NotFound`` for an unknown connection, ``Conflict`` when no worker is running and ``BrokerUnavailable``.
    """
    if queries.connection(conn, conn_id) is None:
        raise secrets.no_connection(conn, conn_id)
    queue = _queue(conn)
    event_log.record(conn, actor=actor, action="connection.test", subject=f"connection {conn_id}")
    bus = open_bus(settings, name="headway connection test")
    try:
        return _ask(bus, queue, conn_id)
    finally:
        bus.close()


def _queue(conn: Connection) -> str:
    """The queue that most slots consume."""
    capacity = nodes.live_capacity(conn)
    if not capacity:
        raise Conflict("no worker is running to test the connection", "start one: `headway worker`")
    return max(capacity, key=lambda queue: (capacity[queue], queue))


def _ask(bus: Bus, queue: str, conn_id: str) -> Tested:
    name = str(uuid4())
    order = ConnectionTest(id=name, connection=conn_id, reply_to=f"connection-test.{name}")
    began = time.monotonic()
    bus.publish([(order, queue, _URGENT)])
    answer = _await(bus, order.reply_to, began + _WAIT)
    bus.drop_events(order.reply_to)
    seconds = time.monotonic() - began
    if answer is None:
        return Tested(False, f"no worker of the queue {queue!r} has answered within {_WAIT:.0f} s", None, seconds)
    return Tested(bool(answer["ok"]), str(answer["message"]), str(answer["worker"]), seconds)


def _await(bus: Bus, reply_to: str, give_up: float) -> dict[str, Any] | None:
    while (left := give_up - time.monotonic()) > 0:
        for data in bus.events(reply_to, left):
            answer: dict[str, Any] = json.loads(data)
            return answer
    return None
