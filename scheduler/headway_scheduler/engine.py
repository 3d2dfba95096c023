"""The engine: one thread in which everything is decided, fed by one inbox.

    inbox ──▶ advance (memory) ──▶ settle, end runs ──▶ dispatch ──▶ broker

Nothing on the way from one task's end to the next one's start waits for a clock: the first event is
taken at once. Sweeps at intervals find what no event announced.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.flow.run_memory import RunMemory
from headway.messages import Due, Event, Finished, Wake
from headway.metastore.database import LOST, Connection, connect
from headway.metastore.queries import scheduling
from headway.settings import Settings
from headway.states import TaskState
from headway_scheduler.advance import Advance
from headway_scheduler.book import Book
from headway_scheduler.cut_short import CutShort
from headway_scheduler.dispatch import Dispatch
from headway_scheduler.expander import Expander
from headway_scheduler.outstanding import Outstanding
from headway_scheduler.ownership import Ownership
from headway_scheduler.run_news import RunNews, RunTeller
from headway_scheduler.service import first_line
from headway_scheduler.silent_runs import SilentRuns
from headway_scheduler.tally import Tally

log = logging.getLogger(__name__)

_HOT = 8  # events in one batch from which on it pays to linger for more
_LINGER = 0.005  # seconds
_RECONNECT_PAUSE = 0.5  # seconds between tries while the metastore is away
_REBUILD_PAUSE = 0.05  # seconds until a run is read anew of which the metastore knows better


class Engine:
    """Owns the book; ``me`` is the incarnation of this scheduler.

    ``on_timer`` is called when a task instance has begun to wait for a time, ``on_run_ended`` when a run
    has ended; both only wake services. ``on_news`` is told how runs stand.
    """

    def __init__(
        self,
        me: str,
        settings: Settings,
        bus: Bus,
        *,
        on_timer: Callable[[], None],
        on_run_ended: Callable[[], None],
        on_news: Callable[[list[RunNews]], None],
    ) -> None:
        self.inbox: SimpleQueue[Event] = SimpleQueue()
        self.tally = Tally()
        self._me = me
        self._settings = settings
        self._bus = bus
        self._on_timer = on_timer
        self._on_run_ended = on_run_ended
        self._on_news = on_news
        self._ending = False
        self._sweep_at = 0.0
        self._forget()

    def run(self) -> None:
        """Work until ``stop``; survives any outage of metastore and broker."""
        conn: Connection | None = None
        while not self._ending:
            try:
                conn = conn or connect(self._settings.metastore, name="headway scheduler engine")
                self.step(conn, self._take())
            except (*LOST, MetastoreUnavailable) as error:
                log.warning("engine: the metastore does not answer (%s)", first_line(error))
                self._start_over(conn)
                conn = None
            except Exception:
                log.exception("engine: unexpected error; it reads everything anew")
                self._start_over(conn)
                conn = None
        _close(conn)

    def stop(self) -> None:
        """End after the present step."""
        self._ending = True
        self.inbox.put(Wake("stop"))

    def step(self, conn: Connection, items: list[Event]) -> None:
        """Take in what has come, follow it up, send out what may go."""
        began = time.monotonic()
        for item in items:
            self._take_in(item)
        sweep = time.monotonic() >= self._sweep_at
        if sweep or self._book.stale:
            self._refresh(conn)
        if sweep:
            self._sweep(conn)
        self._follow_up(conn)
        self._dispatch.run_once(conn)
        self._teller.look()
        self.tally.step(len(items), time.monotonic() - began)

    @property
    def book(self) -> Book:
        """What it knows; others than its own thread may only look."""
        return self._book

    def _start_over(self, conn: Connection | None) -> None:
        _close(conn)
        self._teller.tell_now()
        self._forget()
        time.sleep(_RECONNECT_PAUSE)

    def _forget(self) -> None:
        """Drop all memory: the metastore is the truth, and the next sweep reads it."""
        self._book = Book()
        grace = self._settings.scheduler.sweep_interval
        patience = self._settings.scheduler.lost_message_after
        outstanding = Outstanding(self._book, self._bus, grace=grace, patience=patience)
        self._outstanding = outstanding
        self._ownership = Ownership(self._me, self._book)
        self._advance = Advance(self._book, Expander(self._book, self._settings.dags.max_map_length))
        self._dispatch = Dispatch(self._me, self._settings, self._book, outstanding, self._bus, self.tally.dispatched)
        self._silent = SilentRuns(self._book)
        self._cut_short = CutShort(self._book, self._bus)
        self._teller = RunTeller(self._book, self._on_news)
        self._sweep_at = 0.0

    def _take(self) -> list[Event]:
        """Wait for the first item or the next sweep; while it is hot, linger a moment for more."""
        items: list[Event] = []
        wait = _REBUILD_PAUSE if self._book.stale else min(self._sweep_at - time.monotonic(), self._teller.wait)
        try:
            items.append(self.inbox.get(timeout=max(0.0, wait)))
        except Empty:
            return items
        self._drain(items)
        if len(items) >= _HOT:
            time.sleep(_LINGER)
            self._drain(items)
        return items

    def _drain(self, items: list[Event]) -> None:
        while not self.inbox.empty():
            items.append(self.inbox.get())

    def _take_in(self, item: Event) -> None:
        match item:
            case Finished():
                self._advance.finished(item)
                if item.state in (TaskState.UP_FOR_RETRY, TaskState.UP_FOR_RESCHEDULE, TaskState.DEFERRED):
                    self._on_timer()
            case Due():
                self._advance.due(item.run, item.ti, item.dispatch)
            case Wake():
                self._sweep_at = 0.0

    def _refresh(self, conn: Connection) -> None:
        for run in self._ownership.refresh(conn):
            self._begin_with(run)
        self._dispatch.refresh(conn)

    def _begin_with(self, run: RunMemory) -> None:
        self._advance.rebuilt(run)
        self._outstanding.add([(run, slot) for slot in run.slots_in(TaskState.QUEUED)])

    def _follow_up(self, conn: Connection) -> None:
        while self._advance.settle(conn):
            self._on_run_ended()
            for run in self._ownership.start_waiting(conn):
                self._begin_with(run)
        self._cut_short.fail_fast(conn, self._advance.failing)
        self._advance.failing.clear()

    def _sweep(self, conn: Connection) -> None:
        self._sweep_at = time.monotonic() + self._settings.scheduler.sweep_interval
        for event in self._silent.unheard(conn):
            self._take_in(event)
        self._silent.check(conn)
        self._cut_short.time_out(conn)
        self._advance.look_back()
        self._publish_lost(conn)

    def _publish_lost(self, conn: Connection) -> None:
        try:
            lost = self._outstanding.lost(conn)
        except BrokerUnavailable as error:
            log.warning("%s; lost messages wait for it", error.message)
            return
        renewed = scheduling.republish(conn, [(run.ti(slot), run.dispatch[slot]) for run, slot in lost])
        tokens = {answer.ti: answer.dispatch for answer in renewed}
        places = [(run, slot) for run, slot in lost if run.ti(slot) in tokens]
        for run, slot in places:
            run.dispatch[slot] = tokens[run.ti(slot)]
        if places:
            self.tally.lost += len(places)
            log.warning("%d message(s) were lost on their way; published again", len(places))
            self._dispatch.publish(places)


def _close(conn: Connection | None) -> None:
    if conn is not None:
        conn.close()
