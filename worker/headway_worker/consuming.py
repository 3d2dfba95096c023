"""A consumer that has silently stopped consuming is opened again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from headway.broker.bus import Bus
from headway_worker.service import Service
from headway_worker.slots import SlotTable

log = logging.getLogger(__name__)

_SUSPICIOUS_LOOKS = 3


class Consuming(Service):
    """Watches for messages that wait although every child idles.

    Celery's consumer has been seen to sit on a connection that brings nothing. It is cut off then, and
    Celery, which takes that for a lost connection, opens another.
    """

    name = "consuming"
    interval = 10.0

    def __init__(self, controller: Any, table: SlotTable, bus: Bus, queues: Sequence[str]) -> None:
        super().__init__()
        self._controller = controller
        self._table = table
        self._bus = bus
        self._queues = queues
        self._taken = -1
        self._looks = 0

    def run_once(self) -> None:
        """Look whether anything was taken up since the last look, and whether something waits."""
        taken = self._table.taken()
        idle = taken == self._taken and not self._table.read() and not self._table.draining
        self._taken = taken
        stuck = idle and any(self._bus.depths(self._queues).values())
        self._looks = self._looks + 1 if stuck else 0
        if self._looks >= _SUSPICIOUS_LOOKS:
            self._looks = 0
            log.warning("messages wait, but the consumer brings none: its connection is opened again")
            self._cut_off()

    def _cut_off(self) -> None:
        hub = self._controller.hub
        if hub is not None:
            hub.call_soon(_lose_connection)


def _lose_connection() -> None:
    raise ConnectionResetError("messages wait, but none arrives")
