"""Messages that are out: which of them no worker has claimed although one should have."""

from __future__ import annotations

import time
from collections import OrderedDict

from headway.broker.bus import Bus
from headway.broker.celery_message import urgency
from headway.flow.run_memory import RunMemory
from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway.states import TaskState
from headway_scheduler.book import Book

_LOOK_AT = 2000  # messages of one line checked at once
_SLACK = 1.0  # seconds by which a message must have been overtaken

Place = tuple[RunMemory, int]
Key = tuple[int, int]
Line = tuple[str, int]


class Outstanding:
    """Published task instances in order of publishing, by line; not shared between threads.

    A *line* is what the broker hands out in order: a queue and an urgency. A message counts as lost when
    nobody has claimed it for ``grace`` seconds although its queue is empty, or for ``patience`` seconds
    although a later one of its line was claimed. A queue that nobody consumes has no lost messages: its
    tasks wait. ``consumed`` names the queues that have workers.
    """

    def __init__(self, book: Book, bus: Bus, *, grace: float, patience: float) -> None:
        self._book = book
        self._bus = bus
        self._grace = grace
        self._patience = patience
        self._lines: dict[Line, OrderedDict[Key, float]] = {}
        self._newest_claimed: dict[Line, float] = {}
        self.consumed: set[str] = set()

    def add(self, places: list[Place]) -> None:
        """Remember that these were published now."""
        now = time.monotonic()
        for run, slot in places:
            task = run.task(slot)
            waiting = self._lines.setdefault((task.queue, urgency(task.priority)), OrderedDict())
            waiting[run.key, run.ti(slot)] = now
            waiting.move_to_end((run.key, run.ti(slot)))

    def lost(self, conn: Connection) -> list[Place]:
        """Task instances whose message must be published again; raises ``BrokerUnavailable``."""
        old = {line: self._old(line) for line in self._lines if line[0] in self.consumed}
        unclaimed = scheduling.still_queued(conn, [run.ti(slot) for places in old.values() for run, slot in places])
        left = {line: self._unclaimed(line, places, unclaimed) for line, places in old.items()}
        queues = {queue for (queue, _), places in left.items() if places}
        depths = self._bus.depths(sorted(queues))
        return [
            place
            for line, places in left.items()
            for place in places
            if depths[line[0]] == 0 or self._overtaken(line, place)
        ]

    def _old(self, line: Line) -> list[Place]:
        """The oldest messages that are still out for longer than the grace; others of that age were claimed."""
        limit, waiting = time.monotonic() - self._grace, self._lines[line]
        old: list[Place] = []
        for key, published in list(waiting.items()):
            if published > limit or len(old) >= _LOOK_AT:
                break
            run = self._book.runs.get(key[0])
            slot = run.slot_of(key[1]) if run is not None else None
            if run is None or slot is None or run.state(slot) != TaskState.QUEUED:
                self._claimed(line, key)
            else:
                old.append((run, slot))
        return old

    def _unclaimed(self, line: Line, places: list[Place], unclaimed: set[int]) -> list[Place]:
        for run, slot in places:
            if run.ti(slot) not in unclaimed:
                self._claimed(line, (run.key, run.ti(slot)))
        return [(run, slot) for run, slot in places if run.ti(slot) in unclaimed]

    def _claimed(self, line: Line, key: Key) -> None:
        published = self._lines[line].pop(key)
        self._newest_claimed[line] = max(published, self._newest_claimed.get(line, 0.0))

    def _overtaken(self, line: Line, place: Place) -> bool:
        run, slot = place
        published = self._lines[line][run.key, run.ti(slot)]
        is_old = published < time.monotonic() - self._patience
        return is_old and published < self._newest_claimed.get(line, 0.0) - _SLACK
