from __future__ import annotations

from collections import Counter

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from headway.flow.run_memory import RunMemory
from headway.states import FINISHED, OCCUPYING, TRANSITIONS, TaskState
from headway_scheduler.book import Book, Usage
from support.memories import blueprint, open_book, remember
from support.structures import mapped, task

SHAPE = (
    task("first", is_setup=True, pool="small", pool_slots=2, max_active_tis_per_dag=1),
    task("left", "first", queue="other"),
    task("alone", "left", **mapped(3, "alone")),
    task("open", "first", is_setup=True, **mapped("left", "group")),
    task("inside", "open", "alone", max_active_tis_per_dagrun=2, **mapped("left", "group")),
    task("close", "inside", "open", is_teardown=True, **mapped("left", "group")),
    task("last", "left", "alone", "inside", "first", is_teardown=True),
)
MAPPED = {"alone": "alone", "open": "group", "inside": "group", "close": "group"}


class Moves(RuleBasedStateMachine):
    """Any sequence of allowed moves and expansions: every counter equals what a recount gives."""

    book: Book
    run: RunMemory

    @initialize(lengths=st.fixed_dictionaries({name: st.integers(0, 3) for name in MAPPED}), data=st.data())
    def begin(self, lengths: dict[str, int], data: st.DataObject) -> None:
        states = {each["task_id"]: data.draw(st.sampled_from(list(TaskState))) for each in SHAPE}
        expanded = {name: length for name, length in lengths.items() if length}
        self.run = remember(blueprint("d", *SHAPE), states=states, expanded=expanded)
        self.book = open_book(self.run)

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        slot = data.draw(st.integers(0, len(self.run) - 1))
        after = sorted(TRANSITIONS[self.run.state(slot)])
        self.book.move(self.run, slot, data.draw(st.sampled_from(after)))

    @rule(name=st.sampled_from(sorted(MAPPED)), more=st.integers(1, 2))
    def grow(self, name: str, more: int) -> None:
        begin = len(self.run.slots_of_task(self.run.blueprint.position[name])) - 1
        self.run.admit([(9000 + len(self.run) + n, name, begin + n) for n in range(more)])

    @invariant()
    def counters_equal_a_recount(self) -> None:
        states = [self.run.state(slot) for slot in range(len(self.run))]
        assert self.run.unfinished == sum(state not in FINISHED for state in states)
        assert self.run.in_flight == {slot for slot, state in enumerate(states) if state in OCCUPYING}
        for slot in range(len(self.run)):
            self.compare_outcomes(slot)
        for each in self.run.blueprint.tasks:
            own = [self.run.state(slot) for slot in self.run.slots_of_task(each.position)]
            assert self.run.is_done(each.position) == all(state in FINISHED for state in own)

    def compare_outcomes(self, slot: int) -> None:
        tasks, here = self.run.blueprint.tasks, self.run.task(slot)
        above = [(tasks[up], state) for up in here.upstream for state in self.states_above(slot, up)]
        count = Counter(state for _, state in above)
        seen = self.run.outcomes(slot)
        assert seen.total == len(above)
        assert (seen.success, seen.failed, seen.upstream_failed, seen.skipped, seen.removed) == tuple(
            count[TaskState(state)] for state in ("success", "failed", "upstream_failed", "skipped", "removed")
        )
        if here.is_teardown and seen.all_done:
            setups = [state for up in here.upstream if tasks[up].is_setup for state in self.setups_above(slot, up)]
            assert seen.setup_success == setups.count(TaskState.SUCCESS)

    def states_above(self, slot: int, up: int) -> list[TaskState]:
        """The states of the instances of one upstream task that count for a slot."""
        slots, index = self.run.slots_of_task(up), self.run.map_index(slot)
        if self.aside(slot, up):
            slots = [slots[0], *([slots[index + 1]] if 0 <= index < len(slots) - 1 else [])]
        return [self.run.state(each) for each in slots]

    def setups_above(self, slot: int, up: int) -> list[TaskState]:
        """Of these, those that prepared something: no placeholder in whose place an instance has come."""
        first, *others = self.states_above(slot, up)
        replaced = others if self.aside(slot, up) else first == TaskState.REMOVED
        return others if replaced and up in self.mapped else [first, *others]

    def aside(self, slot: int, up: int) -> bool:
        """Whether both are of one mapped group."""
        scope = MAPPED.get(self.run.task(slot).task_id)
        return scope is not None and scope == MAPPED.get(self.run.blueprint.tasks[up].task_id)

    @property
    def mapped(self) -> set[int]:
        return {each.position for each in self.run.blueprint.tasks if each.task_id in MAPPED}

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
