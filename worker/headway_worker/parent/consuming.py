"""A consumer that has silently stopped consuming is opened again."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import psutil

from headway.broker.bus import broker_url, open_bus
from headway.errors import BrokerUnavailable
from headway.settings import Settings
from headway_worker.parent.service import Service
from headway_worker.slots import SlotTable

log = logging.getLogger(__name__)

_SUSPICIOUS_LOOKS = 2
_DEFAULT_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


class Consuming(Service):
    """Watches for messages that wait although every child idles.

    A consumer may sit on a connection that brings nothing for as long as its socket's time-out. Every
    connection of this process to the broker is cut then: whoever needs one, Celery first, opens another.
    """

    name = "consuming"
    interval = 5.0

    def __init__(self, settings: Settings, table: SlotTable, queues: Sequence[str]) -> None:
        super().__init__()
        self._settings = settings
        self._table = table
        self._queues = queues
        self._taken = -1
        self._looks = 0

    def run_once(self) -> None:
        """Look whether anything was taken up since the last look, and whether something waits."""
        taken = self._table.taken()
        idle = taken == self._taken and not self._table.read() and not self._table.draining
        self._taken = taken
        stuck = idle and self._something_waits()
        self._looks = self._looks + 1 if stuck else 0
        if self._looks >= _SUSPICIOUS_LOOKS:
            self._looks = 0
            log.warning("messages wait, but the consumer brings none: its connection is opened again")
            self._cut_off()

    def _something_waits(self) -> bool:
        # a connection of its own, for an old one may be as dead as the consumer's
        bus = open_bus(self._settings, name="headway worker backlog")
        try:
            return any(bus.depths(self._queues).values())
        except BrokerUnavailable:  # of which the consumer tells
            return False
        finally:
            bus.close()

    def _cut_off(self) -> None:
        for descriptor in _connections_to(broker_url(self._settings)):
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as handle:
                handle.shutdown(socket.SHUT_RDWR)


def _connections_to(url: str) -> Iterator[int]:
    """File descriptors of this process's connections to the server of ``url``."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname or "localhost", port, type=socket.SOCK_STREAM)
    addresses = {entry[4][:2] for entry in found}
    for connection in psutil.Process().net_connections("tcp"):
        if connection.raddr and (connection.raddr.ip, connection.raddr.port) in addresses:
            yield connection.fd
