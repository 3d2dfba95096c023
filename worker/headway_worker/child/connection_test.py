"""One message for the test of a connection: whoever asked waits for the answer, nobody else ever hears of it.

The test has a time limit. Code that does not heed it ends with its process; the message is acknowledged before it
begins, so it does not come again.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery.exceptions import Reject

from headway.authoring.connections import get_connection
from headway.authoring.exceptions import AirflowTaskTimeout
from headway.authoring.runtime import use_store
from headway.authoring.timeouts import time_limit
from headway.errors import BrokerUnavailable, HeadwayError
from headway.messages import ConnectionTest, UnknownVersion
from headway_worker.child.child import Child
from headway_worker.child.values import MetastoreValues
from headway_worker.slots import Attempt, Phase

log = logging.getLogger(__name__)

_GRACE = 3.0  # seconds behind the limit after which the process is killed
_LONGEST = 2000  # characters of an answer


def test_connection(child: Child, body: dict[str, Any]) -> bool:
    """Do what one message asks for, and tell whoever asked; whether the outside system answers."""
    try:
        order = ConnectionTest.from_json(body)
    except (UnknownVersion, TypeError, KeyError):
        raise Reject("not a message that this worker understands", requeue=True) from None
    try:
        ok, message = _try(child, order)
    finally:
        child.slot.idle()
    answer = {"ok": ok, "message": child.capture.masker(message)[:_LONGEST], "worker": child.node.name}
    with contextlib.suppress(BrokerUnavailable):  # whoever asked is cut off as well
        child.bus.send_event(order.reply_to, json.dumps(answer).encode())
    return ok


def _try(child: Child, order: ConnectionTest) -> tuple[bool, str]:
    """Like a callback in all that concerns the worker: users' code with a deadline, outside of any attempt."""
    attempt = Attempt(0, UUID(order.id).int % 2**63)
    child.slot.claiming(child.pid, attempt, UUID(order.id))
    child.slot.kill_at = time.monotonic() + order.seconds + _GRACE
    child.slot.enter(Phase.CALLBACKS)
    child.mark(attempt)
    try:
        return contextvars.copy_context().run(_within_limit, child, order)
    finally:
        child.clear_up()


class _Values(MetastoreValues):
    """What is stored, but for values that came with the order: those stand for its connection."""

    def __init__(self, child: Child, order: ConnectionTest) -> None:
        super().__init__(child.store, child.capture.masker, child.door)
        self._order = order

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields."""
        if self._order.sealed is None or conn_id != self._order.connection:
            return super().connection_get(conn_id)
        fields: dict[str, Any] = json.loads(self._call(self._door.open).decrypt(self._order.sealed))
        return fields


def _within_limit(child: Child, order: ConnectionTest) -> tuple[bool, str]:
    limit = timedelta(seconds=order.seconds)
    try:
        with use_store(_Values(child, order)), time_limit(limit):
            return get_connection(order.connection).test_connection()
    except AirflowTaskTimeout:
        return False, f"there was no answer within {order.seconds:g} s"
    except HeadwayError as error:
        return False, str(error)
    except BaseException as error:  # whatever a hook raises is an answer
        log.info("the test of connection %s failed", order.connection, exc_info=True)
        return False, f"{type(error).__name__}: {error}"
