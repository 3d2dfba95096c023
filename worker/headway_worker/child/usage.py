"""What a task has used: CPU time and peak memory of its process and of the programs that it ran."""

from __future__ import annotations

import contextlib
import os
import resource
from dataclasses import dataclass

_RESET_PEAK = b"5"  # proc(5), /proc/<pid>/clear_refs: the peak of resident memory starts anew


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds so far and peak resident bytes."""

    cpu_seconds: float
    peak_rss: int

    @classmethod
    def now(cls) -> Usage:
        """Of this process and of its ended children, measured now."""
        own = resource.getrusage(resource.RUSAGE_SELF)
        below = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime
        return cls(cpu, max(own.ru_maxrss, below.ru_maxrss) * 1024)


class PeakMemory:
    """Lets the peak of a warm process be that of its present task; where the kernel forbids it, it is of its life."""

    def __init__(self) -> None:
        self._handle = -1
        with contextlib.suppress(OSError):
            self._handle = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)

    def reset(self) -> None:
        """A task begins (under a microsecond)."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.pwrite(self._handle, _RESET_PEAK, 0)
