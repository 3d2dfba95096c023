"""Carries out faults: what begins now, and what must be made good later."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from chaos.plan import Fault
from chaos.world import World, kill_all, send

_LOOKS = 3  # at the processes of a host that is frozen: some may be starting others


@dataclass
class Struck:
    """A fault as it really happened: monotonic seconds of its beginning and of its end (infinite while it lasts)."""

    fault: Fault
    began: float
    ended: float = float("inf")


class Injector:
    """Strikes and mends; ``timeline`` is what it has done."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.timeline: list[Struck] = []

    def strike(self, fault: Fault) -> Struck:
        """Let the fault begin."""
        struck = Struck(fault, time.monotonic())
        self.timeline.append(struck)
        getattr(self, f"_{fault.harm}")(fault)
        return struck

    def mend(self, struck: Struck) -> None:
        """Let it end: restart what was killed, wake what was paused, join what was parted."""
        fault = struck.fault
        if fault.harm in ("kill", "power"):
            self._world.start_again(fault.victim)
        elif fault.harm == "cut":
            for peer in fault.peers:
                self._world.network.join(fault.victim, peer)
        else:
            struck.ended = time.monotonic()  # before the first process runs again
            for pid in self._world.host(fault.victim).processes():
                send(pid, signal.SIGCONT)
            return
        struck.ended = time.monotonic()

    def _kill(self, fault: Fault) -> None:
        pid = self._world.main_process(fault.victim)
        os.kill(pid, signal.SIGKILL)

    def _power(self, fault: Fault) -> None:
        kill_all(self._world.host(fault.victim).processes, first=self._world.main_process(fault.victim))

    def _pause(self, fault: Fault) -> None:
        send(self._world.main_process(fault.victim), signal.SIGSTOP)

    def _freeze(self, fault: Fault) -> None:
        for _ in range(_LOOKS):
            for pid in self._world.host(fault.victim).processes():
                send(pid, signal.SIGSTOP)

    def _cut(self, fault: Fault) -> None:
        for peer in fault.peers:
            self._world.network.cut(fault.victim, peer)
