"""Keeps processes running: starts them, starts one that ended again after a pause, stops all in order.

One thread starts and watches everything, because the kernel ties a child to the *thread* that started it
(see launch.py). It sleeps in ``poll`` on the processes' descriptors: no work is done while nothing happens.
"""

from __future__ import annotations

import os
import re
import select
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from headway.standalone.process import Process

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
_HEALTHY_AFTER = 30.0  # seconds after which an earlier failure is forgotten
#: A record of that level as text or JSON, or the last line of a traceback.
_ERROR = re.compile(r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|\"level\": \"(error|critical)\"|^[\w.]*(Error|Exception)\b")


@dataclass
class _Watched:
    process: Process
    order: int
    due: float | None  # when to start it (monotonic); None while it runs
    started: float = 0.0
    failures: int = 0
    restarts: int = 0


class Supervisor:
    """Watches processes until ``stop``; ``report`` gets one line for a person when one ended by itself."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._watched: list[_Watched] = []
        self._guard = threading.Lock()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._grace: float | None = None
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def watch(self, process: Process, order: int) -> None:
        """Keep ``process`` running; it is started if it is not. A higher ``order`` is stopped earlier."""
        now = time.monotonic()
        entry = _Watched(process, order, due=None if process.running() else now, started=now)
        with self._guard:
            self._watched.append(entry)
        self._notify()

    def restarts(self) -> dict[str, int]:
        """How often each process was started again, by name."""
        with self._guard:
            return {entry.process.command.name: entry.restarts for entry in self._watched}

    def stop(self, grace: float) -> None:
        """Stop everything, the highest order first; what has not ended after ``grace`` seconds is killed."""
        if self._thread.is_alive():
            self._grace = grace
            self._notify()
            self._thread.join()

    def hurry(self) -> None:
        """Cut the grace of a ``stop`` that is under way."""
        self._hurry.set()
        self._notify()

    def _notify(self) -> None:
        os.eventfd_write(self._wake, 1)

    def _run(self) -> None:
        while self._grace is None:
            for entry in self._entries():
                self._attend(entry)
            self._sleep(self._entries(), self._next_start())
        for order in sorted({entry.order for entry in self._entries()}, reverse=True):
            self._stop_together([entry for entry in self._entries() if entry.order == order], self._grace)

    def _entries(self) -> list[_Watched]:
        with self._guard:
            return list(self._watched)

    def _attend(self, entry: _Watched) -> None:
        if entry.due is None and entry.process.wait(0):
            self._note_end(entry)
        if entry.due is not None and entry.due <= time.monotonic():
            entry.restarts += entry.started > 0 and entry.failures > 0
            entry.due, entry.started = None, time.monotonic()
            entry.process.start()

    def _note_end(self, entry: _Watched) -> None:
        code = entry.process.reap()
        words = _reason(entry.process.log_tail()) if code >= 0 else ""  # who was killed had no time to say anything
        now = time.monotonic()
        entry.failures = 1 if now - entry.started > _HEALTHY_AFTER else entry.failures + 1
        pause = min(_FIRST_PAUSE * 2 ** (entry.failures - 1), _LONGEST_PAUSE)
        entry.due = now + pause
        command = entry.process.command
        self._report(
            f"{command.name} ended ({_describe(code)}) and starts again in {pause:g} s"
            f"{': ' + words if words else ''} (log: {command.log})"
        )

    def _next_start(self) -> float | None:
        return min((entry.due for entry in self._entries() if entry.due is not None), default=None)

    def _sleep(self, entries: list[_Watched], until: float | None) -> None:
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        for entry in entries:
            if entry.due is None and entry.process.fileno() >= 0:
                poll.register(entry.process.fileno(), select.POLLIN)
        poll.poll(None if until is None else max(0.0, until - time.monotonic()) * 1000)
        self._calm()

    def _calm(self) -> None:
        try:
            os.eventfd_read(self._wake)
        except BlockingIOError:
            return

    def _stop_together(self, entries: list[_Watched], grace: float) -> None:
        running = [entry for entry in entries if entry.due is None]
        for entry in running:
            entry.process.signal()
        deadline = time.monotonic() + grace
        while left := [entry for entry in running if not entry.process.wait(0)]:
            if self._hurry.is_set() or time.monotonic() >= deadline:
                break
            self._sleep(left, deadline)
        for entry in running:
            entry.process.reap()


def _reason(log: str) -> str:
    """The line that a node prints for people when it cannot go on, else the last line if it tells of an error."""
    lines = log.splitlines()
    last = lines[-1] if lines and _ERROR.search(lines[-1]) else ""
    return next((line for line in reversed(lines) if line.startswith("error: ")), last)


def _describe(code: int) -> str:
    return f"exit status {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
