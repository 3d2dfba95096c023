"""What every service of the parent is: a thread that looks at an interval, or when it is woken."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from headway.errors import HeadwayError
from headway.metastore.database import LOST

log = logging.getLogger(__name__)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 2.0  # seconds between looks while something is away


class Service(ABC):
    """One concern, one thread.

    A subclass says its ``name`` and ``interval`` (seconds) and does its work in ``run_once``. An error is
    logged in one line, once until it is over, and does not end the service.
    """

    name: str
    interval: float

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=self.name, daemon=True)
        self._trouble = ""

    @abstractmethod
    def run_once(self) -> None:
        """Look once."""

    def start(self) -> None:
        """Start the thread; the first look comes at once."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def stop(self, timeout: float = 10.0) -> None:
        """End the thread after one more look; waits up to ``timeout`` seconds."""
        self._ending.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _loop(self) -> None:
        while not self._ending.is_set():
            self._woken.wait(self._look())
            self._woken.clear()
        self._look()

    def _look(self) -> float:
        try:
            self.run_once()
        except HeadwayError as error:
            self._say(error.message)
        except LOST as error:
            self._say(str(error).strip().partition("\n")[0])
        except Exception:
            log.exception("%s: unexpected error; it goes on at its next look", self.name)
        else:
            self._say("")
            return self.interval
        return min(max(self.interval, _SHORTEST_PAUSE), _LONGEST_PAUSE)

    def _say(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.warning("%s: %s; trying again", self.name, trouble)
        elif self._trouble and not trouble:
            log.info("%s: works again", self.name)
        self._trouble = trouble
