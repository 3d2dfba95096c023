"""When a child is gone: nothing of its task may live on, and somebody must report what it held."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable

from headway.authoring.scratch import remove_scratch
from headway_worker import processes
from headway_worker.parent.reporter import Loss
from headway_worker.slots import Phase, SlotTable
from headway_worker.verdicts import Death

log = logging.getLogger(__name__)


class Departures:
    """Runs in the thread that forks children, so no child is being made meanwhile; ``marker`` is the worker's.

    ``known`` yields the processes that this worker wants to have; every other child of it is an orphan
    that a dead child's task has left.
    """

    def __init__(
        self, table: SlotTable, marker: str, *, report: Callable[[Loss], None], known: Callable[[], Iterable[int]]
    ) -> None:
        self._table = table
        self._marker = marker
        self._report = report
        self._known = known

    def on_end(self, index: int, pid: int, death: Death) -> None:
        """Kill what is left of the child, hand its attempt to the reporter, free its slot."""
        slot = self._table.slot(index)
        reading = slot.read()
        self._kill_orphans(pid)
        if reading.pid != pid:
            return
        if reading.phase is not Phase.IDLE:
            remove_scratch(self._marker, str(reading.attempt))
            self._report(Loss(reading, death))  # before the slot is emptied: what is held is always named
        slot.empty()

    def _kill_orphans(self, pid: int) -> None:
        me = os.getpid()
        wanted = {*self._known(), pid}
        for orphan in processes.in_groups([pid], os.getsid(0)):
            processes.kill_all([orphan])
        for orphan in processes.children(me):
            if orphan not in wanted:
                processes.kill_descendants(orphan)
                processes.kill_all([orphan])
                processes.wait_for(orphan)
