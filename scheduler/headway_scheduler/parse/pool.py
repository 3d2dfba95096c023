"""Processes that load DAG files side by side, driven by one thread."""

from __future__ import annotations

import select
import time

from headway_scheduler.parse.process import Job, Lookup, Parsed, ParseProcess

_JOBS_PER_PROCESS = 100
_TICK = 0.25


class ParsePool:
    """Up to ``size`` processes; each file gets ``timeout`` seconds.

    Must be used and closed in one thread: its processes die with the thread that started them.
    """

    def __init__(self, size: int, timeout: float, lookup: Lookup) -> None:
        self._size = size
        self._timeout = timeout
        self._lookup = lookup
        self._waiting: dict[str, Job] = {}
        self._processes: list[ParseProcess] = []

    @property
    def busy(self) -> bool:
        """Whether any file waits or is being loaded."""
        return bool(self._waiting or self._working())

    def loads(self, file: str) -> bool:
        """Whether a process is loading ``file`` right now."""
        return any(process.file == file for process in self._processes)

    def submit(self, job: Job) -> None:
        """Have a file loaded, in the place of an earlier job for it that has not begun."""
        self._waiting[job.file] = job

    def cancel(self, file: str) -> None:
        """Forget a file, also when it is being loaded."""
        self._waiting.pop(file, None)
        for process in [process for process in self._processes if process.file == file]:
            self._end(process)

    def step(self) -> list[Parsed]:
        """Hand out work, wait up to a quarter of a second, and return what is done."""
        self._hand_out()
        self._wait()
        done = []
        for process in self._working():
            parsed = process.look()
            if parsed is not None:
                done.append(parsed)
                self._retire_if_spent(process)
        return done

    def warm_up(self) -> None:
        """Have one process ready, so that the first file need not wait for its start."""
        if not self._processes:
            self._add()

    def rest(self) -> None:
        """End all processes but one; call it when nothing is busy."""
        for process in self._processes[1:]:
            self._end(process)

    def close(self) -> None:
        """Forget all work and end all processes."""
        self._waiting.clear()
        for process in list(self._processes):
            self._end(process)

    def _working(self) -> list[ParseProcess]:
        return [process for process in self._processes if process.file]

    def _hand_out(self) -> None:
        while self._waiting and len(self._working()) < self._size:
            idle = [process for process in self._processes if not process.file]
            job = self._waiting.pop(next(iter(self._waiting)))
            (idle[0] if idle else self._add()).give(job)

    def _wait(self) -> None:
        working = self._working()
        nearest = min((process.deadline for process in working), default=0.0) - time.monotonic()
        watched = [descriptor for process in working for descriptor in process.descriptors()]
        select.select(watched, [], [], max(0.0, min(nearest, _TICK)))

    def _add(self) -> ParseProcess:
        process = ParseProcess(self._timeout, self._lookup)
        self._processes.append(process)
        return process

    def _retire_if_spent(self, process: ParseProcess) -> None:
        if not process.usable or process.jobs >= _JOBS_PER_PROCESS:
            self._end(process)

    def _end(self, process: ParseProcess) -> None:
        self._processes.remove(process)
        process.close()
