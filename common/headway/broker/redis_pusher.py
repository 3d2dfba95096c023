"""Commands to Redis or Valkey without a pool: for what every task sends, where a pool costs as much again."""

from __future__ import annotations

import os
from typing import Any

import redis
from redis.exceptions import ConnectionError as ConnectionLostError


class Pusher:
    """Sends commands over one connection that it keeps; one that broke while idle is opened anew, once.

    For one thread. In a process forked meanwhile it opens a connection of its own.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._connection: Any = None
        self._pid = os.getpid()

    def send(self, *commands: tuple[Any, ...]) -> None:
        """Send all, then read every reply; raises what redis-py raises."""
        if self._pid != os.getpid():
            self._pid, self._connection = os.getpid(), None
        try:
            self._send(commands)
        except (ConnectionLostError, OSError):
            self._send(commands)

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.disconnect()
            self._client.connection_pool.release(self._connection)
        self._connection = None

    def _send(self, commands: tuple[tuple[Any, ...], ...]) -> None:
        if self._connection is None:
            self._connection = self._client.connection_pool.get_connection()
        try:
            self._connection.send_packed_command(self._connection.pack_commands(commands))
            for _ in commands:
                self._connection.read_response()
        except BaseException:  # a reply may still be on its way: it must not be taken for the next one's
            self.close()
            raise
