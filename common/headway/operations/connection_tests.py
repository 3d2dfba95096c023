"""Test a connection: a worker tries it, for whoever asks must not run hooks and their libraries, nor wait for ever.

A message goes to a queue that a live worker consumes, before everything else there; the answer comes back on an event
queue of its own in the broker. The worker gives up after ``worker.connection_test_limit`` seconds, whoever waits a
little later.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from headway.broker.bus import Bus, open_bus
from headway.broker.replies import await_reply
from headway.crypto import Vault
from headway.errors import Conflict
from headway.messages import ConnectionTest
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, nodes
from headway.metastore.queries import secrets as queries
from headway.operations import secrets
from headway.operations.secrets import ConnectionFields
from headway.settings import Settings

_PATIENCE = 10.0  # seconds behind the limit in which a worker has to become free and to answer
_URGENT = 10_000  # priority weight: the first to be taken


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a test; ``worker`` is None when none took it up in time."""

    ok: bool
    message: str
    worker: str | None
    seconds: float


def queue_for_test(conn: Connection, conn_id: str) -> str:
    """The queue whose workers shall test a connection; what follows needs the metastore no more.

    Raises ``NotFound`` for an unknown connection and ``Conflict`` when no worker is running.
    """
    if queries.connection(conn, conn_id) is None:
        raise secrets.no_connection(conn, conn_id)
    return _queue(conn)


def seal_for_test(conn: Connection, vault: Vault, conn_id: str, fields: ConnectionFields) -> tuple[str, str]:
    """The queue whose workers shall test values that are not stored, and these values, encrypted for the message.

    Raises ``Conflict`` when no worker is running.
    """
    return _queue(conn), vault.encrypt(json.dumps(fields.as_mapping(conn_id)))


def record_test(conn: Connection, conn_id: str, answer: Answer, *, actor: str, is_stored: bool = True) -> None:
    """Leave word of a test and of what came of it; ``is_stored``: not of values that were only typed."""
    detail = {"ok": answer.ok, "message": answer.message, "worker": answer.worker}
    if not is_stored:
        detail["values"] = "not stored"
    event_log.record(conn, actor=actor, action="connection.test", subject=f"connection {conn_id}", detail=detail)


def ask_worker(
    settings: Settings,
    queue: str,
    conn_id: str,
    *,
    sealed: str | None = None,
    called_off: Callable[[], bool] = lambda: False,
) -> Answer:
    """Whether the outside system answers a worker of ``queue``; raises ``BrokerUnavailable``.

    ``sealed`` are the values to try, by ``seal_for_test``; without them those that are stored. ``called_off`` is
    asked every second whether anybody still waits.
    """
    bus = open_bus(settings, name="headway connection test")
    try:
        return _ask(bus, queue, conn_id, sealed, settings.worker.connection_test_limit, called_off)
    finally:
        bus.close()


def _queue(conn: Connection) -> str:
    """The queue that most slots consume."""
    capacity = nodes.live_capacity(conn)
    if not capacity:
        raise Conflict("no worker is running to test the connection", "start one: `headway worker`")
    return max(capacity, key=lambda queue: (capacity[queue], queue))


def _ask(
    bus: Bus, queue: str, conn_id: str, sealed: str | None, limit: float, called_off: Callable[[], bool]
) -> Answer:
    name = str(uuid4())
    reply_to = f"connection-test.{name}"
    order = ConnectionTest(id=name, connection=conn_id, seconds=limit, reply_to=reply_to, sealed=sealed)
    began = time.monotonic()
    bus.publish([(order, queue, _URGENT)])
    answer = await_reply(bus, order.reply_to, began + limit + _PATIENCE, called_off)
    seconds = time.monotonic() - began
    if answer is None:
        silence = f"no worker of the queue {queue!r} has answered within {seconds:.0f} s: all may be busy"
        return Answer(False, silence, None, seconds)
    return Answer(bool(answer["ok"]), str(answer["message"]), str(answer["worker"]), seconds)
