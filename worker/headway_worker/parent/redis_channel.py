"""kombu's Redis channel, taught that it may outlive its connection.

When the broker goes away while a task runs, Celery closes the connection twice; the second time, and at the
task's acknowledgement, the channel asks a connection that is no more for its address. That is a fault of
kombu's own kind (AttributeError), which Celery takes for a reason to end the worker. As a lost connection
it is what Celery is made for: it connects anew.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLostError


class _Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise ConnectionLostError("the connection of this channel is closed")
        params: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return params


def survive_lost_connections() -> None:
    """Have every connection to Redis that is opened from now on use this channel."""
    redis.Transport.Channel = _Channel
