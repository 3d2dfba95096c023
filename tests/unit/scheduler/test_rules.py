"""Trigger rules against a plain reading of Airflow's documentation, over the outcomes themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.authoring.trigger_rules import TriggerRule
from headway.flow.rules import Outcomes, Verdict, decide

WAITING = "waiting"
ENDS = ("success", "failed", "upstream_failed", "skipped", "removed")
BAD = {"failed", "upstream_failed"}

#: When a task may start, word for word: from the outcomes of its upstream (None: not done yet).
MAY_START: dict[str, Callable[[list[str]], bool]] = {
    "all_success": lambda up: all(each in ("success", "removed") for each in up),
    "all_failed": lambda up: all(each in (*BAD, "removed") for each in up),
    "all_done": lambda up: WAITING not in up,
    "all_done_min_one_success": lambda up: WAITING not in up and "success" in up,
    "all_skipped": lambda up: all(each in ("skipped", "removed") for each in up),
    "one_success": lambda up: "success" in up,
    "one_failed": lambda up: bool(BAD & {*up}),
    "one_done": lambda up: bool({"success", "failed"} & {*up}),
    "none_failed": lambda up: all(each in ("success", "skipped", "removed") for each in up),
    "none_failed_min_one_success": lambda up: MAY_START["none_failed"](up) and "success" in up,
    "none_failed_or_skipped": lambda up: MAY_START["none_failed_min_one_success"](up),
    "none_skipped": lambda up: WAITING not in up and "skipped" not in up,
    "all_done_setup_success": lambda up: WAITING not in up,
    "always": lambda up: True,
    "dummy": lambda up: True,
}
RULES = sorted(MAY_START)

#: What a task becomes that can never start any more: upstream_failed where a failure is to blame.
BLAMES_FAILURE = {
    "all_success",
    "none_failed",
    "none_failed_min_one_success",
    "none_failed_or_skipped",
    "one_success",
    "all_done_min_one_success",
}

outcome = st.sampled_from(ENDS)
upstream = st.lists(st.sampled_from((*ENDS, WAITING)), min_size=1, max_size=6)
rule_names = st.sampled_from(RULES)


def seen(up: list[str]) -> Outcomes:
    count = Counter(up)
    return Outcomes(len(up), *(count[end] for end in ENDS))


def verdict(rule: str, up: list[str]) -> Verdict:
    return decide(rule, seen(up))


def futures(up: list[str]) -> list[list[str]]:
    """Every way in which the outcomes may go on, one step at a time to the end."""
    if WAITING not in up:
        return [up]
    place = up.index(WAITING)
    return [rest for end in ENDS for rest in futures([*up[:place], end, *up[place + 1 :]])]


def test_every_rule_that_authors_can_name_is_known() -> None:
    assert {str(rule) for rule in TriggerRule} <= set(RULES)


@given(rule_names, upstream)
def test_a_task_runs_exactly_when_its_rule_says_so(rule: str, up: list[str]) -> None:
    assert (verdict(rule, up) is Verdict.RUN) == MAY_START[rule](up)


@given(rule_names)
def test_a_task_without_upstream_runs(rule: str) -> None:
    assert verdict(rule, []) is Verdict.RUN


@given(rule_names, st.lists(outcome, min_size=1, max_size=6))
def test_a_task_whose_upstream_is_done_never_waits(rule: str, up: list[str]) -> None:
    found = verdict(rule, up)
    if found is not Verdict.RUN:
        blamed = rule in BLAMES_FAILURE and bool(BAD & {*up})
        assert found is (Verdict.UPSTREAM_FAILED if blamed else Verdict.SKIP)


@given(rule_names, upstream.filter(lambda up: up.count(WAITING) <= 3))
def test_an_early_verdict_holds_whatever_comes(rule: str, up: list[str]) -> None:
    """A task that was started stays right to have started; one that was given up could not have started."""
    early = verdict(rule, up)
    starts = [MAY_START[rule](future) for future in futures(up)]
    if early is Verdict.RUN:
        assert all(starts)
    elif early is not Verdict.WAIT:
        assert not any(starts)


@given(rule_names, upstream.filter(lambda up: up.count(WAITING) <= 3))
def test_a_failure_settles_a_task_as_soon_as_it_cannot_start(rule: str, up: list[str]) -> None:
    if BAD & {*up} and rule in ("all_success", "none_failed", "none_failed_min_one_success"):
        assert verdict(rule, up) is Verdict.UPSTREAM_FAILED


@pytest.mark.parametrize(
    ("setups", "expected"),
    [
        (["success"], Verdict.RUN),
        (["failed", "success"], Verdict.RUN),
        (["failed"], Verdict.UPSTREAM_FAILED),
        (["failed", "skipped"], Verdict.UPSTREAM_FAILED),
        (["skipped", "skipped"], Verdict.SKIP),
    ],
)
def test_a_teardown_runs_when_a_setup_succeeded(setups: list[str], expected: Verdict) -> None:
    outcomes = seen([*setups, "failed", "skipped"])
    outcomes.setups = len(setups)
    outcomes.setup_success = setups.count("success")
    outcomes.setup_skipped = setups.count("skipped")
    assert decide("all_done_setup_success", outcomes) is expected


def test_a_teardown_waits_for_the_work_between() -> None:
    outcomes = seen(["success", WAITING])
    outcomes.setups = outcomes.setup_success = 1
    assert decide("all_done_setup_success", outcomes) is Verdict.WAIT
