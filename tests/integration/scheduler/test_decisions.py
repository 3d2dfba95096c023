"""Branches and short circuits: what they decide against is skipped, also after a restart in mid-run."""

from __future__ import annotations

from headway.states import Outcome
from support.mini_worker import Behaviour, Gate, deciding, succeed
from support.structures import task

from .conftest import Yard

BRANCH = (
    task("branch", kind="branch"),
    task("left", "branch"),
    task("right", "branch"),
    task("below_left", "left"),
    task("join", "below_left", "right", trigger_rule="none_failed_min_one_success"),
)
LEFT = {"branch": "success", "left": "success", "right": "skipped", "below_left": "success", "join": "success"}


def test_a_branch_skips_what_it_does_not_follow(yard: Yard) -> None:
    yard.dag("d", *BRANCH)
    yard.scheduler()
    yard.worker(deciding(branch={"followed": ["left"]}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == LEFT


def test_a_skip_goes_down_through_all_success(yard: Yard) -> None:
    yard.dag("d", *BRANCH)
    yard.scheduler()
    yard.worker(deciding(branch={"followed": ["right"]}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run)["below_left"] == "skipped"


def test_a_branch_that_follows_nothing_skips_all(yard: Yard) -> None:
    yard.dag("d", *BRANCH)
    yard.scheduler()
    yard.worker(deciding(branch={"followed": []}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert set(yard.states(run).values()) == {"success", "skipped"}
    assert yard.states(run)["join"] == "skipped"


def test_a_branch_without_a_decision_skips_nothing(yard: Yard) -> None:
    yard.dag("d", *BRANCH)
    yard.scheduler()
    yard.worker()
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert set(yard.states(run).values()) == {"success"}


CIRCUIT = (
    task("check", kind="short_circuit"),
    task("a", "check"),
    task("b", "a", trigger_rule="all_done"),
    task("c", "b", trigger_rule="always"),
    task("aside"),
)


def test_a_short_circuit_skips_all_that_it_names(yard: Yard) -> None:
    """Whatever their trigger rules say."""
    yard.dag("d", *CIRCUIT[:3], CIRCUIT[4])
    yard.scheduler()
    yard.worker(deciding(check={"skipped": ["a", "b"]}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == {"check": "success", "a": "skipped", "b": "skipped", "aside": "success"}


def test_a_short_circuit_may_leave_the_rest_to_the_rules(yard: Yard) -> None:
    yard.dag("d", *CIRCUIT[:3])
    yard.scheduler()
    yard.worker(deciding(check={"skipped": ["a"]}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == {"check": "success", "a": "skipped", "b": "success"}


def test_a_failed_branch_decides_nothing(yard: Yard) -> None:
    def behave(claimed: object) -> object:
        result = deciding(branch={"followed": ["left"]})(claimed)  # type: ignore[arg-type]
        return type(result)(Outcome.FAILED, xcoms=result.xcoms) if result.xcoms else result

    yard.dag("d", *BRANCH)
    yard.scheduler()
    yard.worker(behave)  # type: ignore[arg-type]
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert yard.states(run)["right"] == "upstream_failed"


def hold(task_id: str, gate: Gate, rest: Behaviour = succeed) -> Behaviour:
    return lambda claimed: gate(claimed) if claimed.task_id == task_id else rest(claimed)


def test_a_decision_holds_for_the_next_scheduler(yard: Yard) -> None:
    """It is read while nobody decides, and what it is about is decided only later."""
    gate = Gate()
    yard.dag("d", *BRANCH, task("late", "aside", "right", trigger_rule="none_failed_min_one_success"), task("aside"))
    first = yard.scheduler()
    worker = yard.worker(hold("aside", gate, deciding(branch={"followed": ["left"]})))
    run = yard.run()
    gate.await_held(1)
    yard.await_states(run, join="success", right="skipped")
    first.leave()
    gate.open()
    yard.await_states(run, aside="success")
    yard.scheduler()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == {**LEFT, "aside": "success", "late": "success"}
    assert len(worker.claimed) == 6


def test_a_branch_that_ended_while_nobody_looked(yard: Yard) -> None:
    gate = Gate(deciding(branch={"followed": ["left"]}))
    yard.dag("d", *BRANCH)
    first = yard.scheduler()
    yard.worker(hold("branch", gate))
    run = yard.run()
    gate.await_held(1)
    first.leave()
    gate.open()
    yard.await_states(run, branch="success")
    yard.scheduler()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == LEFT
