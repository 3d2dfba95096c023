"""kombu's Redis channel, taught that it may outlive its connection, and to keep its client.

When the broker goes away while a task runs, Celery closes the connection twice; the second time, and at the
task's acknowledgement, the channel asks a connection that is no more for its address. That is a fault of
kombu's own kind (AttributeError), which Celery takes for a reason to end the worker. As a lost connection
it is what Celery is made for: it connects anew.

kombu makes a client object for each command that it sends; making one costs a fifth of all that the worker's
parent does for a task. The client is only a face of the connection pool: one is kept as long as the pool.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLostError


class _Channel(redis.Channel):
    _kept: tuple[Any, Any] = (None, None)  # a pool, and the client on it

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # made once for each connection, which it takes for itself
            return super()._create_client(asynchronous=True)  # type: ignore[no-untyped-call]
        pool, client = self._kept
        if pool is not self.pool:
            client = super()._create_client()  # type: ignore[no-untyped-call]
            self._kept = (self.pool, client)
        return client

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise ConnectionLostError("the connection of this channel is closed")
        params: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return params


def survive_lost_connections() -> None:
    """Have every connection to Redis that is opened from now on use this channel."""
    redis.Transport.Channel = _Channel
