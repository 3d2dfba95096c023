"""Ready task instances in lanes, and which of them may go next.

A *lane* holds the ready task instances of one run that share queue, pool, number of pool slots and per-task
limit, most urgent first. What holds its head back holds all of it back: such a lane is closed as a whole,
nothing in it is looked at, and nothing else waits for it. Among open lanes the most urgent goes first;
equals take turns. Backfills come after all live runs.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from headway.flow.blueprint import Task
from headway.flow.run_memory import RunMemory

LaneKey = tuple[int, str, str, int, str]


@dataclass(slots=True)
class Lane:
    """Ready slots of one run, as a heap of (-priority, slot); ``turn`` is when it was last served."""

    run: RunMemory
    heap: list[tuple[int, int]] = field(default_factory=list)
    turn: int = 0

    @property
    def head(self) -> int:
        """The slot that goes next."""
        return self.heap[0][1]

    @property
    def task(self) -> Task:
        """The task of the slot that goes next."""
        return self.run.task(self.head)


class Lanes:
    """All lanes; not shared between threads."""

    def __init__(self) -> None:
        self._lanes: dict[LaneKey, Lane] = {}
        self._turn = 0

    def __len__(self) -> int:
        return sum(len(lane.heap) for lane in list(self._lanes.values()))  # metrics count beside the engine

    def put(self, run: RunMemory, slot: int) -> None:
        """Add a ready slot."""
        task = run.task(slot)
        limited = task.task_id if task.per_dag is not None or task.per_run is not None else ""
        key = (run.key, task.queue, task.pool, task.pool_slots, limited)
        lane = self._lanes.get(key)
        if lane is None or lane.run is not run:
            lane = self._lanes[key] = Lane(run, turn=self._turn)  # behind those that have waited longer
        heapq.heappush(lane.heap, (-task.priority, slot))

    def drop_run(self, run_key: int) -> None:
        """Forget a run's ready slots."""
        for key in [key for key in self._lanes if key[0] == run_key]:
            del self._lanes[key]

    def select(
        self, fits: Callable[[RunMemory, Task], bool], take: Callable[[RunMemory, int], None], limit: int
    ) -> list[tuple[RunMemory, int]]:
        """Take up to ``limit`` slots off the lanes, in the order in which they should go.

        ``fits`` says whether every limit has room for one more of this task; ``take`` counts a chosen one.
        """
        order = [self._rank(key, lane) for key, lane in self._lanes.items() if fits(lane.run, lane.task)]
        heapq.heapify(order)
        chosen: list[tuple[RunMemory, int]] = []
        while order and len(chosen) < limit:
            *_, key = heapq.heappop(order)
            lane = self._lanes[key]
            if not fits(lane.run, lane.task):
                continue
            chosen.append((lane.run, self._pop(key, lane)))
            take(*chosen[-1])
            if lane.heap:
                heapq.heappush(order, self._rank(key, lane))
        return chosen

    def most_urgent(self, counts: Callable[[RunMemory, Task], bool]) -> float:
        """The highest priority of what is ready in live runs and ``counts``; below any when there is nothing."""
        heads = [lane for lane in self._lanes.values() if lane.run.backfill is None and counts(lane.run, lane.task)]
        return max((-lane.heap[0][0] for lane in heads), default=-math.inf)

    def _rank(self, key: LaneKey, lane: Lane) -> tuple[bool, int, int, LaneKey]:
        return (lane.run.backfill is not None, lane.heap[0][0], lane.turn, key)

    def _pop(self, key: LaneKey, lane: Lane) -> int:
        self._turn += 1
        lane.turn = self._turn
        slot = heapq.heappop(lane.heap)[1]
        if not lane.heap:
            del self._lanes[key]
        return slot
