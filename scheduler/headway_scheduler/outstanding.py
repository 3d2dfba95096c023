"""Messages that are out: which of them no worker has claimed although one should have."""

from __future__ import annotations

import time
from collections import OrderedDict

from headway.broker.bus import Bus
from headway.broker.celery_message import urgency
from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway.states import TaskState
from headway_scheduler.book import Book
from headway_scheduler.run_memory import RunMemory

_LOOK_AT = 2000  # messages checked at once
_SLACK = 1.0  # seconds by which a message must have been overtaken

Place = tuple[RunMemory, int]
Key = tuple[int, int]


class Outstanding:
    """Published task instances in order of publishing, by queue; not shared between threads.

    A message counts as lost when nobody has claimed it for ``grace`` seconds although its queue is empty,
    or for ``patience`` seconds although a later one of the same queue and urgency was claimed. A queue that
    nobody consumes has no lost messages: its tasks wait. ``consumed`` names the queues that have workers.
    """

    def __init__(self, book: Book, bus: Bus, *, grace: float, patience: float) -> None:
        self._book = book
        self._bus = bus
        self._grace = grace
        self._patience = patience
        self._queues: dict[str, OrderedDict[Key, float]] = {}
        self._newest_claimed: dict[tuple[str, int], float] = {}
        self.consumed: set[str] = set()

    def add(self, places: list[Place]) -> None:
        """Remember that these were published now."""
        now = time.monotonic()
        for run, slot in places:
            waiting = self._queues.setdefault(run.task(slot).queue, OrderedDict())
            waiting[run.key, run.ti(slot)] = now
            waiting.move_to_end((run.key, run.ti(slot)))

    def lost(self, conn: Connection) -> list[Place]:
        """Task instances whose message must be published again; raises ``BrokerUnavailable``."""
        found = []
        for queue, waiting in self._queues.items():
            if queue in self.consumed and waiting:
                found += self._lost_of(conn, queue, waiting)
        return found

    def _lost_of(self, conn: Connection, queue: str, waiting: OrderedDict[Key, float]) -> list[Place]:
        old = self._old(waiting)
        if not old:
            return []
        unclaimed = scheduling.still_queued(conn, [run.ti(slot) for run, slot in old])
        for run, slot in old:
            if run.ti(slot) not in unclaimed:
                self._claimed(_line(run, slot), waiting.pop((run.key, run.ti(slot))))
        left = [(run, slot) for run, slot in old if run.ti(slot) in unclaimed]
        if left and self._bus.depths([queue])[queue] == 0:
            return left
        limit = time.monotonic() - self._patience
        published = [(run, slot, waiting[run.key, run.ti(slot)]) for run, slot in left]
        return [(run, slot) for run, slot, at in published if at < limit and self._overtaken(_line(run, slot), at)]

    def _old(self, waiting: OrderedDict[Key, float]) -> list[Place]:
        """The oldest messages that are still out for longer than the grace; forgets those that came back."""
        limit = time.monotonic() - self._grace
        old: list[Place] = []
        for key, published in list(waiting.items()):
            if published > limit or len(old) >= _LOOK_AT:
                break
            run = self._book.runs.get(key[0])
            slot = run.slot_of(key[1]) if run else None
            if run is None or slot is None or run.state(slot) != TaskState.QUEUED:
                del waiting[key]
            else:
                old.append((run, slot))
        return old

    def _claimed(self, line: tuple[str, int], published: float) -> None:
        self._newest_claimed[line] = max(published, self._newest_claimed.get(line, 0.0))

    def _overtaken(self, line: tuple[str, int], published: float) -> bool:
        return published < self._newest_claimed.get(line, 0.0) - _SLACK


def _line(run: RunMemory, slot: int) -> tuple[str, int]:
    """Queue and urgency: what the broker hands out in order."""
    task = run.task(slot)
    return (task.queue, urgency(task.priority))
