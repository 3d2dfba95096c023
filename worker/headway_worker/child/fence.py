"""The child's own fence: when the lease is over the task dies, whatever has become of the parent."""

from __future__ import annotations

import os
import signal
import threading
import time

from headway_worker import processes
from headway_worker.slots import Cause, Phase, Slot, SlotTable

_LONGEST_SLEEP = 1.0
_SHORTEST_SLEEP = 0.05


class Fence:
    """A thread of the child that looks at the shared deadline at least every second."""

    def __init__(self, table: SlotTable, slot: Slot) -> None:
        self._table = table
        self._slot = slot

    def start(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._watch, name="fence", daemon=True).start()

    def _watch(self) -> None:
        while True:
            left = self._table.deadline - time.monotonic()
            if left <= 0:
                self.enforce()
            time.sleep(min(_LONGEST_SLEEP, max(left, _SHORTEST_SLEEP)))

    def enforce(self) -> None:
        """End the running task, if there is one, with everything that it has started, and this process."""
        reading = self._slot.read()
        if reading.phase is not Phase.RUNNING:
            return
        self._slot.request(Cause.FENCE, reading.attempt, "the lease ran out")
        processes.kill_descendants(os.getpid())
        os.kill(os.getpid(), signal.SIGKILL)
