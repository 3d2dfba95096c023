"""Retry policies: which exception they are about, what they decide, and that they give no tries away."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, NoReturn

import pytest

from headway.authoring.context import get_current_context
from headway.authoring.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from headway.authoring.results import TaskResult
from headway.authoring.retry_policy import (
    ChainRetryPolicy,
    ExceptionRetryPolicy,
    RetryAction,
    RetryDecision,
    RetryPolicy,
    RetryRule,
)
from headway.errors import DagFileError
from headway.operators.python import PythonOperator
from headway.states import Outcome
from support.one_task import Bench, shop


class Busy(ConnectionError):
    """What a test's service says."""


def ended_by(error: BaseException, policy: Any, bench: Bench, *, try_number: int = 1, retries: int = 3) -> TaskResult:
    def fail() -> NoReturn:
        raise error

    with shop():
        task = PythonOperator(
            task_id="task",
            python_callable=fail,
            retries=retries,
            retry_delay=timedelta(seconds=60),
            retry_policy=policy,
        )
    return bench.run(task, try_number=try_number, max_tries=retries)


@pytest.mark.parametrize(
    ("wanted", "subclasses", "fits"),
    [
        (Busy, True, True),
        (ConnectionError, True, True),
        (ConnectionError, False, False),
        ("ConnectionError", True, True),
        ("builtins.OSError", True, True),
        (f"{__name__}.Busy", False, True),
        ("no.such.module.Busy", True, False),
        (["ValueError", Busy], True, True),
        ((ValueError, KeyError), True, False),
    ],
)
def test_which_exceptions_a_rule_is_about(wanted: Any, subclasses: bool, fits: bool) -> None:
    assert RetryRule(wanted, match_subclasses=subclasses).matches(Busy("later")) is fits


def test_a_name_that_another_module_gives_a_class_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    module = types.ModuleType("the_service.errors")
    module.Overload = Busy  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "the_service.errors", module)
    assert RetryRule("the_service.errors.Overload").matches(Busy())


def test_the_first_fitting_rule_decides(bench: Bench) -> None:
    policy = ExceptionRetryPolicy(
        [
            RetryRule(Busy, RetryAction.RETRY, retry_delay=timedelta(seconds=7), reason="busy"),
            RetryRule(ConnectionError, "fail"),
            RetryRule(LookupError, RetryAction.RETRY),
        ]
    )
    busy = ended_by(Busy(), policy, bench)
    assert (busy.outcome, busy.retry_after) == (Outcome.RETRY, 7)
    assert ended_by(ConnectionError(), policy, bench).outcome is Outcome.FAILED
    missing = ended_by(KeyError(), policy, bench)
    assert (missing.outcome, missing.retry_after) == (Outcome.RETRY, 60), "a rule without a delay leaves the task's"
    other = ended_by(ValueError(), policy, bench)
    assert (other.outcome, other.retry_after) == (Outcome.RETRY, 60)
    strict = ExceptionRetryPolicy([RetryRule(Busy)], default=RetryAction.FAIL)
    assert ended_by(ValueError(), strict, bench).outcome is Outcome.FAILED


def test_a_policy_gives_no_more_tries_than_there_are(bench: Bench) -> None:
    always = ExceptionRetryPolicy([RetryRule(Exception, RetryAction.RETRY)])
    assert ended_by(Busy(), always, bench, try_number=2, retries=1).outcome is Outcome.FAILED
    assert ended_by(Busy(), always, bench, retries=0).outcome is Outcome.FAILED
    assert ended_by(AirflowFailException(), always, bench).outcome is Outcome.FAILED, "this means: at once"
    assert ended_by(AirflowSkipException(), always, bench).outcome is Outcome.SKIPPED
    assert ended_by(AirflowException(), always, bench).outcome is Outcome.RETRY


def test_a_policy_of_ones_own_knows_the_try_and_the_context(bench: Bench) -> None:
    seen = []

    class Mine(RetryPolicy):
        def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> Any:
            seen.append((type(exception), try_number, max_tries, context["ti"].task_id))
            assert get_current_context() is context
            return RetryDecision.retry(2, reason="because") if try_number == 1 else RetryDecision.fail()

    assert ended_by(Busy(), Mine(), bench).retry_after == 2
    assert ended_by(Busy(), Mine(), bench, try_number=2).outcome is Outcome.FAILED
    assert seen == [(Busy, 1, 3, "task"), (Busy, 2, 3, "task")]


def test_the_first_policy_of_a_chain_with_an_opinion_decides(bench: Bench) -> None:
    first = ExceptionRetryPolicy([RetryRule(KeyError, "fail")])
    second = ExceptionRetryPolicy([RetryRule(Busy, retry_delay=5)])
    for chain in (ChainRetryPolicy([first, second]), [first, second]):
        assert ended_by(KeyError(), chain, bench).outcome is Outcome.FAILED
        assert ended_by(Busy(), chain, bench).retry_after == 5
        assert ended_by(ValueError(), chain, bench).retry_after == 60


@pytest.mark.parametrize("answer", [None, "retry", ZeroDivisionError])
def test_a_policy_that_fails_leaves_the_tasks_own_rules(
    answer: Any, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(RetryPolicy):
        def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> Any:
            if isinstance(answer, type):
                raise answer
            return answer

    with caplog.at_level(logging.INFO):
        result = ended_by(Busy("lost"), Broken(), bench)
    assert (result.outcome, result.retry_after) == (Outcome.RETRY, 60)
    assert "Busy" in str(result.error)
    assert "retry_policy of task 'task'" in caplog.text


@pytest.mark.parametrize("wrong", ["fail", 3, [RetryRule(ValueError)]])
def test_what_is_no_policy_is_refused_where_it_is_written(wrong: Any) -> None:
    with shop(), pytest.raises(DagFileError, match="retry_policy: expected a RetryPolicy"):
        PythonOperator(task_id="task", python_callable=print, retry_policy=wrong)


@pytest.mark.parametrize("wrong", [int, 3, [], ["ValueError", 3]])
def test_what_is_no_exception_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="expected a class of exceptions"):
        RetryRule(wrong)
