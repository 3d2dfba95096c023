"""What every service of the triggerer that needs the metastore is."""

from __future__ import annotations

import logging
from abc import abstractmethod

from headway.background import Background
from headway.errors import HeadwayError, MetastoreUnavailable
from headway.metastore.database import LOST, Connection, connect
from headway.settings import Settings

log = logging.getLogger(__name__)

_SHORTEST_PAUSE = 0.5  # seconds between tries while something is away


class Service(Background):
    """One concern, one thread, one metastore connection, opened late and again when it was lost.

    A subclass says its ``name`` and ``interval`` (seconds) and does its work in ``run_once``. An error is logged in one
    line, once until it is over, and does not end the service.
    """

    interval: float

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._conn: Connection | None = None
        self._trouble = ""

    @property
    def conn(self) -> Connection:
        """This service's connection."""
        if self._conn is None or self._conn.closed:
            self._conn = connect(self.settings.metastore, name=f"headway triggerer {self.name}")
        return self._conn

    @abstractmethod
    def run_once(self) -> float | None:
        """Look once; return the seconds until the next look, None for the usual interval."""

    def on_end(self) -> None:
        """Release what the service holds besides its connection."""

    def _look(self) -> float:
        try:
            pause = self.run_once()
        except (*LOST, MetastoreUnavailable) as error:
            self._drop()
            self._say(f"the metastore does not answer ({str(error).strip().partition(chr(10))[0]})")
        except HeadwayError as error:
            self._say(str(error))
        except Exception:
            self._drop()
            log.exception("%s: unexpected error; it goes on at its next look", self.name)
        else:
            self._say("")
            return self.interval if pause is None else pause
        return min(max(self.interval, _SHORTEST_PAUSE), 2.0)

    def _end(self) -> None:
        self._drop()
        self.on_end()

    def _drop(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _say(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.warning("%s: %s; trying again", self.name, trouble)
        elif self._trouble and not trouble:
            log.info("%s: works again", self.name)
        self._trouble = trouble
