"""A thread for one concern: it looks, then waits for its interval or until it is woken. Nodes are made of these."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod


class Background(ABC):
    """Starts, wakes and ends the thread; a subclass says what a look is, and what is to do at the end.

    ``looks`` counts them, ``seconds`` is how long they took in all, ``longest`` the longest of them.
    """

    name: str

    def __init__(self) -> None:
        self.looks = 0
        self.seconds = 0.0
        self.longest = 0.0
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)

    @abstractmethod
    def _look(self) -> float:
        """Look once; return the seconds until the next look. Must not raise."""

    @abstractmethod
    def _end(self) -> None:
        """What the thread does last."""

    def start(self) -> None:
        """Start the thread; the first look comes at once."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def end_soon(self) -> None:
        """End the thread after its present look, without waiting for it."""
        self._ending.set()
        self._woken.set()

    def stop(self, timeout: float = 10.0) -> None:
        """End the thread after its present look; waits up to ``timeout`` seconds."""
        self.end_soon()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _loop(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            pause = self._look()
            self._note(time.monotonic() - began)
            self._woken.wait(pause)
            self._woken.clear()
        self._end()

    def _note(self, seconds: float) -> None:
        self.looks += 1
        self.seconds += seconds
        self.longest = max(self.longest, seconds)
