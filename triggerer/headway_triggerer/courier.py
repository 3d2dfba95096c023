"""The courier: brings what has fired into the metastore, then tells the owners of the runs."""

from __future__ import annotations

import logging
import threading

from headway.authoring.deferral import Firing
from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.messages import Due
from headway.metastore.database import LOST
from headway.metastore.queries import triggers
from headway.settings import Settings
from headway_triggerer.service import Service
from headway_triggerer.work import Key

log = logging.getLogger(__name__)

_AT_ONCE = 500


class Courier(Service):
    """Keeps each firing until the metastore has taken or refused it; ``me`` is the incarnation that ran it."""

    name = "courier"
    interval = 60.0

    def __init__(self, me: str, settings: Settings, bus: Bus) -> None:
        super().__init__(settings)
        self._me = me
        self._bus = bus
        self._lock = threading.Lock()
        self._firings: dict[Key, Firing] = {}

    def put(self, key: Key, firing: Firing) -> None:
        """Take a firing."""
        with self._lock:
            self._firings[key] = firing
        self.wake()

    def pending(self) -> set[Key]:
        """What has fired and is not delivered."""
        with self._lock:
            return set(self._firings)

    def run_once(self) -> float | None:
        """Deliver all that there is."""
        while batch := self._batch():
            fired = triggers.fire(self.conn, node=self._me, ended=[(*key, firing) for key, firing in batch.items()])
            with self._lock:
                for key in batch:
                    self._firings.pop(key, None)
            if len(fired) < len(batch):
                log.info("%d firing(s) were refused: their tasks have gone on", len(batch) - len(fired))
            self._tell(fired)
        return None

    def on_end(self) -> None:
        """Try to deliver what came last."""
        try:
            self.run_once()
        except (*LOST, MetastoreUnavailable):
            log.warning("%d firing(s) could not be delivered; other triggerers wait anew", len(self.pending()))
        finally:
            self._drop()
            self._bus.close()

    def _batch(self) -> dict[Key, Firing]:
        with self._lock:
            return dict(list(self._firings.items())[:_AT_ONCE])

    def _tell(self, fired: list[triggers.Fired]) -> None:
        try:
            for each in fired:
                if each.owner is not None:
                    self._bus.send_event(each.owner, Due(each.run, each.ti, each.dispatch).encode())
        except BrokerUnavailable as error:
            log.warning("%s; the schedulers find what has fired at their next sweep", error.message)
