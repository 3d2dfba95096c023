"""Runners of the kinds that the node knows: heaps of times at which to look, many triggers at each look."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from abc import abstractmethod
from collections.abc import Sequence

from headway.authoring.deferral import firing_of, firing_of_error
from headway.authoring.moments import now
from headway.metastore.queries import other_dags
from headway.settings import Settings
from headway.triggers.base import TriggerEvent
from headway_triggerer.service import Service
from headway_triggerer.work import Fire, Key, Work

log = logging.getLogger(__name__)

_GRID = 0.5  # seconds: looks fall together, so that many triggers share one
_LONGEST = 60.0  # seconds: the clock of the host may be set meanwhile


class Looks(Service):
    """Keeps a heap of (monotonic time of the next look, key); one thread.

    A kind says in ``examine`` what has become of the triggers whose time has come: their event, or the seconds until
    the next look. With ``exact`` looks come to the moment, else on a grid.
    """

    interval = _LONGEST
    exact = False

    def __init__(self, settings: Settings, fire: Fire) -> None:
        super().__init__(settings)
        self._fire = fire
        self._lock = threading.Lock()
        self._work: dict[Key, Work] = {}
        self._heap: list[tuple[float, Key]] = []

    @abstractmethod
    def examine(self, due: Sequence[Work]) -> list[TriggerEvent | float]:
        """For each trigger its event, or the seconds until the next look."""

    def add(self, work: Work) -> None:
        """Look at once."""
        with self._lock:
            self._work[work.key] = work
            heapq.heappush(self._heap, (0.0, work.key))
        self.wake()

    def drop(self, key: Key, *, killed: bool) -> None:
        """Look no more."""
        with self._lock:
            self._work.pop(key, None)

    def fence(self) -> None:
        """Look at nothing."""
        with self._lock:
            self._work.clear()
            self._heap.clear()

    def run_once(self) -> float | None:
        """Look at all that is due."""
        due = self._due()
        try:
            found = self.examine(due) if due else []
        except BaseException:
            self._again(due, [1.0] * len(due))  # the metastore is away: look again when it is back
            raise
        for work, answer in zip(due, found, strict=True):
            if isinstance(answer, TriggerEvent):
                self._ended(work, answer)
        waiting = [(work, answer) for work, answer in zip(due, found, strict=True) if isinstance(answer, float)]
        self._again([work for work, _ in waiting], [answer for _, answer in waiting])
        return self._until_next()

    def _due(self) -> list[Work]:
        moment, found = time.monotonic(), []
        with self._lock:
            while self._heap and self._heap[0][0] <= moment:
                work = self._work.get(heapq.heappop(self._heap)[1])
                if work is not None:
                    found.append(work)
        return found

    def _again(self, works: Sequence[Work], waits: Sequence[float]) -> None:
        moment = time.monotonic()
        with self._lock:
            for work, wait in zip(works, waits, strict=True):
                if work.key in self._work:
                    heapq.heappush(self._heap, (self._on_grid(moment, wait), work.key))

    def _on_grid(self, moment: float, wait: float) -> float:
        if self.exact or wait < _GRID:
            return moment + wait
        return -(-(moment + wait) // _GRID) * _GRID

    def _until_next(self) -> float:
        with self._lock:
            return min(max(self._heap[0][0] - time.monotonic(), 0.0), _LONGEST) if self._heap else _LONGEST

    def _ended(self, work: Work, event: TriggerEvent) -> None:
        with self._lock:
            if self._work.pop(work.key, None) is None:
                return
        try:
            firing = firing_of(event)
        except Exception as error:  # noqa: BLE001  (whatever it is, the task must hear of it)
            firing = firing_of_error(str(error))
        self._fire(work, firing)


class Clock(Looks):
    """Moments in time."""

    name = "clock"
    exact = True

    def examine(self, due: Sequence[Work]) -> list[TriggerEvent | float]:
        """Whether the moments have come."""
        present = now()
        lefts = [(work.trigger.moment - present).total_seconds() for work in due]
        return [
            work.trigger.event() if left <= 0 else min(left, _LONGEST) for work, left in zip(due, lefts, strict=True)
        ]


class Files(Looks):
    """Files on this host's disks."""

    name = "files"

    def examine(self, due: Sequence[Work]) -> list[TriggerEvent | float]:
        """Whether they are there."""
        return [TriggerEvent(True) if _is_there(work) else max(float(work.trigger.poke_interval), 0.05) for work in due]


class Runs(Looks):
    """Runs of other DAGs and the tasks in them."""

    name = "runs"

    def examine(self, due: Sequence[Work]) -> list[TriggerEvent | float]:
        """Ask for all of them in one query; triggers that ask the same share the answer."""
        questions = [work.trigger.question for work in due]
        asked = list(dict.fromkeys(questions))
        answers = dict(zip(asked, other_dags.runs_of_all(self.conn, asked), strict=True))
        judged = [work.trigger.judge(answers[question]) for work, question in zip(due, questions, strict=True)]
        return [
            event if event is not None else max(float(work.trigger.interval), 0.05)
            for work, event in zip(due, judged, strict=True)
        ]


def _is_there(work: Work) -> bool:
    try:
        return bool(work.trigger.is_there())
    except OSError as error:  # a disk that is away may come back
        log.warning("%s cannot be looked for: %s", work.trigger.filepath, error)
        return False
