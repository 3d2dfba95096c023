"""Notices: tells everybody who shows runs how they stand, and what else has changed.

The engine hands over its news; a thread of its own adds what only the metastore knows (which task instances in flight
have begun to run: one small look at the claims, at most four a second and only while anything is in flight) and sends
them off, all of one moment in one message. A broker that is away costs notices, and those who listen are told so.
"""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from typing import Final

from headway import notices
from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.metastore.queries import nodes
from headway.notices import Notice
from headway.settings import Settings
from headway.states import OCCUPYING, TaskState
from headway_scheduler.run_news import PAUSE, RunNews
from headway_scheduler.service import Service

_CALM: Final = 1.0  # seconds between looks at runs of which the engine hears nothing
_QUEUES: Final = 2.0  # seconds between two notices that queues have changed


class Notices(Service):
    """Sends what it is given, the last word on each subject; ``put`` and ``say`` may be called by any thread."""

    name = "notices"
    interval = 30.0
    longest_pause = 2.0

    def __init__(self, settings: Settings, bus: Bus) -> None:
        super().__init__(settings)
        self._bus = bus
        self._inbox: SimpleQueue[list[RunNews] | Notice] = SimpleQueue()
        self._in_flight: dict[int, RunNews] = {}
        self._running: dict[int, int] = {}
        self._missed = False
        self._queues_changed = False
        self._queues_due = 0.0

    def put(self, news: list[RunNews]) -> None:
        """Runs stand so; what is known together is told together."""
        self._inbox.put(news)
        self.wake()

    def say(self, notice: Notice) -> None:
        """Something other than a run has changed."""
        self._inbox.put(notice)
        self.wake()

    def run_once(self) -> float | None:
        """Send what has come, and what has begun to run."""
        news, said = self._take()
        running = nodes.running_by_run(self.conn) if self._in_flight else {}
        begun = {key for key in self._in_flight if running.get(key, 0) != self._running.get(key, 0)}
        self._running = running
        told = {**news, **{key: self._in_flight[key] for key in begun}}
        self._queues_changed |= bool(told)
        self._send([*said, *self._of_queues(), *(self._notice(each) for each in told.values())])
        return self._pause(busy=bool(told))

    def on_end(self) -> None:
        """Close this thread's broker connection."""
        self._bus.close()

    def _take(self) -> tuple[dict[int, RunNews], list[Notice]]:
        news: dict[int, RunNews] = {}
        said: list[Notice] = []
        while True:
            try:
                item = self._inbox.get_nowait()
            except Empty:
                return news, notices.merged(said)
            if isinstance(item, Notice):
                said.append(item)
                continue
            for each in item:
                news[each.key] = each
                self._remember(each)

    def _remember(self, news: RunNews) -> None:
        if news.in_flight:
            self._in_flight[news.key] = news
        else:
            self._in_flight.pop(news.key, None)

    def _of_queues(self) -> list[Notice]:
        """What changes runs changes queues; that is told more seldom, and once all is quiet."""
        if not self._queues_changed or time.monotonic() < self._queues_due:
            return []
        self._queues_changed = False
        self._queues_due = time.monotonic() + _QUEUES
        return [notices.of(notices.QUEUES)]

    def _pause(self, *, busy: bool) -> float | None:
        if self._in_flight:
            return PAUSE if busy else _CALM
        return _CALM if self._queues_changed else None

    def _notice(self, news: RunNews) -> Notice:
        """The engine takes all that is in flight for queued: part of it runs."""
        counts = {state: count for state, count in news.counts.items() if state not in OCCUPYING}
        running = min(self._running.get(news.key, 0), news.in_flight)
        parts = {TaskState.RUNNING.value: running, TaskState.QUEUED.value: news.in_flight - running}
        counts |= {state: count for state, count in parts.items() if count}
        return notices.of_run(news.dag_id, news.run_id, news.state, counts, news.version)

    def _send(self, found: list[Notice]) -> None:
        """What could not be said is made good by the word to look at everything anew, as soon as it can be said."""
        if not found and not self._missed:
            return
        try:
            notices.broadcast(self._bus, [notices.of(notices.RESYNC), *found] if self._missed else found)
        except BrokerUnavailable:
            self._missed = True
            raise
        self._missed = False
