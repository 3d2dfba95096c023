"""The parent's parts: Celery's worker and the services around it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from headway.broker.bus import Bus, open_bus
from headway.messages import Wake
from headway.metastore import schema
from headway.metastore.database import connection
from headway.metastore.queries import nodes
from headway.metrics import serve
from headway.metrics.services import of_services
from headway.outage import await_servers
from headway.seats import Former
from headway.settings import Settings
from headway_worker.child.child import Node
from headway_worker.logs.shipper import Shipper
from headway_worker.parent.app import controller, worker_app
from headway_worker.parent.beats import Beats
from headway_worker.parent.consuming import Consuming
from headway_worker.parent.departures import Departures
from headway_worker.parent.drain import Drain
from headway_worker.parent.enforcer import Enforcer
from headway_worker.parent.host import Wish
from headway_worker.parent.lease import Lease, Registration
from headway_worker.parent.metrics import of_slots, of_spool
from headway_worker.parent.reporter import Reporter
from headway_worker.parent.service import Service
from headway_worker.slots import SlotTable
from headway_worker.spool import Spool
from headway_worker.store import Store, hold_forks_while_connecting

log = logging.getLogger(__name__)


class Team:
    """Makes the parts and leads them through start and end."""

    def __init__(self, settings: Settings, wish: Wish, table: SlotTable, marker: str, *, guard_pid: int) -> None:
        self._settings = settings
        self._wish = wish
        self._table = table
        self._guard_pid = guard_pid
        node = Node(settings, table, marker, wish.name, wish.hostname, os.getpid())
        self._enforcer = Enforcer(table, kill_grace=settings.worker.kill_grace)
        self._reporter = Reporter(settings, self._bus("reporter"), name=wish.name, hostname=wish.hostname)
        self._shipper = Shipper(settings, table, name=wish.name, unreported=self._reporter.unreported)
        self._lease = Lease(
            settings,
            table,
            Registration(wish.name, wish.hostname, os.getpid(), wish.queues, wish.concurrency),
            enforcer=self._enforcer,
            reporter=self._reporter,
            on_drain=self._begin_drain,
        )
        self._drain = Drain(
            table,
            self._enforcer,
            grace=settings.worker.drain_grace,
            kill_grace=settings.worker.kill_grace,
            say=self._lease.say_draining,
        )
        self._beats = Beats(table, self._bus("beats"), settings.lease, on_hint=self._lease.wake)
        departures = Departures(table, marker, report=self._reporter.lost, known=self._wanted)
        self._controller = controller(
            worker_app(node, wish.queues),
            node,
            concurrency=wish.concurrency,
            on_end=departures.on_end,
            on_ready=self._ready,
        )
        self._consuming = Consuming(settings, table, wish.queues)

    def check(self) -> None:
        """Wait for metastore and broker; raise ``HeadwayError`` for a wrong URL or schema."""
        await_servers(self._ask)

    def _ask(self) -> None:
        with connection(self._settings.metastore, name=f"headway {self._wish.name}") as conn:
            schema.check(conn)
        bus = self._bus("start")
        try:
            bus.depths(self._wish.queues)
        finally:
            bus.close()

    def bury(self, former: Former) -> None:
        """An earlier start was killed and nothing of it lives: let the cluster take its tasks at once."""
        await_servers(partial(self._bury, former))

    def _bury(self, former: Former) -> None:
        store = Store(self._settings.metastore, name=f"headway {self._wish.name}")
        with store.using() as conn:
            nodes.leave(conn, node=former.node)
            self._reporter.announce(conn, Wake("worker"))
        store.drop()

    def register(self, on_incarnation: Callable[[str], None]) -> None:
        """Enter this incarnation; ``on_incarnation`` hears of its node id, and of each that follows, before the
        metastore does.
        """
        hold_forks_while_connecting()
        self._lease.on_incarnation = on_incarnation
        await_servers(self._lease.register)  # the metastore may have gone away again

    def start_services(self) -> None:
        """Start every thread."""
        self._drain.catch_signals()
        for service in self._services():
            service.start()

    def consume(self) -> int:
        """Run Celery's worker until it has drained; the exit status."""
        self._controller.start()
        return self._controller.exitcode or 0

    def metrics(self) -> AbstractContextManager[int]:
        """Answers scrapes for as long as the block lasts."""
        sources = (
            partial(of_slots, self._table, self._wish.concurrency),
            partial(of_spool, Spool(self._settings.home)),
            partial(of_services, self._services()),
        )
        return serve(self._settings.metrics, "worker", sources)

    def stop_services(self) -> None:
        """After the last child: deliver, ship, say goodbye."""
        for idle in (self._consuming, self._drain, self._enforcer, self._beats):  # they have nothing left to do
            idle.end_soon()
        for service in self._services():
            service.stop()
        self._lease.leave()
        self._reporter.close()
        self._shipper.close()
        self._beats.close()
        log.info("worker %s has ended", self._wish.name)

    def _services(self) -> list[Service]:
        """In the order in which they may end: the lease holds until everything is delivered."""
        return [
            self._consuming,
            self._drain,
            self._reporter,
            self._shipper,
            self._enforcer,
            self._beats,
            self._lease,
        ]

    def _begin_drain(self) -> None:
        self._drain.begin()

    def _wanted(self) -> Iterable[int]:
        pool = self._controller.pool._pool
        return [self._guard_pid, *(process.pid for process in (pool._pool if pool else ()) if process.pid)]

    def _ready(self, _consumer: Any) -> None:
        wish = self._wish
        log.info("worker %s takes tasks from %s, %d at once", wish.name, ", ".join(wish.queues), wish.concurrency)

    def _bus(self, part: str) -> Bus:
        return open_bus(self._settings, name=f"headway {self._wish.name} {part}")
