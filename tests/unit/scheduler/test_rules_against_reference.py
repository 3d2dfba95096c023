"""Counters, shortcuts and rules together against a reference that reads the rules as their definitions say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from headway.flow.decisions import judge
from headway.flow.rules import RULES, Verdict
from headway.states import TaskState
from support.memories import blueprint, remember
from support.structures import task

States = list[str]
GOOD, BAD, UPSTREAM, SKIPPED, OPEN = "success", "failed", "upstream_failed", "skipped", "none"


def _definition(run_if: Callable[[States], bool], otherwise: Callable[[States], str]) -> Callable[[States], str]:
    """A rule that is about all of upstream: asked when all is done."""
    return lambda above: "wait" if OPEN in above else "run" if run_if(above) else otherwise(above)


def _bad(above: States) -> bool:
    return BAD in above or UPSTREAM in above


def _fail_or_skip(above: States) -> str:
    return UPSTREAM if _bad(above) else SKIPPED


def _first(*cases: tuple[Callable[[States], bool], str]) -> Callable[[States], str]:
    """A rule of which the first case that is true decides."""
    return lambda above: next((verdict for case, verdict in cases if case(above)), "wait")


def _done(above: States) -> bool:
    return OPEN not in above


DEFINITIONS: dict[str, Callable[[States], str]] = {
    "all_success": _first((_bad, UPSTREAM), (lambda a: SKIPPED in a, SKIPPED), (_done, "run")),
    "all_failed": _first((lambda a: GOOD in a or SKIPPED in a, SKIPPED), (_done, "run")),
    "all_done": _first((_done, "run")),
    "all_done_min_one_success": _definition(lambda a: GOOD in a, _fail_or_skip),
    "all_skipped": _first((lambda a: GOOD in a or _bad(a), SKIPPED), (_done, "run")),
    "one_success": _first((lambda a: GOOD in a, "run"), (lambda a: _done(a) and _bad(a), UPSTREAM), (_done, SKIPPED)),
    "one_failed": _first((_bad, "run"), (_done, SKIPPED)),
    "one_done": _first((lambda a: GOOD in a or BAD in a, "run"), (_done, SKIPPED)),
    "none_failed": _first((_bad, UPSTREAM), (_done, "run")),
    "none_failed_or_skipped": _first((_bad, UPSTREAM), (lambda a: _done(a) and GOOD in a, "run"), (_done, SKIPPED)),
    "none_failed_min_one_success": _first(
        (_bad, UPSTREAM), (lambda a: _done(a) and GOOD in a, "run"), (_done, SKIPPED)
    ),
    "none_skipped": _first((lambda a: SKIPPED in a, SKIPPED), (_done, "run")),
    "all_done_setup_success": _first((_done, "run")),  # without setups above, as here
    "always": lambda _above: "run",
    "dummy": lambda _above: "run",
}


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to eight tasks; each may have any of those before it as upstream."""
    count = draw(st.integers(2, 8))
    rules = st.sampled_from(["all_success", *sorted(RULES)])  # the default comes up a little more often
    made = [task("t0")]
    for number in range(1, count):
        above = draw(st.sets(st.integers(0, number - 1), max_size=4))
        made.append(task(f"t{number}", *(f"t{up}" for up in above), trigger_rule=draw(rules)))
    return made


class Reference:
    """Plain dictionaries; everything below a change is asked again."""

    def __init__(self, tasks: list[dict[str, Any]]) -> None:
        self.tasks = {each["task_id"]: each for each in tasks}
        self.states = dict.fromkeys(self.tasks, OPEN)
        self.ask(list(self.tasks))

    def ask(self, ids: list[str]) -> None:
        waiting = deque(ids)
        while waiting:
            task_id = waiting.popleft()
            verdict = self.verdict(task_id)
            if self.states[task_id] == OPEN and verdict != "wait":
                self.states[task_id] = "running" if verdict == "run" else verdict
                waiting.extend(self.below(task_id) if verdict != "run" else ())

    def verdict(self, task_id: str) -> str:
        above = [self.states[up] for up in self.tasks[task_id]["upstream"]]
        seen = [OPEN if state == "running" else state for state in above]
        return DEFINITIONS[self.tasks[task_id]["trigger_rule"]](seen) if seen else "run"

    def below(self, task_id: str) -> list[str]:
        return [other for other, spec in self.tasks.items() if task_id in spec["upstream"]]

    def end(self, task_id: str, state: str) -> None:
        self.states[task_id] = state
        self.ask(self.below(task_id))


class Engine:
    """The scheduler's own parts, put together as it does."""

    def __init__(self, tasks: list[dict[str, Any]]) -> None:
        self.run = remember(blueprint("d", *tasks))
        self._look = deque(self.run.all_open())
        self._settle()

    def _settle(self) -> None:
        while self._look:
            slot = self._look.popleft()
            verdict = judge(self.run, slot) if self.run.is_open(slot) else Verdict.WAIT
            if verdict is Verdict.RUN:
                self.run.set_state(slot, TaskState.RUNNING)
            elif verdict is not Verdict.WAIT:
                self._follow(slot, TaskState(verdict.value))

    def _follow(self, slot: int, state: TaskState) -> None:
        self.run.set_state(slot, state)
        self._look.extend(self.run.open_below(slot))

    def end(self, task_id: str, state: str) -> None:
        self._follow(self.run.slots_of_task(self.run.blueprint.position[task_id])[0], TaskState(state))
        self._settle()

    def states(self) -> dict[str, str]:
        return {self.run.task(slot).task_id: str(self.run.state(slot)) for slot in range(len(self.run))}


@settings(max_examples=400, deadline=None, derandomize=True)
@given(tasks=graphs(), data=st.data())
def test_every_run_goes_as_the_definitions_say(tasks: list[dict[str, Any]], data: st.DataObject) -> None:
    reference, engine = Reference(tasks), Engine(tasks)
    while running := [task_id for task_id, state in reference.states.items() if state == "running"]:
        assert engine.states() == reference.states
        ends = data.draw(st.sampled_from(running))
        state = data.draw(st.sampled_from([GOOD, BAD, SKIPPED]))
        reference.end(ends, state)
        engine.end(ends, state)
    assert engine.states() == reference.states
    assert OPEN not in reference.states.values()
    assert engine.run.unfinished == 0


def test_every_rule_has_a_definition() -> None:
    assert DEFINITIONS.keys() == RULES.keys()
