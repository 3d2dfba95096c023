from __future__ import annotations

from collections import Counter

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from headway.flow.run_memory import RunMemory
from headway.states import FINISHED, OCCUPYING, TRANSITIONS, TaskState
from headway_scheduler.book import Book, Usage
from support.memories import blueprint, open_book, remember
from support.structures import task

SHAPE = (
    task("first", is_setup=True, pool="small", pool_slots=2, max_active_tis_per_dag=1),
    task("left", "first", queue="other"),
    task("right", "first", max_active_tis_per_dagrun=2),
    task("last", "left", "right", "first", is_teardown=True),
)


class Moves(RuleBasedStateMachine):
    """Any sequence of allowed moves: every counter equals what a recount gives."""

    book: Book
    run: RunMemory

    @initialize(mapped=st.integers(0, 3), data=st.data())
    def begin(self, mapped: int, data: st.DataObject) -> None:
        states = {each["task_id"]: data.draw(st.sampled_from(list(TaskState))) for each in SHAPE}
        self.run = remember(blueprint("d", *SHAPE), states=states, mapped=mapped)
        self.book = open_book(self.run)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        slot = data.draw(st.integers(0, len(self.run) - 1))
        after = sorted(TRANSITIONS[self.run.state(slot)])
        self.book.move(self.run, slot, data.draw(st.sampled_from(after)))

    @invariant()
    def counters_equal_a_recount(self) -> None:
        states = [self.run.state(slot) for slot in range(len(self.run))]
        assert self.run.unfinished == sum(state not in FINISHED for state in states)
        assert self.run.in_flight == {slot for slot, state in enumerate(states) if state in OCCUPYING}
        for each in self.run.blueprint.tasks:
            self.compare_outcomes(each.position)

    def compare_outcomes(self, position: int) -> None:
        tasks = self.run.blueprint.tasks
        above = [
            (tasks[up], self.run.state(slot)) for up in tasks[position].upstream for slot in self.run.slots_of_task(up)
        ]
        count = Counter(state for _, state in above)
        seen = self.run.outcomes(position)
        assert seen.total == len(above)
        assert (seen.success, seen.failed, seen.upstream_failed, seen.skipped, seen.removed) == tuple(
            count[TaskState(state)] for state in ("success", "failed", "upstream_failed", "skipped", "removed")
        )
        if tasks[position].is_teardown:
            setups = [state for each, state in above if each.is_setup]
            assert (seen.setups, seen.setup_success) == (len(setups), setups.count(TaskState.SUCCESS))

    @invariant()
    def usage_equals_a_recount(self) -> None:
        counted = Usage()
        for slot in range(len(self.run)):
            if self.run.state(slot) in OCCUPYING:
                counted.change(self.run, slot, +1)
        for name in ("total", "dags", "pools", "queues", "tasks", "tasks_in_run"):
            assert _positive(getattr(self.book.usage, name)) == _positive(getattr(counted, name)), name


def _positive(found: int | Counter[object]) -> object:
    return found if isinstance(found, int) else {key: value for key, value in found.items() if value}


TestMoves = Moves.TestCase
TestMoves.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_dropping_a_run_gives_all_of_its_room_back() -> None:
    shape = blueprint("d", task("a", pool="p", pool_slots=3), task("b"))
    book = open_book(remember(shape, states={"a": "running", "b": "queued"}))
    assert book.usage.pools["p"] == 3
    book.drop(1)
    assert (book.usage.total, book.usage.pools["p"], book.usage.dags["d"]) == (0, 0, 0)


def test_a_task_instance_is_found_by_its_key() -> None:
    run = remember(blueprint("d", task("a"), task("b")))
    assert [run.slot_of(run.ti(slot)) for slot in range(2)] == [0, 1]
    assert run.slot_of(999) is None
    assert run.slot_of(5000) is None


def test_only_what_nobody_has_decided_about_is_open() -> None:
    run = remember(blueprint("d", *(task(state) for state in TaskState)), states={state: state for state in TaskState})
    assert {run.task(slot).task_id for slot in run.all_open()} == {"none", "scheduled"}
    run.handed[run.slots_of_task(run.blueprint.position["none"])[0]] = 1
    assert [run.task(slot).task_id for slot in run.all_open()] == ["scheduled"]
