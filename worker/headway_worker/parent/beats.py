"""What this worker hears over the broker: schedulers' beats, and hints that stop requests are there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from headway.broker.bus import BEATS, STOPS, Bus
from headway.errors import BrokerUnavailable
from headway.settings import LeaseSettings
from headway_worker.parent.service import Service
from headway_worker.slots import SlotTable

_WAIT = 0.5  # seconds of one wait for a beat, and the longest that a hint waits


class Beats(Service):
    """Tells an outage of the metastore from being cut off alone.

    While the metastore is away for the schedulers too, no lease runs out: each beat that says so is as
    good as a renewal, unless some scheduler has said the contrary within half a lease. A deadline that
    has passed stays passed. ``on_hint`` is called when a stop request was announced.
    """

    name = "beats"
    interval = 0.0

    def __init__(self, table: SlotTable, bus: Bus, lease: LeaseSettings, *, on_hint: Callable[[], None]) -> None:
        super().__init__()
        self._table = table
        self._bus = bus
        self._lease = lease
        self._on_hint = on_hint
        self._last_ok = float("-inf")

    def run_once(self) -> None:
        """Listen for a moment. Of a broker that is away the consumer tells."""
        try:
            for beat in self._bus.listen(BEATS, _WAIT):
                self.take(beat, time.monotonic())
            if self._bus.listen(STOPS, 0):
                self._on_hint()
        except BrokerUnavailable:
            time.sleep(_WAIT)

    def _end(self) -> None:
        """Nothing more is to be heard."""

    def take(self, beat: bytes, now: float) -> None:
        """Weigh one beat, heard at ``now`` (monotonic clock)."""
        try:
            ok = bool(json.loads(beat)["metastore"])
        except (ValueError, KeyError, TypeError):
            return
        if ok:
            self._last_ok = now
        elif now - self._last_ok > self._lease.length / 2 and now < self._table.deadline:
            excused = now + self._lease.length - self._lease.margin
            self._table.deadline = max(self._table.deadline, excused)

    def close(self) -> None:
        """Let go of the broker."""
        try:
            self._bus.close()
        except BrokerUnavailable:
            return
