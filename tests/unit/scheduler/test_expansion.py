"""How many instances a mapped task gets, and what becomes of it without any."""

from __future__ import annotations

from typing import Any

import pytest

from headway.flow.decisions import judge
from headway.flow.expansion import Expansion, expansions, sources_of
from headway.flow.lengths import length, sources
from headway.flow.rules import Verdict
from headway.flow.run_memory import RunMemory
from headway.states import TaskState
from support.memories import blueprint, remember
from support.structures import mapped, task

A = {"kind": "result", "task": "a", "key": "k"}
B = {"kind": "result", "task": "b", "key": "k"}
TWO = {"kind": "known", "length": 2}
GROUP = (
    task("a"),
    task("first", "a", **mapped("a", "g")),
    task("second", "first", **mapped("a", "g")),
    task("third", "second", "first", **mapped("a", "g")),
)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (TWO, 2),
        (A, 3),
        ({"kind": "product", "of": [A, B, TWO]}, 30),
        ({"kind": "zip", "of": [A, B]}, 3),
        ({"kind": "zip_longest", "of": [A, B]}, 5),
        ({"kind": "concat", "of": [A, {"kind": "zip", "of": [A, TWO]}]}, 5),
    ],
)
def test_lengths(spec: dict[str, Any], expected: int) -> None:
    assert length(spec, {("a", "k"): 3, ("b", "k"): 5}) == expected


def test_every_source_counts() -> None:
    spec = {"kind": "product", "of": [A, TWO, {"kind": "concat", "of": [B, A]}]}
    assert list(sources(spec)) == [("a", "k"), ("b", "k"), ("a", "k")]


def group(**states: str) -> RunMemory:
    return remember(blueprint("d", *GROUP), states=states)


def slot(run: RunMemory, task_id: str) -> int:
    return run.slots_of_task(run.blueprint.position[task_id])[0]


def test_a_source_that_is_not_done_makes_the_rest_wait() -> None:
    assert sources_of(group(a="running"), 1) is None
    assert sources_of(group(a="success"), 1) == [("a", "return_value")]


def test_a_whole_group_is_expanded_together() -> None:
    made = blueprint("d", *GROUP, task("last", "third", **mapped("a", "g")), task("after", "last"))
    run = remember(made, states={"a": "success"})
    found = expansions(run, slot(run, "first"), {("a", "return_value"): 3}, 10)
    named = [(run.task(each.slot).task_id, each.count) for each in found]
    assert named == [("first", 3), ("second", 3), ("third", 3), ("last", 3)]


def test_one_that_was_settled_before_stays_out() -> None:
    run = group(a="success", second="skipped")
    found = expansions(run, slot(run, "first"), {("a", "return_value"): 3}, 10)
    assert [run.task(each.slot).task_id for each in found] == ["first", "third"]


def test_what_comes_late_takes_the_length_of_those_above() -> None:
    run = remember(blueprint("d", *GROUP), states={"a": "success"}, expanded={"first": 4})
    assert judge(run, slot(run, "second")) is Verdict.EXPAND
    assert sources_of(run, slot(run, "second")) == []
    assert expansions(run, slot(run, "second"), {}, 10)[0].count == 4


@pytest.mark.parametrize(
    ("source", "ends"),
    [
        ("failed", "upstream_failed"),
        ("upstream_failed", "upstream_failed"),
        ("skipped", "skipped"),
        ("success", "failed"),
    ],
)
def test_without_a_length(source: str, ends: str) -> None:
    run = group(a=source)
    (found,) = expansions(run, slot(run, "first"), {}, 10)
    assert (found.state, found.count) == (ends, 0)
    assert bool(found.why) == (ends == "failed")


def test_no_elements_and_too_many() -> None:
    run = group(a="success")
    first = slot(run, "first")
    assert expansions(run, first, {("a", "return_value"): 0}, 10) == [Expansion(first, 0, TaskState.SKIPPED)]
    (found,) = expansions(run, first, {("a", "return_value"): 11}, 10)
    assert (found.state, found.why) == (
        TaskState.FAILED,
        "it would have 11 instances; at most 10 are allowed (setting dags.max_map_length)",
    )


def test_a_mapped_source_without_results_is_an_empty_list() -> None:
    made = blueprint("d", task("m", **mapped(2, "m")), task("n", "m", **mapped("m", "n")))
    run = remember(made, states={"m": "success"}, expanded={"m": 2})
    assert expansions(run, slot(run, "n"), {}, 10)[0].state is TaskState.SKIPPED


def test_a_source_far_above_wakes_what_waits_for_its_length() -> None:
    """The second task of a group may be asked before the source has ended, and not be below it."""
    made = blueprint("d", *GROUP[:1], task("x"), task("first", "x", **mapped("a", "g")), *GROUP[2:3])
    run = remember(made, states={"a": "running", "x": "failed", "first": "upstream_failed"})
    second = slot(run, "second")
    run.set_state(0, TaskState.SUCCESS)
    assert second in set(run.open_below(0))
