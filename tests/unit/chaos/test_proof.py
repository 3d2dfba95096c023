"""The proof of the chaos suite can fail: each kind of violation, planted in a good history, is found and named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chaos.evidence import Evidence, Mark
from chaos.proof import CHECKS, prove

from .histories import EACH, FEW, GUESTS, ONCE, PLAIN, add, change, frozen, good, move

ENDINGS, RESULTS, OVERLAPS, LIMITS, CHARGES, PLACES, REST = CHECKS


@pytest.fixture
def evidence() -> Evidence:
    return good()


def violations(evidence: Evidence, claim: str) -> str:
    """What the claim is violated by, on one line."""
    return "; ".join(prove(evidence)[claim])


def shift(evidence: Evidence, ti: int, dispatch: int, seconds: float) -> None:
    """Let the process of an attempt run earlier or later."""
    evidence.marks = [
        replace(mark, at=mark.at + seconds) if (mark.ti, mark.dispatch) == (ti, dispatch) else mark
        for mark in evidence.marks
    ]


def without(evidence: Evidence, ti: int, dispatch: int, *kinds: str) -> None:
    """Take away lines that an attempt wrote."""
    evidence.marks = [
        mark for mark in evidence.marks if (mark.ti, mark.dispatch) != (ti, dispatch) or mark.kind not in kinds
    ]


def test_a_good_history_violates_nothing(evidence: Evidence) -> None:
    assert prove(evidence) == {claim: [] for claim in CHECKS}


# every run and every task ended as it must


def test_a_run_that_did_not_end(evidence: Evidence) -> None:
    evidence.runs["d", "r"] = "running"
    assert violations(evidence, ENDINGS) == "run d/r is running, not success"


def test_a_run_that_is_missing_and_one_too_many(evidence: Evidence) -> None:
    evidence.runs["d", "x"] = evidence.runs.pop(("d", "r"))
    assert violations(evidence, ENDINGS) == "run d/r is not there, not success; run d/x was never triggered"


def test_a_task_in_another_state(evidence: Evidence) -> None:
    evidence.instances[PLAIN] = replace(evidence.instances[PLAIN], state="failed")
    assert violations(evidence, ENDINGS) == "d/r/plain is failed, not success"


def test_a_task_that_is_missing(evidence: Evidence) -> None:
    del evidence.instances[EACH[1]]
    assert "d/r/each[1] is not there" in violations(evidence, ENDINGS)


def test_a_map_index_too_many(evidence: Evidence) -> None:
    evidence.instances[100] = replace(evidence.instances[EACH[1]], ti=100, map_index=2)
    assert violations(evidence, ENDINGS) == "d/r/each[2] should not be there, and is success"


# one accepted result per attempt


def test_an_attempt_with_two_outcomes(evidence: Evidence) -> None:
    evidence.attempts.append(replace(evidence.attempts[0], outcome="interrupted"))
    assert "d/r/plain: attempt 1 has 2 outcomes in the history" in violations(evidence, RESULTS)


def test_a_task_with_two_results(evidence: Evidence) -> None:
    change(evidence, PLAIN, 1, outcome="success")
    assert "d/r/plain: 2 final outcomes in 1: success (try 1), 2: success (try 1)" in violations(evidence, RESULTS)


def test_a_result_that_a_later_attempt_follows(evidence: Evidence) -> None:
    change(evidence, PLAIN, 1, outcome="success")
    change(evidence, PLAIN, 2, outcome="lost")
    assert "d/r/plain: 1 final outcomes in" in violations(evidence, RESULTS)


def test_a_state_that_is_not_the_result(evidence: Evidence) -> None:
    evidence.instances[PLAIN] = replace(evidence.instances[PLAIN], state="failed")
    assert "d/r/plain is failed, but its attempts say" in violations(evidence, RESULTS)


def test_a_try_that_no_failure_explains(evidence: Evidence) -> None:
    evidence.instances[PLAIN] = replace(evidence.instances[PLAIN], try_number=2)
    assert "d/r/plain: 2 tries, but its attempts say" in violations(evidence, RESULTS)


def test_an_attempt_that_ran_twice(evidence: Evidence) -> None:
    evidence.marks.append(Mark(20.2, "start", "task", PLAIN, 2, 100))
    assert "d/r/plain, attempt 2 ran 2 times" in violations(evidence, RESULTS)


def test_code_that_ran_without_a_claim(evidence: Evidence) -> None:
    evidence.marks.append(Mark(90.0, "start", "task", PLAIN, 7, 100))
    assert violations(evidence, RESULTS) == "d/r/plain, attempt 7 ran, but the history does not know it"


def test_an_accepted_result_of_code_that_did_not_end(evidence: Evidence) -> None:
    without(evidence, PLAIN, 2, "end")
    assert "attempt 2 is success, but began {'task': 1} and ended {}" in violations(evidence, RESULTS)


def test_an_accepted_result_of_code_that_never_ran(evidence: Evidence) -> None:
    without(evidence, PLAIN, 2, "start", "tick", "end")
    assert violations(evidence, RESULTS) == "d/r/plain, attempt 2 is success, but never ran"


def test_code_that_ran_on_after_its_result(evidence: Evidence) -> None:
    evidence.marks.append(Mark(23.0, "tick", "task", PLAIN, 2, 99))
    assert "attempt 2 ran outside of its claim: began +0.100 s after it, ended +1.000 s" in violations(
        evidence, RESULTS
    )


def test_code_that_ran_before_its_claim(evidence: Evidence) -> None:
    change(evidence, PLAIN, 2, started=21.0)
    assert "attempt 2 ran outside of its claim: began -0.900 s after it" in violations(evidence, RESULTS)


def test_the_return_value_of_another_attempt(evidence: Evidence) -> None:
    evidence.values[PLAIN] = f"{PLAIN}.1"
    assert violations(evidence, RESULTS) == "d/r/plain: attempt 2 succeeded, but the return value is '1.1'"


def test_a_return_value_that_was_lost(evidence: Evidence) -> None:
    del evidence.values[EACH[0]]
    assert violations(evidence, RESULTS) == "d/r/each[0]: attempt 1 succeeded, but the return value is None"


def test_a_torn_line(evidence: Evidence) -> None:
    evidence.torn.append("123 sta")
    assert violations(evidence, RESULTS) == "a line outside is torn: '123 sta'"


# no two attempts of one task overlapped


def test_two_attempts_at_once(evidence: Evidence) -> None:
    evidence.marks.append(Mark(20.5, "tick", "task", PLAIN, 1, 99))
    assert violations(evidence, OVERLAPS) == (
        "d/r/plain: attempt 1 on w1 still ran 0.400 s after attempt 2 had begun on w1"
    )


def test_a_subprocess_that_outlived_its_task(evidence: Evidence) -> None:
    evidence.marks.append(Mark(20.5, "tick", "sub", PLAIN, 1, 77))
    assert "attempt 1 on w1 still ran 0.400 s" in violations(evidence, OVERLAPS)


def test_a_claim_before_the_end_of_the_one_before(evidence: Evidence) -> None:
    change(evidence, PLAIN, 1, ended=20.5)
    assert violations(evidence, OVERLAPS) == "d/r/plain: attempt 2 was claimed before 1 had ended"


def test_an_instant_after_a_thaw_is_documented(evidence: Evidence) -> None:
    evidence.timeline.append(frozen("w1", 11.5, 21.0))
    evidence.marks.append(Mark(21.5, "tick", "task", PLAIN, 1, 99))
    assert violations(evidence, OVERLAPS) == ""


def test_a_thawed_attempt_that_goes_on(evidence: Evidence) -> None:
    evidence.timeline.append(frozen("w1", 11.5, 21.0))
    evidence.marks.append(Mark(23.5, "tick", "task", PLAIN, 1, 99))
    assert "attempt 1 on w1 still ran 3.400 s after attempt 2 had begun" in violations(evidence, OVERLAPS)


def test_a_thaw_excuses_nobody_on_another_host(evidence: Evidence) -> None:
    evidence.timeline.append(frozen("w2", 11.5, 20.0))
    evidence.marks.append(Mark(20.5, "tick", "task", PLAIN, 1, 99))
    assert "still ran 0.400 s" in violations(evidence, OVERLAPS)


def test_a_thaw_excuses_nothing_before_it(evidence: Evidence) -> None:
    evidence.timeline.append(frozen("w1", 11.5, 21.0))
    evidence.marks.append(Mark(20.5, "tick", "task", PLAIN, 1, 99))
    assert "still ran 0.400 s" in violations(evidence, OVERLAPS)


def test_a_thaw_excuses_no_attempt_that_was_not_lost(evidence: Evidence) -> None:
    evidence.timeline.append(frozen("w1", 11.5, 21.0))
    change(evidence, PLAIN, 1, outcome="interrupted")
    evidence.marks.append(Mark(21.5, "tick", "task", PLAIN, 1, 99))
    assert "still ran 1.400 s" in violations(evidence, OVERLAPS)


# no limit was exceeded


def test_a_pool_that_was_exceeded_in_the_metastore(evidence: Evidence) -> None:
    evidence.moves[:0] = [move(evidence, PLAIN, "none", "queued"), move(evidence, ONCE, "none", "queued")]
    assert "pool p: 6 queued or running at once, the limit is 2" in violations(evidence, LIMITS)


def test_a_pool_that_was_exceeded_outside(evidence: Evidence) -> None:
    shift(evidence, ONCE, 2, 20.0 - 40.0)
    assert violations(evidence, LIMITS) == "pool p: 4 seen running at once, the limit is 2"


def test_too_many_tasks_of_a_dag(evidence: Evidence) -> None:
    shift(evidence, ONCE, 2, 20.0 - 40.0)
    shift(evidence, EACH[0], 1, 20.0 - 50.0)
    assert "max_active_tasks of d: 3 seen running at once, the limit is 2" in violations(evidence, LIMITS)


def test_too_many_instances_of_a_task_in_a_dag(evidence: Evidence) -> None:
    shift(evidence, EACH[1], 1, 50.0 - 60.0)
    found = "max_active_tis_per_dag of ('d', 'each'): 2 seen running at once, the limit is 1"
    assert violations(evidence, LIMITS) == found


def test_too_many_instances_of_a_task_in_a_run(evidence: Evidence) -> None:
    evidence.moves[:0] = [move(evidence, FEW[0], "none", "queued"), move(evidence, FEW[1], "none", "queued")]
    found = "max_active_tis_per_dagrun of ('d', 'few', 'r'): 3 queued or running at once, the limit is 1"
    assert found in violations(evidence, LIMITS)


def test_more_tasks_than_a_worker_has_slots(evidence: Evidence) -> None:
    evidence.capacity = 1
    shift(evidence, ONCE, 2, 20.0 - 40.0)
    assert "worker w1: 2 tasks seen running at once, its slots are 1" in violations(evidence, LIMITS)


# no retry was charged for a fault


def test_a_try_that_a_lost_host_has_cost(evidence: Evidence) -> None:
    evidence.instances[PLAIN] = replace(evidence.instances[PLAIN], try_number=2)
    assert violations(evidence, CHARGES) == "d/r/plain: try 2, though its code fails only 0 times"


def test_a_failure_that_cost_no_try(evidence: Evidence) -> None:
    evidence.instances[ONCE] = replace(evidence.instances[ONCE], try_number=1)
    assert violations(evidence, CHARGES) == "d/r/once: try 1, though its code fails only 1 times"


def test_a_try_that_lost_more_hosts_than_it_may(evidence: Evidence) -> None:
    for dispatch in range(3, 7):
        add(evidence, PLAIN, dispatch, "lost", 100.0 * dispatch)
    assert violations(evidence, CHARGES) == "d/r/plain: try 1 was lost 5 times, the limit is 3"


# every place of every worker takes tasks again


def test_a_place_that_was_lost(evidence: Evidence) -> None:
    shift(evidence, GUESTS[1], 1, 3)  # it had to wait for the other
    assert violations(evidence, PLACES) == "w1 ran 1 tasks at once in the last run, it has 2 places"


def test_a_worker_that_takes_nothing_any_more(evidence: Evidence) -> None:
    evidence.workers = ["w1", "w2"]
    assert violations(evidence, PLACES) == "w2 ran 0 tasks at once in the last run, it has 2 places"


# nothing is left


def test_what_is_left(evidence: Evidence) -> None:
    evidence.leftovers.append("3 claims in the metastore")
    assert violations(evidence, REST) == "3 claims in the metastore"
