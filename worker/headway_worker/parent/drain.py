"""The orderly end: nothing new is taken, what runs gets its grace, the rest is handed back."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from celery.worker import state as celery_state

from headway_worker.parent.enforcer import Enforcer
from headway_worker.parent.service import Service
from headway_worker.slots import Cause, Phase, SlotTable

log = logging.getLogger(__name__)

_REASON = "the worker is drained"


class Drain(Service):
    """Begins at SIGTERM, SIGINT or the cluster's request; a second signal ends everything at once."""

    name = "drain"
    interval = 0.2

    def __init__(
        self,
        table: SlotTable,
        enforcer: Enforcer,
        *,
        grace: float,
        kill_grace: float,
        say: Callable[[], None],
    ) -> None:
        super().__init__()
        self._table = table
        self._enforcer = enforcer
        self._grace = grace
        self._kill_grace = kill_grace
        self._tell = say
        self._began = threading.Event()
        self._told = False
        self._signals = 0
        self._ask_at = self._kill_at = float("inf")

    def catch_signals(self) -> None:
        """Take over SIGTERM and SIGINT; call in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def begin(self) -> None:
        """Stop taking messages; running tasks keep their grace."""
        if self._began.is_set():
            return
        now = time.monotonic()
        self._ask_at = now + self._grace
        self._kill_at = self._ask_at + self._kill_grace
        self._began.set()
        self._table.draining = True
        celery_state.should_stop = os.EX_OK
        self.wake()

    def run_once(self) -> None:
        """Follow the clock."""
        if not self._began.is_set():
            return
        if not self._told:
            self._told = True
            log.info("draining: running tasks get %g s", self._grace)
            self._tell()
        now = time.monotonic()
        if now >= self._kill_at:
            self._enforcer.kill_all(Cause.DRAIN, _REASON)
        elif now >= self._ask_at:
            self._hand_back()

    def _hand_back(self) -> None:
        for reading in self._table.read():
            if reading.phase is Phase.RUNNING:
                self._enforcer.ask(reading.attempt, Cause.DRAIN, _REASON)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        self.begin()
        if self._signals > 1:
            self._ask_at = self._kill_at = 0.0
            self.wake()
