"""The guard: a small process that outlives a killed parent for a moment and clears up behind it.

It is forked before anything heavy is loaded, in a session of its own, and holds the reading end of a
pipe whose writing end only the parent has. When that closes, the parent is gone, whatever the reason:
the guard kills what its tasks have left. It also is the last fence: a parent that is frozen together
with a child that never lets Python run cannot stop the child itself.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time

from headway.authoring.scratch import remove_scratch
from headway_worker import processes
from headway_worker.slots import Cause, Phase, SlotTable, mapping_name

_AFTER_DEADLINE = 0.5  # the fences in parent and children come first
_LOOK_EVERY = 1.0
_QUIET_ROUNDS = 3
_IN_ORDER = b"."  # through the pipe: the parent ends in order, and has seen the end of its children


class Guard:
    """The parent's handle on its guard."""

    def __init__(self, table: SlotTable, marker: str) -> None:
        self._table = table
        self._marker = marker
        self._writer = -1
        self.pid = 0

    def start(self) -> None:
        """Fork the guard."""
        reader, self._writer = os.pipe()
        session = os.getsid(0)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._writer)
            try:
                _watch(reader, self._table, self._marker, session)
            finally:
                os._exit(0)
        os.close(reader)

    def let_go(self) -> None:
        """Close the pipe: a forked child must do so, for only the parent may hold it open."""
        if self._writer >= 0:
            os.close(self._writer)
        self._writer = -1

    def stop(self) -> None:
        """The parent ends in order: the guard looks once more and ends too."""
        with contextlib.suppress(OSError):
            os.write(self._writer, _IN_ORDER)
        self.let_go()
        os.waitpid(self.pid, 0)


def _watch(reader: int, table: SlotTable, marker: str, session: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    while not select.select([reader], [], [], _LOOK_EVERY)[0]:
        if time.monotonic() > table.deadline + _AFTER_DEADLINE:
            _fence(table)
    clear_up(table.pids(), marker, session, quiet_rounds=1 if os.read(reader, 1) == _IN_ORDER else _QUIET_ROUNDS)


def _fence(table: SlotTable) -> None:
    for reading in table.read():
        if reading.phase is Phase.RUNNING and processes.exists(reading.pid):
            table.slot(reading.index).request(Cause.FENCE, reading.attempt, "the lease ran out")
            processes.kill_descendants(reading.pid)
            processes.send(reading.pid, signal.SIGKILL)


def clear_up(children: list[int], marker: str, session: int, *, quiet_rounds: int = _QUIET_ROUNDS) -> None:
    """Kill the children, their process groups and all that bears the marker, until ``quiet_rounds`` find nothing.

    Then remove the temporary folders of their tasks.
    """
    quiet = 0
    while quiet < quiet_rounds:
        found = set(processes.in_groups(children, session))
        found |= set(processes.marked(processes.WORKER_VARIABLE, marker))
        found |= set(processes.mapping(mapping_name(marker)))
        found -= {os.getpid(), os.getppid()}  # a parent that ends in order waits for us
        for pid in list(found):
            found |= set(processes.descendants(pid))
        processes.kill_all(found)
        quiet = 0 if found else quiet + 1
        if quiet < quiet_rounds:
            time.sleep(0.05)
    remove_scratch(marker)
