"""The worker's lease: renewed for all children at once, and the deadline by which their tasks must be dead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from headway.errors import MetastoreUnavailable, NotFound
from headway.messages import Finished
from headway.metastore.database import Connection
from headway.metastore.queries import nodes
from headway.settings import Settings
from headway.version import __version__
from headway_worker.parent.enforcer import Enforcer
from headway_worker.parent.reporter import Reporter
from headway_worker.parent.service import Service
from headway_worker.slots import Attempt, Cause, SlotTable
from headway_worker.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Registration:
    """How this worker enters itself in the metastore."""

    name: str
    hostname: str
    pid: int
    queues: Sequence[str]
    capacity: int


class Lease(Service):
    """Registers this worker, renews, and hands on what the renewal brings back.

    Each registration is a new incarnation, whose id lies in the shared table: children claim under it.
    ``on_drain`` is called once when somebody has asked for the worker's end.
    """

    name = "lease"

    def __init__(
        self,
        settings: Settings,
        table: SlotTable,
        who: Registration,
        *,
        enforcer: Enforcer,
        reporter: Reporter,
        on_drain: Callable[[], None],
    ) -> None:
        super().__init__()
        self.interval = settings.lease.renewal
        self._settings = settings
        self._terms = settings.lease
        self._table = table
        self._who = who
        self._enforcer = enforcer
        self._reporter = reporter
        self._on_drain = on_drain
        self._draining = False
        self.on_incarnation: Callable[[str], None] = lambda _node: None
        self._store = Store(settings.metastore, name=f"headway {who.name} lease")

    def register(self) -> None:
        """Enter a new incarnation; until then no child may claim. Raises ``MetastoreUnavailable``."""
        asked = time.monotonic()
        incarnation = str(uuid4())
        self.on_incarnation(incarnation)
        with self._store.using() as conn:
            nodes.register(
                conn,
                node=incarnation,
                kind="worker",
                name=self._who.name,
                hostname=self._who.hostname,
                pid=self._who.pid,
                version=__version__,
                lease=self._terms.length,
                queues=self._who.queues,
                capacity=self._who.capacity,
            )
        self._table.node = incarnation
        self._hold_until(asked)

    def run_once(self) -> None:
        """Renew, and act on what comes back."""
        asked = time.monotonic()
        held = self._held()
        with self._store.using() as conn:
            state = nodes.renew_worker(conn, node=self._table.node, lease=self._terms.length, held=held)
            if state is not None:
                self._hold_until(asked)
                self._stop_what_must(conn, held)
                self._end_unnamed(conn)
        if state is None:
            self._start_anew()
        elif state == "draining" and not self._draining:
            self._draining = True
            self._on_drain()

    def say_draining(self) -> None:
        """Tell the cluster that this worker takes nothing new."""
        self._draining = True
        try:
            with self._store.using() as conn:
                nodes.drain(conn, self._table.node)
        except (MetastoreUnavailable, NotFound) as error:
            log.warning("could not say that this worker drains: %s", error.message)

    def leave(self) -> None:
        """Say goodbye."""
        try:
            with self._store.using() as conn:
                nodes.leave(conn, node=self._table.node)
        except MetastoreUnavailable as error:
            log.warning("could not say goodbye: %s; the lease runs out by itself", error.message)
        self._store.drop()

    def _held(self) -> list[tuple[int, int]]:
        """What children hold, then what waits for delivery: an attempt moves only in that direction."""
        held = {*self._table.held(), *self._reporter.undelivered()}
        return [(attempt.ti, attempt.dispatch) for attempt in held]

    def _hold_until(self, asked: float) -> None:
        self._table.deadline = asked + self._terms.length - self._terms.margin

    def _stop_what_must(self, conn: Connection, held: list[tuple[int, int]]) -> None:
        for stop in nodes.stops(conn, node=self._table.node, held=held):
            self._enforcer.ask(Attempt(stop.ti, stop.dispatch), Cause.STOP, stop.reason)

    def _end_unnamed(self, conn: Connection) -> None:
        max_lost = self._settings.scheduler.max_lost
        for ended in nodes.end_unnamed(conn, node=self._table.node, max_lost=max_lost):
            log.warning("no child knows of task instance %d any more; it is %s now", ended.ti, ended.state)
            self._reporter.announce(conn, Finished(ended.run, ended.ti, ended.dispatch, ended.state))

    def _start_anew(self) -> None:
        """The cluster believes this worker dead and has given its tasks to others: so it shall be."""
        log.warning("this worker was declared dead; its tasks are killed and it starts anew")
        self._table.deadline = 0.0
        self._enforcer.fence()
        self.register()
