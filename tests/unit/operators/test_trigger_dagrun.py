from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from headway.authoring.other_dags import Outline
from headway.errors import DagFileError
from headway.operators.trigger_dagrun import TriggerDagRunOperator
from headway.states import Outcome
from support.one_task import Bench, shop


def trigger(bench: Bench, **arguments: Any) -> Any:
    with shop():
        return bench.run(TriggerDagRunOperator(task_id="start", trigger_dag_id="mill", **arguments))


def test_a_run_is_started_with_what_was_given_and_left_behind(bench: Bench) -> None:
    result = trigger(bench, trigger_run_id="of-{{ ds }}", conf={"day": "{{ ds }}"}, logical_date="{{ logical_date }}")
    assert result.outcome is Outcome.SUCCESS
    assert bench.world.around.started == {("mill", "of-2026-03-01"): {"day": "2026-03-01"}}
    assert bench.xcom("start", "trigger_run_id") == "of-2026-03-01"
    assert bench.xcom("start", "trigger_logical_date_iso") == "2026-03-01T00:00:00+00:00"


def test_conf_may_be_a_text_that_a_template_made(bench: Bench) -> None:
    trigger(bench, trigger_run_id="r", conf='{"day": "{{ ds }}"}')
    bench.world.xcoms.clear()
    trigger(bench, trigger_run_id="s", conf=" ")
    assert bench.world.around.started == {("mill", "r"): {"day": "2026-03-01"}, ("mill", "s"): {}}


def test_a_run_that_exists_is_an_error_unless_told_otherwise(bench: Bench) -> None:
    def again(**arguments: Any) -> Any:
        bench.world.xcoms.clear()
        return trigger(bench, trigger_run_id="r", **arguments)

    assert again().outcome is Outcome.SUCCESS
    assert "DagRunAlreadyExists: DAG 'mill' has the run 'r' already" in str(again().error)
    assert again(skip_when_already_exists=True).outcome is Outcome.SKIPPED
    assert again(reset_dag_run=True).outcome is Outcome.SUCCESS


def test_a_dispatch_that_comes_again_goes_on_with_its_run(bench: Bench) -> None:
    for _ in range(2):
        assert trigger(bench, execution_date=datetime(2026, 1, 1, tzinfo=UTC)).outcome is Outcome.SUCCESS
    assert len(bench.world.around.started) == 1


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("success", "success"), ("failed", "failed"), ("running", "deferred"), (None, "failed")],
)
def test_the_end_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch, state: Any, outcome: str) -> None:
    monkeypatch.setattr("headway.authoring.local_dags.LocalDags.run_state", lambda *_: state)
    assert trigger(bench, wait_for_completion=True, deferrable=True).outcome == outcome


def test_a_slot_is_kept_between_looks_unless_deferrable(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    states = iter(["queued", "running", "failed"])
    slept: list[float] = []
    monkeypatch.setattr("headway.authoring.local_dags.LocalDags.run_state", lambda *_: next(states))
    monkeypatch.setattr("headway.operators.trigger_dagrun.time.sleep", slept.append)
    trigger(bench, wait_for_completion=True, poke_interval=7, allowed_states=["failed"], failed_states=[])
    assert slept == [7, 7]


def test_a_paused_dag_can_be_refused(bench: Bench) -> None:
    bench.world.around.outlines["mill"] = Outline(True, frozenset(), {})
    assert "DAG 'mill' is paused" in str(trigger(bench, fail_when_dag_is_paused=True).error)
    assert trigger(bench).outcome is Outcome.SUCCESS


def test_the_callable_of_airflow_1_decides(bench: Bench) -> None:
    def order(context: Any, dag_run: Any) -> Any:
        dag_run.payload = {"day": context["ds"]}
        return dag_run if context["params"]["go"] else None

    assert trigger(bench, python_callable=order, params={"go": False}).outcome is Outcome.SKIPPED
    trigger(bench, python_callable=order, params={"go": True}, trigger_run_id="r")
    assert bench.world.around.started == {("mill", "r"): {"day": "2026-03-01"}}


def test_what_cannot_be_meant_is_refused(bench: Bench) -> None:
    for conf in ([1], "no JSON", "[1]"):
        assert "conf: expected a dictionary or its JSON text, got " in str(trigger(bench, conf=conf).error)
    assert "logical_date: expected a datetime" in str(trigger(bench, logical_date="soon").error)
    with shop(), pytest.raises(DagFileError, match="'done' is no state of a run"):
        TriggerDagRunOperator(task_id="start", trigger_dag_id="mill", allowed_states=["done"])
