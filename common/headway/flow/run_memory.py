"""An active run in memory: one byte of state a task instance, and counters of upstream outcomes.

Arrays indexed by *slot*: the place of a task instance in the run, by ascending key. About 80 bytes a
task instance, so that a hundred thousand of them fit easily, and an event costs O(its downstream).

A mapped task begins with one row of map index -1, its *placeholder*, which waits in the name of all. When the
task is expanded, instances 0 … n-1 join the run and the placeholder is ``removed``: it counts no more. While
it is open (before, and again after a clear) no instance of the task may run. One that is settled in any other
way (skipped, failed) stands for a task without instances.

What lies above a task counts for all of its instances alike, except between tasks of one mapped scope: there
instance i waits for instances i alone, or for a placeholder that was settled.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from headway.flow.blueprint import Blueprint, Task
from headway.flow.counters import WAYS, Counters
from headway.flow.rules import Outcomes
from headway.states import FINISHED, OCCUPYING, TaskState

_STATES = list(TaskState)
_CODE = {state: code for code, state in enumerate(_STATES)}
_FINISHED = frozenset(_CODE[state] for state in FINISHED)
_OCCUPYING = frozenset(_CODE[state] for state in OCCUPYING)
_OPEN = frozenset({_CODE[TaskState.NONE], _CODE[TaskState.SCHEDULED]})
_REMOVED = _CODE[TaskState.REMOVED]
_WAY = [WAYS.index(state) if state in WAYS else -1 for state in _STATES]


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
        backfill: int | None = None,
        rows: list[tuple[int, str, int, str, int, int]],
    ) -> None:
        """``rows``: (ti, task_id, map_index, state, dispatch, try_number), by ascending ti.

        ``backfill`` is the one to which the run belongs: it gives way to live runs.
        """
        self.key = key
        self.run_id = run_id
        self.version = version
        self.bundle = bundle
        self.blueprint = blueprint
        self.run_after = run_after
        self.backfill = backfill
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

    def counts(self) -> dict[str, int]:
        """How many task instances are in each state; those that are ``removed`` count no more."""
        counts = {state.value: self._state.count(code) for state, code in _CODE.items() if code != _REMOVED}
        return {state: count for state, count in counts.items() if count}

    def slot_of(self, ti: int) -> int | None:
        """The slot of a task instance by its key."""
        slot = bisect_left(self._ids, ti)
        return slot if slot < len(self._ids) and self._ids[slot] == ti else None

    def slots_of_task(self, position: int) -> Sequence[int]:
        """The slots of one task: one, or that of the placeholder and those of the instances by map index."""
        return self._slots[position]

    def slot_at(self, position: int, map_index: int) -> int | None:
        """The slot of one instance of a task; of the task itself for -1."""
        slots = self._slots[position]
        return slots[map_index + 1] if map_index + 1 < len(slots) else None

    def ti(self, slot: int) -> int:
        """The key of the task instance in a slot."""
        return self._ids[slot]

    def map_index(self, slot: int) -> int:
        """Its place in a mapped task, -1 for a placeholder and for a task that is not mapped."""
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
        finished = (new in _FINISHED) - (old in _FINISHED)
        self._unfinished -= finished
        if finished and self._task[slot] >= 0:
            self._left[self._task[slot]] -= finished
        if new in _OCCUPYING:
            self.in_flight.add(slot)
        else:
            self.in_flight.discard(slot)
        self._tally(slot, old, -1)
        self._tally(slot, new, +1)

    def outcomes(self, slot: int) -> Outcomes:
        """What lies right above a task instance has come to."""
        outcomes = self._above_task.outcomes(self._task[slot])
        if self._above_slot is not None:
            self._above_slot.add_to(outcomes, slot)
        if self.task(slot).is_teardown and outcomes.all_done:
            self._add_setups(outcomes, slot)
        return outcomes

    def is_open(self, slot: int) -> bool:
        """Whether its trigger rule may still be asked: nothing is decided about it, and dispatch does not have it.

        One that came back from a lost or drained worker is open too: what is above it may have been cleared.
        """
        if self._state[slot] not in _OPEN or self.handed[slot]:
            return False
        return self._map_index[slot] < 0 or self.is_expanded(self._task[slot])

    def is_done(self, position: int) -> bool:
        """Whether no instance of a task needs anything more."""
        return not self._left[position]

    def open_below(self, slot: int) -> Iterator[int]:
        """The open slots right below this one that may be decided otherwise since it came to its end."""
        way = _WAY[self._state[slot]]
        for below in self._wide_below(slot):
            if self._waits_as_one(below):
                yield from self._open_placeholder(below)
            elif self._above_task.is_news(below, way):
                yield from self._open_of(below)
        yield from self._open_aside(slot)

    def all_open_below(self, slot: int) -> Iterator[int]:
        """All open slots right below this one."""
        for below in self._wide_below(slot):
            yield from self._open_of(below)
        yield from self._open_aside(slot)

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

    # Mapped tasks

    def is_placeholder(self, slot: int) -> bool:
        """Whether the slot stands for a mapped task as a whole."""
        return self._map_index[slot] < 0 and self.task(slot).mapping is not None

    def is_expanded(self, position: int) -> bool:
        """Whether a mapped task has its instances."""
        return self._state[self._slots[position][0]] == _REMOVED

    def length(self, position: int) -> int:
        """How many instances a mapped task has."""
        return sum(self._state[slot] != _REMOVED for slot in self._slots[position][1:])

    def admit(self, rows: Iterable[tuple[int, str, int]]) -> None:
        """Take new instances of mapped tasks in: (ti, task_id, map_index), by ascending ti, ``none`` all of them."""
        for ti, task_id, map_index in rows:
            slot, position = len(self._ids), self.blueprint.position[task_id]
            self._ids.append(ti)
            self._task.append(position)
            self._map_index.append(map_index)
            self._state.append(_CODE[TaskState.NONE])
            self.dispatch.append(0)
            self.try_number.append(1)
            self.handed.append(0)
            self._slots[position].append(slot)
            self._unfinished += 1
            self._left[position] += 1
            self._connect(slot)

    def _connect(self, slot: int) -> None:
        """Count a new instance as upstream of what lies below it, and what lies above as its upstream."""
        task, index = self.task(slot), self._map_index[slot]
        for below in task.beyond_down:
            self._above_task.total[below] += 1
        if self._above_slot is None:
            return
        self._above_slot.grow()
        for above in task.beside_up:
            if (other := self.slot_at(above, index)) is not None:
                self._above_slot.total[slot] += 1
                if (way := _WAY[self._state[other]]) >= 0:
                    self._above_slot.add(slot, way, +1)
        for below in task.beside_down:
            if (other := self.slot_at(below, index)) is not None:
                self._above_slot.total[other] += 1

    # Counting

    def _count(self) -> None:
        tasks = self.blueprint.tasks
        self._slots: list[array[int]] = [array("l") for _ in tasks]
        for slot in sorted(range(len(self._ids)), key=self._map_index.__getitem__):
            if self._task[slot] >= 0:
                self._slots[self._task[slot]].append(slot)
        self._left = array("l", (sum(self._state[slot] not in _FINISHED for slot in slots) for slots in self._slots))
        self._unfinished = sum(code not in _FINISHED for code in self._state)
        self.in_flight = {slot for slot, code in enumerate(self._state) if code in _OCCUPYING}
        self._above_task = Counters(len(tasks))
        for task in tasks:
            self._above_task.total[task.position] = sum(
                1 if above in task.beside_up else len(self._slots[above]) for above in task.upstream
            )
        self._above_slot = Counters(len(self._ids)) if any(task.beside_up for task in tasks) else None
        for task in tasks if self._above_slot is not None else ():
            self._expect_aligned(task)
        for slot, code in enumerate(self._state):
            self._tally(slot, code, +1)

    def _expect_aligned(self, task: Task) -> None:
        assert self._above_slot is not None
        for index, slot in enumerate(self._slots[task.position][1:]):
            aligned = [above for above in task.beside_up if self.slot_at(above, index) is not None]
            self._above_slot.total[slot] = len(aligned)

    def _tally(self, slot: int, code: int, step: int) -> None:
        """Let what lies right below see that one more (or one less) of its upstream ended like this."""
        way = _WAY[code]
        if way < 0 or self._task[slot] < 0:
            return
        for below in self._wide_below(slot):
            self._above_task.add(below, way, step)
        if self._above_slot is not None:
            for aligned in self._aligned_below(slot):
                self._above_slot.add(aligned, way, step)

    def _wide_below(self, slot: int) -> list[int]:
        """The tasks right below of which every instance depends on this slot."""
        task = self.task(slot)
        return task.downstream if self._map_index[slot] < 0 else task.beyond_down

    def _aligned_below(self, slot: int) -> Iterator[int]:
        """The slots of the same map index right below, in the same mapped scope."""
        index = self._map_index[slot]
        for below in self.task(slot).beside_down if index >= 0 else ():
            if (other := self.slot_at(below, index)) is not None:
                yield other

    def _open_aside(self, slot: int) -> Iterator[int]:
        """Open slots of the same map index below, and placeholders further away that wait for this one's length."""
        for position in self.task(slot).measured_by:
            yield from self._open_placeholder(position)
        yield from (other for other in self._aligned_below(slot) if self.is_open(other))

    def _waits_as_one(self, position: int) -> bool:
        return self.blueprint.tasks[position].mapping is not None and not self.is_expanded(position)

    def _open_placeholder(self, position: int) -> Iterator[int]:
        slot = self._slots[position][0]
        if self.is_open(slot):
            yield slot

    def _open_of(self, position: int) -> Iterator[int]:
        return (slot for slot in self._slots[position] if self.is_open(slot))

    def _add_setups(self, outcomes: Outcomes, slot: int) -> None:
        task = self.task(slot)
        for above in task.upstream:
            if self.blueprint.tasks[above].is_setup:
                states = [self.state(other) for other in self._setups(slot, above, aligned=above in task.beside_up)]
                outcomes.setups += len(states)
                outcomes.setup_success += states.count(TaskState.SUCCESS)
                outcomes.setup_skipped += states.count(TaskState.SKIPPED)

    def _setups(self, slot: int, above: int, *, aligned: bool) -> Sequence[int]:
        """The instances of a setup task that prepared something for this slot; an expanded placeholder did not."""
        if aligned:
            found = self.slot_at(above, self._map_index[slot])
            return [self._slots[above][0] if found is None else found]
        return self._slots[above][1:] if self.is_expanded(above) else self._slots[above]
