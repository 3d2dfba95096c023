"""The enforcer: ends tasks that must end, politely first where there is time, for certain in any case."""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections.abc import Container
from dataclasses import dataclass, replace

from headway.metastore.queries.stop_reasons import spoken
from headway_worker import processes
from headway_worker.child.child import STOP_SIGNAL
from headway_worker.parent.service import Service
from headway_worker.slots import Attempt, Cause, Phase, Reading, SlotTable

log = logging.getLogger(__name__)

#: Where users' code runs, and what is said when it is killed there because its time is over.
_USERS_CODE = {Phase.RUNNING: "its execution_timeout was over", Phase.CALLBACKS: "its callbacks' time was over"}


@dataclass(frozen=True, slots=True)
class _Order:
    cause: Cause
    reason: str
    remind_at: float
    kill_at: float


class Enforcer(Service):
    """Kills at deadlines: the lease's, the task's own, and that of each request to stop."""

    name = "enforcer"
    interval = 0.2

    def __init__(self, table: SlotTable, *, kill_grace: float) -> None:
        super().__init__()
        self._table = table
        self._grace = kill_grace
        self._orders: dict[Attempt, _Order] = {}
        self._lock = threading.Lock()

    def ask(self, attempt: Attempt, cause: Cause, reason: str) -> None:
        """Ask the child that runs ``attempt`` to end it; kill it when the grace is over. Asking again is harmless.

        At half of the grace the child is reminded: it calls the task's ``on_kill``, whatever the task's code does.
        """
        with self._lock:
            reading = next((r for r in self._table.read() if r.attempt == attempt), None)
            if reading is None or reading.phase is not Phase.RUNNING or attempt in self._orders:
                return
            now = time.monotonic()
            self._orders[attempt] = _Order(cause, reason, now + self._grace / 2, now + self._grace)
        log.info("task instance %d is asked to stop: %s", attempt.ti, spoken(reason))
        self._table.slot(reading.index).request(cause, attempt, reason)
        processes.send(reading.pid, STOP_SIGNAL)

    def fence(self) -> None:
        """Kill every running task now."""
        for reading in self._table.read():
            if reading.phase is Phase.RUNNING:
                self._kill(reading, Cause.FENCE, "the lease ran out")

    def kill_all(self, cause: Cause, reason: str) -> None:
        """Kill every child that is at work, whatever it does."""
        for reading in self._table.read():
            self._kill(reading, cause, reason, phases=tuple(Phase))

    def run_once(self) -> None:
        """Look at every deadline."""
        readings = self._table.read()
        now = time.monotonic()
        if now > self._table.deadline:
            self.fence()
        for reading in readings:
            self._enforce(reading, now)
        with self._lock:
            running = {reading.attempt for reading in readings}
            self._orders = {attempt: order for attempt, order in self._orders.items() if attempt in running}

    def _enforce(self, reading: Reading, now: float) -> None:
        order = self._orders.get(reading.attempt)
        if order and now > order.kill_at and reading.phase is Phase.RUNNING:
            self._kill(reading, order.cause, order.reason)
        elif order and now > order.remind_at and reading.phase is Phase.RUNNING:
            self._remind(reading, order)
        elif reading.kill_at and now > reading.kill_at and reading.phase in _USERS_CODE:
            self._kill(reading, Cause.TIMEOUT, _USERS_CODE[reading.phase])

    def _remind(self, reading: Reading, order: _Order) -> None:
        with self._lock:
            self._orders[reading.attempt] = replace(order, remind_at=math.inf)
        processes.send(reading.pid, STOP_SIGNAL)

    def _kill(self, seen: Reading, cause: Cause, reason: str, phases: Container[Phase] = _USERS_CODE) -> None:
        """Kill a child and its tree, unless it has gone on to something else since it was seen."""
        processes.freeze(seen.pid)
        slot = self._table.slot(seen.index)
        again = slot.read()
        if again.attempt != seen.attempt or again.pid != seen.pid or again.phase not in phases:
            processes.send(seen.pid, signal.SIGCONT)
            return
        log.warning("task instance %d is killed with all its processes: %s", seen.attempt.ti, spoken(reason))
        slot.request(cause, seen.attempt, reason)
        processes.kill_descendants(seen.pid)
        processes.send(seen.pid, signal.SIGKILL)
