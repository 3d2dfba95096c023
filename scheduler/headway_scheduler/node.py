"""One scheduler node: registers an incarnation, wires the services, runs the engine."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from headway import notices
from headway.broker.bus import open_bus
from headway.errors import BrokerUnavailable, HeadwayError, MetastoreUnavailable
from headway.log_store.objects import check as check_log_store
from headway.messages import ASSETS, Event, RunsAsked, Wake
from headway.metastore import schema
from headway.metastore.database import LOST, Connection, connection
from headway.metastore.queries import nodes
from headway.metrics import serve
from headway.metrics.services import of_services
from headway.outage import await_servers
from headway.seats import Seat, take_free_seat
from headway.settings import Settings
from headway.version import __version__
from headway_scheduler.backfills import Backfills
from headway_scheduler.engine import Engine
from headway_scheduler.listener import Listener
from headway_scheduler.log_mover.service import LogMover
from headway_scheduler.metrics import of_engine
from headway_scheduler.notices import Notices
from headway_scheduler.parse.service import ParseService
from headway_scheduler.plan import Plan
from headway_scheduler.reconcile.asset_runs import AssetRuns
from headway_scheduler.reconcile.callbacks import Callbacks
from headway_scheduler.reconcile.cleaning import Cleaning
from headway_scheduler.reconcile.deadlines import Deadlines
from headway_scheduler.reconcile.housekeeping import Housekeeping
from headway_scheduler.reconcile.leases import Leases
from headway_scheduler.reconcile.queue_samples import QueueSamples
from headway_scheduler.reconcile.timers import Timers
from headway_scheduler.service import Service, first_line
from headway_scheduler.timetable_runs import TimetableRuns

log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds until the next try when the metastore went away at the start of an incarnation


class SchedulerNode:
    """Runs incarnations one after another: one that was declared dead is followed by a new one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None
        self._ending = False

    def run(self) -> None:
        """Schedule until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        await_servers(self._check, ended=lambda: self._ending)
        seat = take_free_seat(self._settings.home, "scheduler")
        while not self._ending:
            try:
                Incarnation(self._settings, seat).run(self._started)
            except MetastoreUnavailable as error:  # it has just been there
                log.warning("%s; trying again", error.message)
                time.sleep(_PAUSE)

    def _check(self) -> None:
        check_log_store(self._settings.logs)
        bus = open_bus(self._settings, name="headway scheduler")  # first, for a wrong URL does not pass by itself
        with connection(self._settings.metastore, name="headway scheduler") as conn:
            schema.check(conn)
        try:
            bus.depths(self._settings.worker.queues)
        finally:
            bus.close()

    def _started(self, engine: Engine) -> None:
        self._engine = engine
        if self._ending:
            engine.stop()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._ending = True
        if self._engine is not None:
            self._engine.stop()


class Incarnation:
    """One lease's worth of scheduling; ``seat`` says whether the one before it is dead."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.id = str(uuid4())
        self._seat = seat
        self._settings = settings
        self._bus = open_bus(settings, name="headway scheduler")
        self._notices = Notices(settings, open_bus(settings, name="headway scheduler notices"))
        self._engine = Engine(
            self.id,
            settings,
            self._bus,
            on_timer=self._wake_timers,
            on_run_ended=self._run_ended,
            on_news=self._notices.put,
        )
        self._plan = Plan(settings, on_runs=lambda: self._wake("planned"))
        self._backfills = Backfills(
            settings, on_runs=lambda: self._wake("backfill"), on_completed=self._on_backfill_completed
        )
        assets_bus = open_bus(settings, name="headway scheduler assets")
        self._assets = AssetRuns(self.id, settings, assets_bus, on_runs=lambda: self._wake("assets updated"))
        self._callbacks = Callbacks(settings, open_bus(settings, name="headway scheduler callbacks"))
        self._timetables = TimetableRuns(settings, open_bus(settings, name="headway scheduler timetables"))
        self._timers = Timers(self.id, settings, on_due=self._engine.inbox.put)
        self._log_mover = LogMover(settings)
        self._listener = Listener(self.id, open_bus(settings, name="headway scheduler listener"), self._heard)

    def run(self, started: Callable[[Engine], None]) -> None:
        """Register, work until stopped or deposed, leave."""
        self._register()
        services = self._services()
        for service in services:
            service.start()
        self._listener.start()
        log.info("scheduler %s is up", self.id)
        started(self._engine)
        sources = (partial(of_engine, self._engine), partial(of_services, services), self._log_mover.metrics)
        try:
            with serve(self._settings.metrics, "scheduler", sources):
                self._engine.run()
        finally:
            self._leave(services)

    def _services(self) -> list[Service]:
        leases = Leases(
            self.id,
            self._settings,
            open_bus(self._settings, name="headway scheduler leases"),
            open_bus(self._settings, name="headway scheduler pulse"),
            on_ended=self._engine.inbox.put,
            on_dead_node=self._node_died,
            on_deposed=self._engine.stop,
        )
        parse = ParseService(self._settings, node=self.id, on_change=self._on_code, on_errors=self._on_errors)
        samples = QueueSamples(self._settings, on_sample=self._on_sample)
        deadlines = Deadlines(self._settings, on_missed=self._callbacks.wake)
        cleaning = [Housekeeping(self._settings), Cleaning(self._settings), self._log_mover]
        looking_after = [self._callbacks, deadlines, samples, *cleaning]
        planning = [self._plan, self._backfills, self._timetables, self._assets]
        return [self._notices, leases, parse, *planning, self._timers, *looking_after]

    def _register(self) -> None:
        with connection(self._settings.metastore, name="headway scheduler") as conn:
            self._bury_former(conn)
            self._seat.record(self.id)
            nodes.register(
                conn,
                node=self.id,
                kind="scheduler",
                name=f"scheduler@{socket.gethostname()}",
                hostname=socket.gethostname(),
                pid=os.getpid(),
                version=__version__,
                lease=self._settings.lease.length,
            )

    def _bury_former(self, conn: Connection) -> None:
        """What a killed one owned is free at once, as if its lease had run out."""
        former = self._seat.former()
        if former is None or not former.is_dead:
            return
        log.info("the scheduler before this one (%s) was killed; what it owned is free", former.node)
        nodes.leave(conn, node=former.node)
        with contextlib.suppress(BrokerUnavailable):  # then they run out by themselves
            self._bus.drop_events(former.node)

    def _leave(self, services: list[Service]) -> None:
        self._listener.stop()
        for service in reversed(services):
            service.stop()
        try:
            self._bus.drop_events(self.id)
            self._bus.close()
            with connection(self._settings.metastore, name="headway scheduler") as conn:
                nodes.leave(conn, node=self.id)
            self._seat.forget()
        except (HeadwayError, *LOST) as error:
            log.warning("could not say goodbye: %s", first_line(error))

    def _heard(self, event: Event) -> None:
        if isinstance(event, RunsAsked):
            self._timetables.ask(event)
            return
        if isinstance(event, Wake):  # a DAG may have been unpaused
            self._assets.wake()
            if event.reason == ASSETS:
                return
            self._plan.wake()
            self._backfills.wake()
        self._engine.inbox.put(event)

    def _node_died(self) -> None:
        self._notices.say(notices.of(notices.NODES))
        self._wake("node died")

    def _on_errors(self) -> None:
        self._notices.say(notices.of(notices.IMPORT_ERRORS))

    def _on_sample(self) -> None:
        for kind in (notices.QUEUES, notices.NODES):
            self._notices.say(notices.of(kind))

    def _on_backfill_completed(self, dag_id: str) -> None:
        self._notices.say(notices.of_dags(dag_id))

    def _on_code(self, reason: str) -> None:
        self._notices.say(notices.of_dags())
        self._plan.wake()
        self._assets.wake()
        self._wake(reason)

    def _wake(self, reason: str) -> None:
        self._engine.inbox.put(Wake(reason))

    def _wake_timers(self) -> None:
        self._timers.wake()

    def _run_ended(self) -> None:
        for service in (self._plan, self._backfills, self._assets, self._callbacks):
            service.wake()
