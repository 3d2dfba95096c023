"""Advance: what follows when a task instance has left ``running``.

An event changes the memory of its run and looks only at what lies right below it. What can be settled
without running (skipped, upstream failed, empty operators) is settled at once and its own downstream
looked at in turn; all that goes to the metastore in one statement. What may run goes to dispatch.
What only the metastore can tell (branch decisions, the run before) is read for many at once.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque

from headway.authoring.results import SKIP_KEY
from headway.flow.blueprint import DECIDING_KINDS
from headway.flow.decisions import end_state, judge, left_out
from headway.flow.rules import Verdict
from headway.flow.run_memory import RunMemory
from headway.messages import Finished
from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway.states import FINISHED, OCCUPYING, WAITING, TaskState
from headway_scheduler.book import Book
from headway_scheduler.cut_short import end
from headway_scheduler.expander import Expander

log = logging.getLogger(__name__)

Place = tuple[RunMemory, int]


class Advance:
    """Applies events to the book, settles what needs no worker, ends runs, fills the lanes."""

    def __init__(self, book: Book, expander: Expander) -> None:
        self._book = book
        self._expander = expander
        self._look: deque[Place] = deque()  # slots whose trigger rule must be asked
        self._branches: list[Place] = []  # finished branching tasks whose decision is not read yet
        self._after_past: list[Place] = []  # may run as soon as the run before allows it
        self._settled: list[tuple[RunMemory, int, TaskState]] = []
        self._touched: set[int] = set()  # runs that may have ended
        self.failing: set[int] = set()  # runs that go no further because something in them has failed

    def rebuilt(self, run: RunMemory) -> None:
        """A run came into memory, with all of its states: find what it can do."""
        self._touched.add(run.key)
        self._note_failure(run)
        for slot in run.slots_in(TaskState.SUCCESS):
            if run.task(slot).kind in DECIDING_KINDS:
                self._branches.append((run, slot))
        self._look.extend((run, slot) for slot in run.all_open())

    def finished(self, event: Finished) -> None:
        """A worker, or whoever ended an attempt in its place, says where a task instance stands now."""
        place = self._place(event)
        if place is None:
            return
        run, slot = place
        run.last_event = time.monotonic()
        if run.state(slot) in OCCUPYING:
            self._arrive(run, slot, TaskState(event.state))
            if event.state != TaskState.SUCCESS:
                self._note_failure(run)

    def due(self, run_key: int, ti: int, dispatch: int) -> bool:
        """The time of a waiting task instance has come; False when this scheduler's memory says otherwise."""
        run = self._book.runs.get(run_key)
        slot = run.slot_of(ti) if run else None
        if run is None or slot is None or run.dispatch[slot] != dispatch:
            return False
        if run.state(slot) in OCCUPYING:  # the event of its finish is still on its way
            self._arrive(run, slot, TaskState.UP_FOR_RETRY)
        if run.handed[slot] or run.state(slot) not in WAITING:
            return False
        if run.state(slot) is TaskState.DEFERRED:  # from now on it holds no slot of its pool
            self._book.move(run, slot, TaskState.UP_FOR_RESCHEDULE)
        if not self._book.is_held(run, slot):  # a timer comes again until its task instance is queued
            self._ready(run, slot)
        return True

    def look_back(self) -> None:
        """Ask again about all that waits for the run before: a person may have changed that one."""
        for run in self._book.runs.values():
            self._ask_past_again(run, run.past)

    def settle(self, conn: Connection) -> bool:
        """Follow everything up; True when a run has ended."""
        while self._look or self._branches or self._after_past or self._expander:
            self._read_branches(conn)
            while self._look:
                run, slot = self._look.popleft()
                if self._book.has(run):
                    self._ask(run, slot)
            self._read_past(conn)
            self._expand(conn)
        self._write(conn)
        return self._end_runs(conn)

    def _place(self, event: Finished) -> Place | None:
        run = self._book.runs.get(event.run)
        slot = run.slot_of(event.ti) if run else None
        if run is None:
            return None
        if slot is None or event.dispatch > run.dispatch[slot]:
            self._book.stale.add(run.key)  # it knows more than we do
            return None
        return (run, slot) if event.dispatch == run.dispatch[slot] else None

    def _arrive(self, run: RunMemory, slot: int, state: TaskState) -> None:
        self._book.move(run, slot, state)
        run.handed[slot] = 0
        if state == TaskState.SCHEDULED:
            self._look.append((run, slot))
        elif state in FINISHED:
            self._follow(run, slot)

    def _follow(self, run: RunMemory, slot: int) -> None:
        """A slot has come to its end: read its decision if it is a branch, look at what lies below."""
        self._touched.add(run.key)
        if run.task(slot).kind in DECIDING_KINDS and run.state(slot) == TaskState.SUCCESS:
            self._branches.append((run, slot))
        else:
            self._look.extend((run, below) for below in run.open_below(slot))
        self._wake_next_run(run, slot)

    def _ask(self, run: RunMemory, slot: int) -> None:
        if not run.is_open(slot):
            return
        verdict = judge(run, slot)
        if verdict in (Verdict.RUN, Verdict.EXPAND):
            if run.task(slot).depends_on_past:
                self._after_past.append((run, slot))
            else:
                self._go(run, slot)
        elif verdict is not Verdict.WAIT:
            self._settle(run, slot, TaskState(verdict.value))

    def _go(self, run: RunMemory, slot: int) -> None:
        """Nothing stands in its way but holds and limits; of a mapped task, the length of what it is mapped over.

        When holds have changed, the DAG's runs are read anew, and all of them asked again.
        """
        if self._book.is_held(run, slot):
            return
        if run.is_placeholder(slot):
            self._expander.add(run, slot)
        elif run.task(slot).kind == "empty":
            self._settle(run, slot, TaskState.SUCCESS)
        else:
            self._ready(run, slot)

    def _ready(self, run: RunMemory, slot: int) -> None:
        if not run.handed[slot]:
            run.handed[slot] = 1
            self._book.lanes.put(run, slot)

    def _settle(self, run: RunMemory, slot: int, state: TaskState) -> None:
        if run.is_placeholder(slot) and len(run.slots_of_task(run.task(slot).position)) > 1:
            self._expander.end(run, slot, state)  # it had instances before it was cleared
            return
        self._book.move(run, slot, state)
        self._settled.append((run, slot, state))
        self._follow(run, slot)

    def _write(self, conn: Connection) -> None:
        settled = [entry for entry in self._settled if self._book.has(entry[0])]
        self._settled.clear()
        if not settled:
            return
        changed = scheduling.settle(
            conn,
            decided=[(run.ti(slot), state) for run, slot, state in settled],
            runs=self._book.versions({run.key for run, _, _ in settled}),
        )
        self._book.stale.update(run.key for run, slot, _ in settled if run.ti(slot) not in changed)

    def _read_branches(self, conn: Connection) -> None:
        """Skip what finished branching tasks have decided against; then look below them."""
        branches, self._branches = [place for place in self._branches if self._book.has(place[0])], []
        if not branches:
            return
        found = scheduling.decisions(conn, [run.ti(slot) for run, slot in branches], SKIP_KEY)
        for run, slot in branches:
            decision = found.get(run.ti(slot))
            for below in left_out(run, slot, json.loads(decision)) if decision else ():
                self._settle(run, below, TaskState.SKIPPED)
            self._look.extend((run, below) for below in run.all_open_below(slot))

    def _read_past(self, conn: Connection) -> None:
        """Let go what the run before allows; the rest waits until something changes there."""
        waiting, self._after_past = self._after_past, []
        by_run: dict[int, list[Place]] = {}
        for run, slot in waiting:
            if self._book.has(run):
                by_run.setdefault(run.key, []).append((run, slot))
        for key, places in by_run.items():
            ids = {task_id for run, slot in places for task_id in _needed_before(run, slot)}
            ended_well = scheduling.past_states(conn, run=key, task_ids=sorted(ids))
            for run, slot in places:
                if not all(ended_well.get(task_id, True) for task_id in _needed_before(run, slot)):
                    run.past.add(slot)
                elif run.is_open(slot):
                    self._go(run, slot)

    def _expand(self, conn: Connection) -> None:
        """Give mapped tasks their instances, and follow that up."""
        news = self._expander.run_once(conn)
        self._look.extend(news.opened)
        for run, slot in news.ended:
            self._follow(run, slot)

    def _end_runs(self, conn: Connection) -> bool:
        touched, self._touched = self._touched, set()
        ended = False
        for key in touched:
            run = self._book.runs.get(key)
            if run is not None and run.unfinished == 0 and key not in self._book.stale:
                ended |= self._end(conn, run)
        return ended

    def _end(self, conn: Connection, run: RunMemory) -> bool:
        state = end_state(run)
        ended = end(conn, self._book, run, state)
        if ended is None:
            self._book.stale.add(run.key)
            return False
        log.info("run %s of %s: %s", run.run_id, run.blueprint.dag_id, ended)
        self._book.end(run, ended)
        return True

    def _note_failure(self, run: RunMemory) -> None:
        if run.blueprint.fail_fast and any(True for _ in run.slots_in(TaskState.FAILED)):
            self.failing.add(run.key)

    def _wake_next_run(self, run: RunMemory, slot: int) -> None:
        """Later runs of the DAG may have waited for this task, or for it below what they wait for."""
        task, dag = run.task(slot), self._book.dags.get(run.blueprint.dag_id)
        if not run.is_done(task.position):
            return
        for other in dag.running.values() if dag else ():
            if other.past and other is not run:
                ids = [task.task_id, *(run.blueprint.tasks[above].task_id for above in task.upstream)]
                places = [other.blueprint.position[task_id] for task_id in ids if task_id in other.blueprint.position]
                self._ask_past_again(other, {slot for place in places for slot in other.slots_of_task(place)})

    def _ask_past_again(self, run: RunMemory, slots: set[int]) -> None:
        woken = run.past & slots
        run.past -= woken
        self._look.extend((run, slot) for slot in sorted(woken))


def _needed_before(run: RunMemory, slot: int) -> list[str]:
    """The tasks that must have ended well in the run before."""
    task = run.task(slot)
    below = task.downstream if task.wait_for_downstream else []
    return [task.task_id, *(run.blueprint.tasks[position].task_id for position in below)]
