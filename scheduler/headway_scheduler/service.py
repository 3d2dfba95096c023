"""What every service of the scheduler is: a thread that looks at an interval, or when it is woken."""

from __future__ import annotations

import logging
from abc import abstractmethod

from headway.background import Background
from headway.errors import BrokerUnavailable, HeadwayError, MetastoreUnavailable
from headway.metastore.database import LOST, Connection, connect
from headway.settings import Settings

log = logging.getLogger(__name__)


class Service(Background):
    """One concern, one thread, one metastore connection.

    A subclass says its ``name`` and ``interval`` (seconds) and does its work in ``run_once``, which may
    return another number of seconds until the next look. A lost connection is opened anew; an error is
    logged in one line and does not end the service.
    """

    interval: float
    longest_pause = 10.0  # seconds between tries while the metastore is away

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._conn: Connection | None = None
        self._failures = 0

    @abstractmethod
    def run_once(self) -> float | None:
        """Look once; return the seconds until the next look, None for the usual interval."""

    @property
    def conn(self) -> Connection:
        """This service's connection, opened at first use."""
        if self._conn is None or self._conn.closed:
            self._conn = connect(self.settings.metastore, name=f"headway scheduler {self.name}")
        return self._conn

    def on_end(self) -> None:
        """Release what the service holds besides its connection; called in its thread at the end."""

    def _look(self) -> float:
        try:
            pause = self.run_once()
        except (*LOST, MetastoreUnavailable) as error:
            return self._failed(f"the metastore does not answer ({first_line(error)})")
        except BrokerUnavailable as error:
            return self._failed(error.message)
        except HeadwayError as error:
            return self._failed(str(error))
        except Exception:
            log.exception("%s: unexpected error; it goes on at its next look", self.name)
            return self._failed("")
        if self._failures:
            log.info("%s: works again", self.name)
            self._failures = 0
        return self.interval if pause is None else pause

    def _end(self) -> None:
        self._close()
        self.on_end()

    def _failed(self, text: str) -> float:
        self._close()
        self._failures += 1
        pause = min(0.5 * 2.0 ** (self._failures - 1), self.longest_pause)
        if text and self._failures in (1, 5, 25):
            log.warning("%s: %s; trying again", self.name, text)
        return pause

    def _close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None


def first_line(error: BaseException) -> str:
    """An error in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
