"""Triggers by themselves: what they serialize, what they fire with, and how their end becomes data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.deferral import Firing, build_trigger, deferral_of, firing_of, resumption_of, unpack
from headway.authoring.exceptions import AirflowException, TaskDeferred
from headway.authoring.other_dags import RunSeen
from headway.operators.empty import EmptyOperator
from headway.triggers.base import BaseTrigger, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent
from headway.triggers.external_task import DagStateTrigger, WorkflowTrigger
from headway.triggers.filesystem import FileTrigger
from headway.triggers.http import HttpSensorTrigger, HttpTrigger
from headway.triggers.running import firing_from
from headway.triggers.sql import SQLExecuteQueryTrigger, SqlRowTrigger
from headway.triggers.times import DateTimeTrigger, TimeDeltaTrigger

DAY = datetime(2026, 3, 1, tzinfo=UTC)


class Given(BaseTrigger):
    """Does as its function says; kept in this process."""

    def __init__(self, run: Any = None) -> None:
        super().__init__()
        self._run = run
        self.cleaned = 0

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.Given", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        for event in self._run():
            yield event

    async def cleanup(self) -> None:
        self.cleaned += 1


def first(trigger: BaseTrigger) -> Firing:
    return asyncio.run(asyncio.wait_for(firing_from(trigger), 10))


@pytest.mark.parametrize(
    "trigger",
    [
        DateTimeTrigger(DAY, end_from_trigger=True),
        FileTrigger("/data/*.csv", recursive=True, poke_interval=3),
        DagStateTrigger("mill", ["success"], run_ids=["r"], poll_interval=2, ends_when_gone=True),
        WorkflowTrigger("mill", logical_dates=[DAY], external_task_ids=["a"], failed_states=["failed"]),
        HttpTrigger("shop", method="GET", endpoint="price", headers={"a": "b"}),
        HttpSensorTrigger("ready", "shop", poke_interval=1),
        SQLExecuteQueryTrigger("SELECT 1", "store"),
        SqlRowTrigger("SELECT 1", "store", parameters={"a": 1}),
    ],
    ids=lambda trigger: type(trigger).__name__,
)
def test_a_trigger_that_was_stored_is_the_same_again(trigger: BaseTrigger) -> None:
    deferral = deferral_of(TaskDeferred(trigger=trigger, method_name="execute"), EmptyOperator(task_id="t"), 0.0)
    again = build_trigger(deferral.classpath, unpack(deferral.kwargs))
    assert type(again) is type(trigger)
    assert again.serialize() == trigger.serialize()
    assert again.waits_for == deferral.label != ""


def test_moments(tmp_path: Path) -> None:
    assert first(DateTimeTrigger(DAY)) == firing_of(TriggerEvent(DAY))
    assert first(TimeDeltaTrigger(timedelta(0), end_from_trigger=True)).outcome == "success"
    with pytest.raises(ValueError, match="time zone"):
        DateTimeTrigger(datetime(2026, 1, 1))  # noqa: DTZ001


def test_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert not FileTrigger(f"{tmp_path}/*").is_there()
    (tmp_path / "empty" / "a.csv").touch()
    assert first(FileTrigger(f"{tmp_path}/*")) == Firing("event", "true")


@pytest.mark.parametrize(
    ("tasks", "event"),
    [
        ([("a", -1, "success"), ("b", -1, "success")], {"status": "success"}),
        ([("a", -1, "success")], None),
        ([("a", -1, "success"), ("b", -1, "running")], None),
        ([("a", -1, "success"), ("b", -1, "failed")], {"status": "failed", "state": "failed"}),
        ([("a", -1, "skipped"), ("b", -1, "running")], {"status": "skipped", "state": "skipped"}),
    ],
)
def test_tasks_of_another_dag(tasks: Any, event: Any) -> None:
    trigger = WorkflowTrigger(
        "mill", logical_dates=[DAY], external_task_ids=["a", "b"], failed_states=["failed"], skipped_states=["skipped"]
    )
    assert trigger.judge([RunSeen("r", DAY, "running", tasks)]) == (None if event is None else TriggerEvent(event))
    assert trigger.judge([]) is None


def test_runs_of_another_dag() -> None:
    trigger = DagStateTrigger("mill", ["success", "failed"], run_ids=["r", "s"], ends_when_gone=True)
    ended, other = RunSeen("r", DAY, "failed"), RunSeen("s", DAY, "running")
    assert trigger.judge([ended, other]) is None
    both = trigger.judge([ended, RunSeen("s", DAY, "success")])
    assert both is not None
    assert (both.payload[1]["r"], both.payload[1]["s"]) == ("failed", "success")
    gone = trigger.judge([ended])
    assert gone is not None
    assert "s" not in gone.payload[1]


def test_a_trigger_is_cleaned_up_however_it_ends() -> None:
    def broken() -> Any:
        raise ValueError("no rain")

    for run, outcome, words in (
        (lambda: [TriggerEvent(1), TriggerEvent(2)], "event", "1"),
        (broken, "error", "ValueError: no rain"),
        (list, "error", "ended without an event"),
        (lambda: [TriggerEvent(object())], "error", "the trigger's event cannot be stored"),
    ):
        trigger = Given(run)
        firing = first(trigger)
        assert (firing.outcome, trigger.cleaned) == (outcome, 1)
        assert words in firing.payload


def test_a_run_that_yields_nothing_is_named() -> None:
    class Wrong(Given):
        async def run(self) -> Any:  # type: ignore[override]
            return TriggerEvent(1)

    assert "run() of the trigger Wrong yields nothing" in first(Wrong()).payload


def test_how_a_task_goes_on() -> None:
    event = resumption_of("send", '{"count":3}', firing_of(TriggerEvent({"a": DAY})), 5.0)
    assert (event.method, event.kwargs, event.elapsed) == ("send", {"count": 3, "event": {"a": DAY}}, 5.0)
    late = resumption_of("send", "{}", None, 5.0)
    assert (late.method, late.kwargs["error"]) == ("__fail__", "Trigger timeout")
    done = resumption_of("send", "{}", firing_of(TaskSuccessEvent(xcoms={"a": 1})), 5.0)
    assert (done.ending, done.kwargs) == ("success", {"a": 1})
    assert resumption_of("send", "{}", firing_of(TaskSkippedEvent()), 5.0).ending == "skipped"


def test_a_deferral_lasts_no_longer_than_the_task_may() -> None:
    def limit(timeout: float | None, execution: float | None, elapsed: float) -> timedelta | None:
        task = EmptyOperator(task_id="t", execution_timeout=execution and timedelta(seconds=execution))
        return deferral_of(
            TaskDeferred(trigger=DateTimeTrigger(DAY), method_name="execute", timeout=timeout), task, elapsed
        ).timeout

    assert limit(None, None, 3) is None
    assert limit(60, None, 3) == timedelta(seconds=60)
    assert limit(60, 20, 3) == timedelta(seconds=17)
    assert limit(None, 20, 30) == timedelta(0)


def test_a_class_that_is_not_there_is_named() -> None:
    with pytest.raises(AirflowException, match=r"'nowhere\.Rain' cannot be imported"):
        build_trigger("nowhere.Rain", {})
