from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest

from headway.authoring.context import Context, get_current_context
from headway.authoring.deferral import unpack
from headway.authoring.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowRescheduleException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTerminated,
    AirflowTaskTimeout,
    TaskDeferred,
)
from headway.authoring.operator import BaseOperator
from headway.authoring.retry import retry_delay
from headway.authoring.runtime import current_runtime
from headway.authoring.variables import Variable
from headway.authoring.xcom_codec import decode
from headway.operators.bash import BashOperator
from headway.operators.empty import EmptyOperator
from headway.operators.python import PythonOperator
from headway.states import Outcome
from headway.triggers.times import DateTimeTrigger
from support.one_task import RUN, Bench, shop

LATER = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Recorder(BaseOperator):
    """Notes each step; ``act`` is what execute does."""

    def __init__(self, *, act: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.act = act
        self.steps: list[str] = []

    def pre_execute(self, context: Any) -> None:
        self.steps.append("pre_execute")

    def execute(self, context: Any) -> Any:
        self.steps.append("execute")
        return self.act(context)

    def post_execute(self, context: Any, result: Any = None) -> None:
        self.steps.append(f"post_execute {result}")

    def on_kill(self) -> None:
        self.steps.append("on_kill")


def recorder(act: Callable[[Any], Any], **arguments: Any) -> Recorder:
    with shop():
        return Recorder(task_id="task", act=act, **arguments)


def raising(error: BaseException) -> Callable[[Any], NoReturn]:
    def act(_: Any) -> NoReturn:
        raise error

    return act


def test_the_chain_in_its_order_and_the_result(bench: Bench) -> None:
    task = recorder(lambda _: {"rows": 3})
    result = bench.run(task)
    assert task.steps == ["pre_execute", "execute", "post_execute {'rows': 3}"]
    assert result.outcome is Outcome.SUCCESS
    assert {key: decode(text) for key, text in result.xcoms.items()} == {"return_value": {"rows": 3}}
    assert result.error is None


def test_a_copy_of_the_task_runs(bench: Bench) -> None:
    task = recorder(lambda context: setattr(context["task"], "retries", 99))
    bench.run(task)
    assert task.retries == 0


def test_none_and_do_xcom_push_leave_nothing(bench: Bench) -> None:
    assert bench.run(recorder(lambda _: None)).xcoms == {}
    assert bench.run(recorder(lambda _: 5, do_xcom_push=False)).xcoms == {}


def test_multiple_outputs(bench: Bench) -> None:
    result = bench.run(recorder(lambda _: {"a": 1, "b": [2]}, multiple_outputs=True))
    assert {key: decode(text) for key, text in result.xcoms.items()} == {
        "return_value": {"a": 1, "b": [2]}, "a": 1, "b": [2],
    }  # fmt: skip


@pytest.mark.parametrize(("value", "fault"), [([1], "returned list"), ({1: 2}, "a dict with the key 1")])
def test_multiple_outputs_of_another_shape_fail(bench: Bench, value: Any, fault: str) -> None:
    result = bench.run(recorder(lambda _: value, multiple_outputs=True))
    assert result.outcome is Outcome.FAILED
    assert result.error is not None
    assert fault in result.error.message


def test_what_cannot_be_stored_fails_the_task_without_a_traceback(bench: Bench) -> None:
    result = bench.run(recorder(lambda _: object()))
    assert result.outcome is Outcome.FAILED
    assert result.error is not None
    assert result.error.kind == "XComError"
    assert "XCom 'return_value' of task 'task' cannot be stored: value is an object" in result.error.message
    assert result.error.traceback == ""
    assert result.xcoms == {}


@pytest.mark.parametrize("code", [None, 0])
def test_sys_exit_without_an_error_is_success(bench: Bench, code: int | None) -> None:
    assert bench.run(recorder(lambda _: sys.exit(code))).outcome is Outcome.SUCCESS


FAILURES = [
    ValueError("bad"),
    AirflowException("bad"),
    SystemExit(3),
    SystemExit("bad"),
    KeyboardInterrupt(),
    AirflowTaskTimeout("too long"),
    GeneratorExit(),
]


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_failures_are_tried_again_while_tries_remain(bench: Bench, error: BaseException) -> None:
    task = recorder(raising(error))
    assert bench.run(task, try_number=2, max_tries=2).outcome is Outcome.RETRY
    last = bench.run(task, try_number=3, max_tries=2)
    assert last.outcome is Outcome.FAILED
    assert last.retry_after is None
    assert last.error is not None
    assert last.error.kind == type(error).__name__
    assert last.error.exception is error
    assert "post_execute" not in "".join(task.steps)


@pytest.mark.parametrize("error", [AirflowFailException("no"), AirflowSensorTimeout("waited")], ids=repr)
def test_final_failures_are_not_tried_again(bench: Bench, error: BaseException) -> None:
    assert bench.run(recorder(raising(error)), max_tries=5).outcome is Outcome.FAILED


def test_skip(bench: Bench) -> None:
    result = bench.run(recorder(raising(AirflowSkipException("no files today"))), max_tries=5)
    assert (result.outcome, result.xcoms) == (Outcome.SKIPPED, {})
    assert str(result.error) == "AirflowSkipException: no files today"


def test_reschedule(bench: Bench) -> None:
    result = bench.run(recorder(raising(AirflowRescheduleException(LATER))))
    assert (result.outcome, result.reschedule_at, result.error) == (Outcome.RESCHEDULED, LATER, None)


def test_a_reschedule_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        AirflowRescheduleException(LATER.replace(tzinfo=None))


def test_defer(bench: Bench) -> None:
    trigger = DateTimeTrigger(LATER)
    deferral = TaskDeferred(trigger=trigger, method_name="execute", kwargs={"a": 1}, timeout=60)
    result = bench.run(recorder(raising(deferral)))
    assert result.outcome is Outcome.DEFERRED
    assert result.deferral is not None
    assert result.deferral.classpath == "headway.triggers.times.DateTimeTrigger"
    assert unpack(result.deferral.kwargs) == {"moment": LATER, "end_from_trigger": False}
    assert (result.deferral.method_name, unpack(result.deferral.method_kwargs)) == ("execute", {"a": 1})
    assert result.deferral.timeout == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"trigger": object()}, "object, which is no trigger"),
        ({"method_name": "nothing"}, "has no method 'nothing'"),
        ({"kwargs": {"db": object()}}, "kwargs of the deferral cannot be stored: value['db'] is an object"),
    ],
)
def test_a_deferral_that_cannot_be_stored_fails_the_task(bench: Bench, request_: Any, words: str) -> None:
    given = {"trigger": DateTimeTrigger(LATER), "method_name": "execute", **request_}
    result = bench.run(recorder(raising(TaskDeferred(**given))))
    assert result.outcome is Outcome.FAILED
    assert words in str(result.error)


def test_a_stop_from_outside_interrupts_through_except_exception(bench: Bench) -> None:
    def stubborn(_: Any) -> None:
        while True:
            with contextlib.suppress(Exception):
                raise AirflowTaskTerminated("cleared by ann")

    task = recorder(stubborn)
    result = bench.run(task, max_tries=5)
    assert result.outcome is Outcome.INTERRUPTED
    assert task.steps[-1] == "on_kill"
    assert str(result.error) == "AirflowTaskTerminated: cleared by ann"


def test_a_task_that_runs_too_long_is_interrupted_and_killed(bench: Bench) -> None:
    def endless(_: Any) -> None:
        while True:
            with contextlib.suppress(Exception):
                signal.pause()

    task = recorder(endless, execution_timeout=timedelta(milliseconds=20))
    result = bench.run(task, max_tries=1)
    assert result.outcome is Outcome.RETRY
    assert str(result.error) == "AirflowTaskTimeout: task 'task' ran longer than its execution_timeout of 0.02 s"
    assert task.steps == ["pre_execute", "execute", "on_kill"]


def test_an_error_of_on_kill_is_only_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    task = recorder(raising(AirflowTaskTerminated("stop")))
    task.on_kill = lambda: (_ for _ in ()).throw(RuntimeError("broken"))  # type: ignore[method-assign]
    assert bench.run(task).outcome is Outcome.INTERRUPTED
    assert "on_kill of task 'task' failed" in caplog.text


def test_the_wait_before_a_retry_is_the_tasks(bench: Bench) -> None:
    fixed = recorder(raising(ValueError()), retry_delay=timedelta(seconds=7))
    assert bench.run(fixed, max_tries=1).retry_after == 7
    growing = recorder(
        raising(ValueError()),
        retry_delay=timedelta(seconds=10),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(minutes=5),
    )
    waits = [bench.run(growing, try_number=number, max_tries=99).retry_after for number in (1, 2, 3, 40)]
    seed = "shop/scheduled__2026-03-01/task/-1"
    assert waits[:3] == [retry_delay(timedelta(seconds=10), n, growth=2.0, seed=seed) for n in (1, 2, 3)]
    assert waits[3] == 300


def test_the_traceback_starts_in_the_users_code(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ValueError("row 5 is odd")

    with shop():
        task = PythonOperator(task_id="task", python_callable=work)
    result = bench.run(task)
    assert result.error is not None
    lines = result.error.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert __file__ in lines[1]
    assert lines[-1] == "ValueError: row 5 is odd"
    assert "callables.py" not in result.error.traceback
    assert "row 5 is odd" in caplog.text
    assert "line " in caplog.text


def test_our_error_inside_the_users_code_shows_the_users_line(bench: Bench) -> None:
    def work() -> None:
        Variable.get("bucket")

    with shop():
        task = PythonOperator(task_id="task", python_callable=work)
    result = bench.run(task)
    assert result.error is not None
    assert "there is no variable 'bucket'" in result.error.message
    assert 'Variable.get("bucket")' in result.error.traceback
    assert "variables.py" not in result.error.traceback, "it ends at the user's line"


def test_an_error_in_pre_or_post_execute_counts(bench: Bench) -> None:
    with shop():
        before = PythonOperator(task_id="before", python_callable=print, pre_execute=raising(ValueError("early")))
        after = PythonOperator(
            task_id="after", python_callable=lambda: 5, post_execute=lambda context, result: 1 / (result - 5)
        )
    assert str(bench.run(before).error) == "ValueError: early"
    result = bench.run(after)
    assert (result.outcome, result.xcoms) == (Outcome.FAILED, {})


def test_a_template_error_fails_like_any_other(bench: Bench) -> None:
    with shop():
        task = PythonOperator(task_id="task", python_callable=print, op_args=["{{ dss }}"])
    result = bench.run(task, max_tries=1)
    assert result.outcome is Outcome.RETRY
    assert result.error is not None
    assert result.error.kind == "TemplateError"
    assert result.error.traceback == ""
    assert "task 'task', field 'op_args', line 1: 'dss' is undefined" in result.error.message


def test_runtime_and_context_are_in_use_inside_and_not_after(bench: Bench) -> None:
    seen: list[Any] = []

    def act(context: Any) -> None:
        seen.append(get_current_context() is context)
        seen.append(current_runtime() is execution.runtime)

    execution = bench.execution(recorder(act))
    assert execution.run().outcome is Outcome.SUCCESS
    assert seen == [True, True]
    for outside in (get_current_context, current_runtime):
        with pytest.raises(Exception, match="no task is running"):
            outside()


def test_ti_tells_state_and_end_afterwards(bench: Bench) -> None:
    execution = bench.execution(recorder(raising(ValueError())), max_tries=3)
    ti = execution.context["ti"]
    assert (ti.state, ti.end_date) == ("running", None)
    execution.run()
    assert ti.state == "up_for_retry"
    assert ti.end_date >= ti.start_date
    assert ti.key == ("shop", "task", RUN.run_id, 1, -1)


CALLBACKS = ("on_execute", "on_success", "on_failure", "on_retry", "on_skipped")


@pytest.mark.parametrize(
    ("error", "max_tries", "called"),
    [
        (None, 0, ["on_execute", "on_success"]),
        (ValueError("bad"), 0, ["on_execute", "on_failure"]),
        (ValueError("bad"), 1, ["on_execute", "on_retry"]),
        (AirflowSkipException("bad"), 0, ["on_execute", "on_skipped"]),
        (AirflowRescheduleException(LATER), 0, ["on_execute"]),
        (AirflowTaskTerminated("stop"), 0, ["on_execute"]),
    ],
    ids=repr,
)
def test_callbacks_that_fit_the_outcome(
    bench: Bench, error: BaseException | None, max_tries: int, called: list[str]
) -> None:
    heard: list[tuple[str, Any]] = []

    def listener(name: str) -> Callable[[Any], None]:
        return lambda context: heard.append((name, context["exception"]))

    act = raising(error) if error else lambda _: None
    task = recorder(act, **{f"{name}_callback": listener(name) for name in CALLBACKS})
    execution = bench.execution(task, max_tries=max_tries)
    result = execution.run()
    assert heard == [("on_execute", None)]
    execution.run_callbacks(result)
    assert [name for name, _ in heard] == called
    if len(called) == 2 and error is not None:
        assert heard[1][1] is error


def test_several_callbacks_and_one_that_fails(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def broken(context: Any) -> None:
        raise RuntimeError(context["reason"])

    def leaving(_: Any) -> None:
        sys.exit(1)

    def last(context: Any) -> None:
        heard.append(Variable.get("channel") + " " + str(context["exception"]) + " " + context["ti"].state)

    bench.world.variables["channel"] = "#etl"
    execution = bench.execution(recorder(raising(ValueError("bad")), on_failure_callback=[broken, leaving, last]))
    execution.run_callbacks(execution.run())
    assert heard == ["#etl bad failed"]
    assert "on_failure_callback broken failed" in caplog.text
    assert "RuntimeError: ValueError: bad" in caplog.text


def test_nothing_of_a_run_by_hand_is_rendered_twice(bench: Bench) -> None:
    bench.run_facts = replace(RUN, run_type="manual", conf={"sql": "{{ ds }}"})
    with shop():
        task = PythonOperator(task_id="task", python_callable=lambda text: text, op_args=["{{ dag_run.conf.sql }}"])
    bench.run(task)
    assert bench.xcom("task") == "{{ ds }}"


def test_task_code_logs_to_headways_logger(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        bench.run(recorder(lambda context: context["ti"].log.info("hello from the task")))
    assert ("headway.task", logging.INFO, "hello from the task") in caplog.record_tuples


def test_operators_that_code_makes_while_it_runs_leave_the_dag_alone(bench: Bench) -> None:
    """Callbacks often make an operator of the DAG to call its execute(); a worker's process keeps the DAG."""
    made = []

    def tell(context: Context) -> None:
        for home in ({"dag": dag}, {}):
            task = BashOperator(task_id="tell", bash_command="echo told", retries=3, **home)
            made.append((task.execute(context), task.has_dag()))

    with shop() as dag:
        first = PythonOperator(task_id="first", python_callable=lambda: 1, on_success_callback=tell)
    for _ in range(2):
        execution = bench.execution(first)
        execution.run_callbacks(execution.run())
    assert made == [("told", True), ("told", False)] * 2
    assert list(dag.task_dict) == ["first"]
    assert (first.downstream_task_ids, dag.task_group.children.keys()) == (set(), {"first"})
    with shop():
        assert EmptyOperator(task_id="first").dag is not dag


def test_python_code_knows_from_the_environment_what_it_runs_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CTX_DAG_ID", "outer")
    names = ("DAG_ID", "TASK_ID", "DAG_RUN_ID", "LOGICAL_DATE")
    with shop():
        code = lambda: [os.environ[f"AIRFLOW_CTX_{name}"] for name in names]  # noqa: E731
        task = PythonOperator(task_id="task", python_callable=code)
    bench.run(task)
    assert bench.xcom("task") == ["shop", "task", "scheduled__2026-03-01", "2026-03-01T00:00:00+00:00"]
    assert [os.environ.get(f"AIRFLOW_CTX_{name}") for name in names] == ["outer", None, None, None]
