"""What every service of the parent is: a thread that looks at an interval, or when it is woken."""

from __future__ import annotations

import logging
from abc import abstractmethod

from headway.background import Background
from headway.errors import HeadwayError
from headway.metastore.database import LOST

log = logging.getLogger(__name__)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 2.0  # seconds between looks while something is away


class Service(Background):
    """One concern, one thread.

    A subclass says its ``name`` and ``interval`` (seconds) and does its work in ``run_once``. An error is
    logged in one line, once until it is over, and does not end the service.
    """

    interval: float

    def __init__(self) -> None:
        super().__init__()
        self._trouble = ""

    @abstractmethod
    def run_once(self) -> None:
        """Look once."""

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

    def _end(self) -> None:
        """What came in since the last look must not be lost."""
        self._look()

    def _say(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.warning("%s: %s; trying again", self.name, trouble)
        elif self._trouble and not trouble:
            log.info("%s: works again", self.name)
        self._trouble = trouble
