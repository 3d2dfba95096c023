"""``execution_timeout``: a timer of this process that interrupts the task's own code."""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from headway.authoring.exceptions import AirflowTaskTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from types import FrameType

log = logging.getLogger("headway.task")

#: The timer fires again this many seconds after the first time, for code that swallowed the first one.
AGAIN_AFTER = 5.0


@contextmanager
def time_limit(
    limit: timedelta | None, fault: str = "the task ran longer than its execution_timeout of"
) -> Iterator[None]:
    """Raise ``AirflowTaskTimeout`` in the block once ``limit`` is over; its text is ``fault`` and the seconds.

    Only the main thread can be interrupted: elsewhere the limit is left to the worker, which kills the
    process tree after a grace. Code that is stuck in C and never returns is for the worker too.
    """
    seconds = limit.total_seconds() if limit is not None else 0.0
    if seconds <= 0:
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        log.debug("execution_timeout is enforced by the worker: this is not the main thread")
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise AirflowTaskTimeout(f"{fault} {seconds:g} s")

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, interrupt)
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_AFTER)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # once more: the timer may have struck just before the line above
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        _resume(outer, time.monotonic() - started)


def _resume(timer: tuple[float, float], elapsed: float) -> None:
    """Let a timer that was running before go on; one that is overdue strikes at once."""
    left, interval = timer
    if left > 0:
        signal.setitimer(signal.ITIMER_REAL, max(left - elapsed, 0.001), interval)
