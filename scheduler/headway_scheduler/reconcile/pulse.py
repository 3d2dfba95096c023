"""The pulse: tells workers that the metastore is silent, while the thread that asks it still waits for its answer.

A server that refuses is noticed at once. One that hangs, or whose network swallows packets, is not: a renewal waits
for seconds then, and workers, whose own renewals wait as well, would kill their tasks before anybody had told them
that the metastore is away for everybody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from headway.background import Background
from headway.settings import LeaseSettings

log = logging.getLogger(__name__)

_EVERY = 0.5  # seconds between two beats in the silence, at most


class Pulse(Background):
    """Calls ``beat`` again and again while the metastore owes an answer for more than two renewals.

    That is within half a lease, after which workers believe it (see the worker's ``beats.py``). ``close`` is called at
    the end.
    """

    name = "pulse"

    def __init__(self, terms: LeaseSettings, beat: Callable[[], None], close: Callable[[], None]) -> None:
        super().__init__()
        self._patience = min(2 * terms.renewal, terms.length / 2)
        self._every = min(_EVERY, terms.renewal)
        self._beat = beat
        self._close = close
        self._lock = threading.Lock()
        self._answered = time.monotonic()
        self._silent = False

    def answered(self) -> bool:
        """The metastore has answered; returns whether workers were told of its silence meanwhile."""
        with self._lock:
            self._answered = time.monotonic()
            told, self._silent = self._silent, False
        return told

    def _look(self) -> float:
        with self._lock:
            left = self._answered + self._patience - time.monotonic()
            if left > 0:
                return left
            began, self._silent = not self._silent, True
        if began:
            log.warning("the metastore has not answered for %.1f s; workers are told", self._patience)
        self._beat()
        return self._every

    def _end(self) -> None:
        self._close()
