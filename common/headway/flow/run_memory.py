"""An active run in memory: one byte of state a task instance, and counters of upstream outcomes.

Arrays indexed by *slot*: the place of a task instance in the run, by ascending key. About 40 bytes a
task instance, so that a hundred thousand of them fit easily, and an event costs O(its downstream).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime

from headway.flow.blueprint import Blueprint, Task
from headway.flow.rules import Outcomes
from headway.states import FINISHED, OCCUPYING, TaskState

_STATES = list(TaskState)
_CODE = {state: code for code, state in enumerate(_STATES)}
_FINISHED = frozenset(_CODE[state] for state in FINISHED)
_OCCUPYING = frozenset(_CODE[state] for state in OCCUPYING)
_OPEN = frozenset({_CODE[TaskState.NONE], _CODE[TaskState.SCHEDULED]})
_COUNTED = (
    _CODE[TaskState.SUCCESS],
    _CODE[TaskState.FAILED],
    _CODE[TaskState.UPSTREAM_FAILED],
    _CODE[TaskState.SKIPPED],
    _CODE[TaskState.REMOVED],
)


class RunMemory:
    """The task instances of one run as their owner knows them; not shared between threads.

    ``version`` fences every write for the run; ``past`` holds the slots that wait for the previous run;
    ``in_flight`` holds those that are queued or running; ``last_event`` is the monotonic time of the last news.
    """

    def __init__(
        self,
        *,
        key: int,
        run_id: str,
        version: int,
        bundle: str,
        blueprint: Blueprint,
        run_after: datetime,
        rows: list[tuple[int, str, int, str, int, int]],
    ) -> None:
        """``rows``: (ti, task_id, map_index, state, dispatch, try_number), by ascending ti."""
        self.key = key
        self.run_id = run_id
        self.version = version
        self.bundle = bundle
        self.blueprint = blueprint
        self.run_after = run_after
        self.last_event = 0.0
        self.past: set[int] = set()
        self._ids = array("q", (row[0] for row in rows))
        self._task = array("l", (blueprint.position.get(row[1], -1) for row in rows))
        self._map_index = array("l", (row[2] for row in rows))
        self._state = bytearray(_CODE[TaskState(row[3])] for row in rows)
        self.dispatch = array("l", (row[4] for row in rows))
        self.try_number = array("l", (row[5] for row in rows))
        self.handed = bytearray(len(rows))  # 1: dispatch has it already
        self._count()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def unfinished(self) -> int:
        """Task instances that still need something."""
        return self._unfinished

    @property
    def occupying(self) -> int:
        """How many task instances are queued or running."""
        return len(self.in_flight)

    def slot_of(self, ti: int) -> int | None:
        """The slot of a task instance by its key."""
        slot = bisect_left(self._ids, ti)
        return slot if slot < len(self._ids) and self._ids[slot] == ti else None

    def slots_of_task(self, position: int) -> list[int]:
        """The slots of one task (several when it is mapped)."""
        return self._slots[position]

    def ti(self, slot: int) -> int:
        """The key of the task instance in a slot."""
        return self._ids[slot]

    def map_index(self, slot: int) -> int:
        """Its place in a mapped task, -1 for a task that is not mapped."""
        return self._map_index[slot]

    def task(self, slot: int) -> Task:
        """The task that a slot is an instance of."""
        return self.blueprint.tasks[self._task[slot]]

    def state(self, slot: int) -> TaskState:
        """Where the task instance stands."""
        return _STATES[self._state[slot]]

    def set_state(self, slot: int, state: TaskState) -> None:
        """Record a move; keeps every counter that depends on it."""
        old, new = self._state[slot], _CODE[state]
        if old == new:
            return
        self._state[slot] = new
        self._unfinished += (old in _FINISHED) - (new in _FINISHED)
        if new in _OCCUPYING:
            self.in_flight.add(slot)
        else:
            self.in_flight.discard(slot)
        self._tally(slot, old, -1)
        self._tally(slot, new, +1)

    def outcomes(self, position: int) -> Outcomes:
        """What the direct upstream of a task has come to."""
        success, failed, upstream_failed, skipped, removed = (seen[position] for seen in self._seen)
        outcomes = Outcomes(self._above[position], success, failed, upstream_failed, skipped, removed)
        if self.blueprint.tasks[position].is_teardown:
            self._add_setups(outcomes, position)
        return outcomes

    def is_open(self, slot: int) -> bool:
        """Whether its trigger rule may still be asked: nothing is decided about it, and dispatch does not have it.

        One that came back from a lost or drained worker is open too: what is above it may have been cleared.
        """
        return self._state[slot] in _OPEN and not self.handed[slot]

    def open_below(self, slot: int) -> Iterator[int]:
        """The open slots right below this one."""
        for below in self.task(slot).downstream:
            yield from (candidate for candidate in self._slots[below] if self.is_open(candidate))

    def all_open(self) -> Iterator[int]:
        """Every open slot of a task that the version has."""
        return (slot for slot, task in enumerate(self._task) if task >= 0 and self.is_open(slot))

    def slots_in(self, *states: TaskState) -> Iterator[int]:
        """Every slot in one of these states."""
        wanted = frozenset(_CODE[state] for state in states)
        return (slot for slot, code in enumerate(self._state) if code in wanted)

    def any_in(self, positions: list[int], *states: TaskState) -> bool:
        """Whether an instance of one of these tasks is in one of these states."""
        wanted = frozenset(_CODE[state] for state in states)
        return any(self._state[slot] in wanted for position in positions for slot in self._slots[position])

    def _count(self) -> None:
        tasks = self.blueprint.tasks
        self._slots: list[list[int]] = [[] for _ in tasks]
        for slot, position in enumerate(self._task):
            if position >= 0:
                self._slots[position].append(slot)
        self._above = [sum(len(self._slots[above]) for above in task.upstream) for task in tasks]
        self._seen = [array("l", bytes(8 * len(tasks))) for _ in _COUNTED]
        self._unfinished = sum(code not in _FINISHED for code in self._state)
        self.in_flight = {slot for slot, code in enumerate(self._state) if code in _OCCUPYING}
        for slot, code in enumerate(self._state):
            self._tally(slot, code, +1)

    def _tally(self, slot: int, code: int, step: int) -> None:
        """Let the tasks right below see that one more (or one less) of their upstream ended like this."""
        position = self._task[slot]
        if code in _COUNTED and position >= 0:
            seen = self._seen[_COUNTED.index(code)]
            for below in self.blueprint.tasks[position].downstream:
                seen[below] += step

    def _add_setups(self, outcomes: Outcomes, position: int) -> None:
        for above in self.blueprint.tasks[position].upstream:
            if self.blueprint.tasks[above].is_setup:
                states = [self.state(slot) for slot in self._slots[above]]
                outcomes.setups += len(states)
                outcomes.setup_success += states.count(TaskState.SUCCESS)
                outcomes.setup_skipped += states.count(TaskState.SKIPPED)
