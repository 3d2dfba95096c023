from __future__ import annotations

from typing import Any

import pytest

from headway.authoring.dag import DAG
from headway.authoring.results import SKIP_KEY
from headway.authoring.task_group import TaskGroup
from headway.operators.branching import BaseBranchOperator, BranchMixIn, SkipMixin
from headway.operators.empty import EmptyOperator
from headway.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from headway.states import Outcome
from support.one_task import Bench, shop


def fork(choice: Any) -> tuple[DAG, BranchPythonOperator]:
    """branch → a → deep, b, join, group; a and b → join; branch → cleanup, a teardown."""
    with shop() as dag:
        branch = BranchPythonOperator(task_id="branch", python_callable=lambda: choice)
        a, b, join = (EmptyOperator(task_id=name) for name in ("a", "b", "join"))
        deep = EmptyOperator(task_id="deep")
        with TaskGroup("group") as group:
            EmptyOperator(task_id="one") >> EmptyOperator(task_id="two")
            EmptyOperator(task_id="side")
        cleanup = EmptyOperator(task_id="cleanup").as_teardown()
        branch >> [a, b, join, group]
        [a, b] >> join
        a >> deep
        branch >> cleanup
    return dag, branch


@pytest.mark.parametrize(
    ("choice", "followed"),
    [
        ("a", ["a", "cleanup", "join"]),
        (["b"], ["b", "cleanup", "join"]),
        (["a", "b"], ["a", "b", "cleanup", "join"]),
        ("join", ["cleanup", "join"]),
        (None, ["cleanup"]),
        ([], ["cleanup"]),
        ("group", ["cleanup", "group.one", "group.side"]),
        ("group.one", ["cleanup", "group.one"]),
        ({"a", "group"}, ["a", "cleanup", "group.one", "group.side", "join"]),
        ("deep", ["cleanup"]),
    ],
)
def test_what_a_choice_follows(bench: Bench, choice: Any, followed: list[str]) -> None:
    result = bench.run(fork(choice)[1])
    assert result.outcome is Outcome.SUCCESS
    assert result.decision == {"followed": followed}
    assert bench.xcom("branch", SKIP_KEY) == {"followed": followed}
    if choice is not None and not isinstance(choice, set):
        assert bench.xcom("branch") == choice


def test_the_decision_is_stored_with_the_result_and_not_before(bench: Bench) -> None:
    result = bench.execution(fork("a")[1]).run()
    assert SKIP_KEY in result.xcoms
    assert bench.world.xcoms == {}


@pytest.mark.parametrize(
    ("choice", "fault", "remedy"),
    [
        ("nowhere", "chose 'nowhere', which is no task or group of DAG 'shop'", "'a', 'b'"),
        ("one", "chose 'one'", "write its full id, 'group.one'"),
        (5, "expected a task id, a list of them or None, got 5", "as text"),
        (["a", None], "expected a task id", "as text"),
        (True, "got True", "as text"),
    ],
)
def test_a_choice_that_makes_no_sense_fails_clearly(bench: Bench, choice: Any, fault: str, remedy: str) -> None:
    result = bench.run(fork(choice)[1])
    assert result.outcome is Outcome.FAILED
    assert result.decision is None
    assert result.error is not None
    assert "branch task 'branch'" in result.error.message
    assert fault in result.error.message
    assert remedy in result.error.message
    assert result.error.traceback == ""


def test_a_branch_without_xcom_still_decides(bench: Bench) -> None:
    with shop():
        branch = BranchPythonOperator(task_id="branch", python_callable=lambda: "a", do_xcom_push=False)
        branch >> [EmptyOperator(task_id="a"), EmptyOperator(task_id="b")]
    assert set(bench.run(branch).xcoms) == {SKIP_KEY}


def test_a_branch_operator_of_ones_own(bench: Bench) -> None:
    class ByDay(BaseBranchOperator):
        def choose_branch(self, context: Any) -> str:
            return "a" if context["ds"].endswith("01") else "b"

    with shop():
        branch = ByDay(task_id="branch")
        branch >> [EmptyOperator(task_id="a"), EmptyOperator(task_id="b")]
    assert bench.run(branch).decision == {"followed": ["a"]}
    assert isinstance(branch, BranchMixIn)


def line(condition: Any, **arguments: Any) -> ShortCircuitOperator:
    """check → a → b, check → cleanup, a teardown."""
    with shop():
        check = ShortCircuitOperator(task_id="check", python_callable=lambda: condition, **arguments)
        cleanup = EmptyOperator(task_id="cleanup").as_teardown()
        check >> EmptyOperator(task_id="a") >> EmptyOperator(task_id="b") >> cleanup
        check >> cleanup
    return check


@pytest.mark.parametrize("condition", [True, 1, "yes", [0]])
def test_a_true_condition_skips_nothing(bench: Bench, condition: Any) -> None:
    result = bench.run(line(condition))
    assert (result.outcome, result.decision) == (Outcome.SUCCESS, None)
    assert bench.xcom("check") == condition


@pytest.mark.parametrize("condition", [False, 0, "", [], None])
def test_a_false_condition_skips_everything_behind(bench: Bench, condition: Any) -> None:
    assert bench.run(line(condition)).decision == {"skipped": ["a", "b"]}


def test_or_only_what_is_directly_behind(bench: Bench) -> None:
    assert bench.run(line(False, ignore_downstream_trigger_rules=False)).decision == {"skipped": ["a"]}


def test_nothing_behind_is_nothing_to_decide(bench: Bench) -> None:
    with shop():
        check = ShortCircuitOperator(task_id="check", python_callable=lambda: False)
    assert bench.run(check).decision is None


def test_skipping_by_airflows_own_methods(bench: Bench) -> None:
    class Chooser(PythonOperator, SkipMixin):
        def execute(self, context: Any) -> None:
            if context["params"]["all_but"]:
                self.skip_all_except(context["ti"], ["a"])
            else:
                self.skip(context["dag_run"], context["logical_date"], context["task"].downstream_list)

    for all_but, decision in ((True, {"followed": ["a"]}), (False, {"skipped": ["a", "b"]})):
        with shop():
            task = Chooser(task_id="choose", python_callable=print, params={"all_but": all_but})
            task >> [EmptyOperator(task_id="a"), EmptyOperator(task_id="b")]
        assert bench.run(task).decision == decision


def test_kinds_that_the_structure_shows() -> None:
    with shop():
        kinds = [
            EmptyOperator(task_id="e").kind,
            BranchPythonOperator(task_id="b", python_callable=print).kind,
            ShortCircuitOperator(task_id="s", python_callable=print).kind,
            PythonOperator(task_id="p", python_callable=print).kind,
        ]
    assert kinds == ["empty", "branch", "short_circuit", "task"]


def test_an_empty_operator_does_nothing(bench: Bench) -> None:
    with shop():
        task = EmptyOperator(task_id="empty")
    result = bench.run(task)
    assert (result.outcome, result.xcoms) == (Outcome.SUCCESS, {})
