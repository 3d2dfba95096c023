"""One triggerer node: registers an incarnation, wires the services, watches the lease."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from headway.broker.bus import STOPS, WAITS, Bus, open_bus
from headway.crypto import open_vault
from headway.errors import BrokerUnavailable, HeadwayError, MetastoreUnavailable
from headway.metastore import schema
from headway.metastore.database import LOST, Connection, connection
from headway.metastore.queries import nodes, triggers
from headway.metrics import Source, serve
from headway.metrics.services import of_services
from headway.outage import await_servers
from headway.seats import Seat, take_free_seat
from headway.settings import Settings
from headway.version import __version__
from headway_triggerer.courier import Courier
from headway_triggerer.hosts import Hosts
from headway_triggerer.keeper import Keeper
from headway_triggerer.logbook import LogBook
from headway_triggerer.looks import Clock, Files, Looks, Runs
from headway_triggerer.metrics import of_triggers
from headway_triggerer.service import Service
from headway_triggerer.work import Runner

log = logging.getLogger(__name__)

_WATCH = 0.25  # seconds between looks at the lease's deadline
_HEAR = 0.5  # seconds of one wait for a hint
_PAUSE = 1.0  # seconds until the next try when the metastore went away at the start of an incarnation


class TriggererNode:
    """Runs incarnations one after another: one that was declared dead is followed by a new one."""

    def __init__(self, settings: Settings, capacity: int) -> None:
        self._settings = settings
        self._capacity = capacity
        self._ending = threading.Event()

    def run(self) -> None:
        """Wait for triggers until SIGTERM or SIGINT, or until it is drained."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self._ending.set())
        await_servers(self._check, ended=self._ending.is_set)
        seat = take_free_seat(self._settings.home, "triggerer")
        while not self._ending.is_set():
            try:
                Incarnation(self._settings, self._capacity, seat).run(self._ending)
            except MetastoreUnavailable as error:  # it has just been there
                log.warning("%s; trying again", error.message)
                self._ending.wait(_PAUSE)

    def _check(self) -> None:
        bus = open_bus(self._settings, name="headway triggerer")  # first, for a wrong URL does not pass by itself
        with connection(self._settings.metastore, name="headway triggerer") as conn:
            schema.check(conn)
            open_vault(self._settings, conn)
        try:
            bus.depths(())
        finally:
            bus.close()


class Incarnation:
    """One lease's worth of waiting; ``seat`` says whether the one before it is dead."""

    def __init__(self, settings: Settings, capacity: int, seat: Seat) -> None:
        self.id = str(uuid4())
        self._seat = seat
        self.name = f"triggerer@{socket.gethostname()}"
        self._settings = settings
        self._capacity = capacity
        self._over = threading.Event()
        self._courier = Courier(self.id, settings, open_bus(settings, name="headway triggerer courier"))
        self._book = LogBook(settings)
        self.keeper = Keeper(self.id, self.name, capacity, settings, self._courier, self._book, on_over=self._on_over)
        self._hosts = Hosts(settings, self.keeper.fired, self._book)
        runners: list[Looks | Hosts] = [kind(settings, self.keeper.fired) for kind in (Clock, Files, Runs)]
        runners.append(self._hosts)
        self._runners: dict[str, Runner] = {each.name: each for each in runners}
        self._services: list[Service] = [self._book, self._courier, *runners, self.keeper]
        self.keeper.runners = self._runners
        self._ended: threading.Event = threading.Event()

    def run(self, ending: threading.Event) -> None:
        """Register, work until ``ending`` or until it is over, leave. One that drains sets ``ending``."""
        self._ended = ending
        self._register()
        for service in self._services:
            service.start()
        hearing = threading.Thread(target=self._hear, name="hints", daemon=True)
        hearing.start()
        log.info("%s is up: it runs up to %d triggers (%s)", self.name, self._capacity, self.id)
        try:
            with serve(self._settings.metrics, "triggerer", self._sources()):
                while not (ending.wait(_WATCH) or self._over.is_set()):
                    if time.monotonic() >= self.keeper.deadline:
                        self.keeper.fence()
        finally:
            self._over.set()
            self._leave()
            hearing.join(_HEAR * 2)

    def _sources(self) -> Sequence[Source]:
        triggers_here = partial(of_triggers, self.keeper, self._courier, self._hosts)
        return triggers_here, partial(of_services, self._services)

    def _on_over(self, deposed: bool) -> None:
        if deposed:
            log.warning("this triggerer was declared dead meanwhile; it starts anew")
        else:
            log.info("this triggerer drains: others go on with its triggers")
            self._ended.set()
        self._over.set()

    def _register(self) -> None:
        with connection(self._settings.metastore, name="headway triggerer") as conn:
            self._bury_former(conn)
            self._seat.record(self.id)
            nodes.register(
                conn,
                node=self.id,
                kind="triggerer",
                name=self.name,
                hostname=socket.gethostname(),
                pid=os.getpid(),
                version=__version__,
                lease=self._settings.lease.length,
                capacity=self._capacity,
            )

    def _bury_former(self, conn: Connection) -> None:
        """What a killed one ran is anybody's at once, as if its lease had run out."""
        former = self._seat.former()
        if former is not None and former.is_dead:
            log.info("the triggerer before this one (%s) was killed; its triggers are free", former.node)
            nodes.leave(conn, node=former.node)

    def _leave(self) -> None:
        """Stop what runs, deliver what has fired, and let others go on at once."""
        self.keeper.stop()
        for runner in self._runners.values():
            runner.stop()
        self._courier.stop()
        self._book.stop()
        try:
            with connection(self._settings.metastore, name="headway triggerer") as conn:
                left = triggers.hand_back(conn, node=self.id)
                nodes.leave(conn, node=self.id)
            self._seat.forget()
            if left:
                self._announce()
        except (HeadwayError, *LOST) as error:
            log.warning("could not say goodbye: %s", str(error).partition("\n")[0])

    def _announce(self) -> None:
        bus = open_bus(self._settings, name="headway triggerer")
        bus.broadcast(WAITS, b"{}")
        bus.close()

    def _hear(self) -> None:
        """Wake the keeper when a task was deferred, or when one may have to stop."""
        bus = open_bus(self._settings, name="headway triggerer hints")
        while not self._over.is_set():
            if self._heard(bus):
                self.keeper.wake()
        bus.close()

    def _heard(self, bus: Bus) -> bool:
        try:
            waits = bus.listen(WAITS, _HEAR)
            return bool(bus.listen(STOPS, 0)) or bool(waits)
        except BrokerUnavailable:
            self._over.wait(_PAUSE)  # looks go on at their interval
            return False
