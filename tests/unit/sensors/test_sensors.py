from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from headway.authoring.deferral import unpack
from headway.authoring.results import TaskResult
from headway.authoring.weekday import WeekDay
from headway.errors import DagFileError
from headway.sensors.base import BaseSensorOperator, PokeReturnValue
from headway.sensors.bash import BashSensor
from headway.sensors.filesystem import FileSensor
from headway.sensors.python import PythonSensor
from headway.sensors.times import (
    DateTimeSensor,
    DateTimeSensorAsync,
    TimeDeltaSensor,
    TimeSensor,
    TimeSensorAsync,
    WaitSensor,
)
from headway.sensors.weekday import DayOfWeekSensor
from headway.states import Outcome
from support.one_task import RUN, Bench, shop

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sensors.base", "sensors.times", "operators.days", "authoring.local_runtime"):
        monkeypatch.setattr(f"headway.{module}.now", lambda: NOW)


def once(bench: Bench, cls: type[BaseSensorOperator], dag: Any = None, **arguments: Any) -> Any:
    """One dispatch of a sensor that gives its slot back: SUCCESS, or RESCHEDULED with the time."""
    with dag or shop():
        return bench.run(cls(task_id="wait", mode="reschedule", **arguments))


def test_a_command_is_waited_for_until_it_ends_well(bench: Bench, tmp_path: Path) -> None:
    arguments = {"bash_command": "test -e $FOLDER/{{ ds }}", "env": {"FOLDER": str(tmp_path)}}
    assert once(bench, BashSensor, **arguments).outcome is Outcome.RESCHEDULED
    (tmp_path / "2026-03-01").touch()
    assert once(bench, BashSensor, **arguments).outcome is Outcome.SUCCESS


@pytest.mark.parametrize(("code", "outcome"), [(0, "success"), (7, "rescheduled"), (8, "failed")])
def test_only_the_retry_exit_code_means_not_yet(bench: Bench, code: int, outcome: str) -> None:
    assert once(bench, BashSensor, bash_command=f"exit {code}", retry_exit_code=7).outcome == outcome


def test_a_function_is_asked_with_its_arguments_and_the_context(bench: Bench) -> None:
    def ready(first: str, *, ds: str, second: int) -> Any:
        return PokeReturnValue(is_done=True, xcom_value=[first, ds, second])

    once(bench, PythonSensor, python_callable=ready, op_args=["{{ run_id }}"], op_kwargs={"second": 2})
    assert bench.xcom("wait") == ["scheduled__2026-03-01", "2026-03-01", 2]
    assert once(bench, PythonSensor, python_callable=list).outcome is Outcome.RESCHEDULED


def test_files_folders_and_patterns(bench: Bench, tmp_path: Path) -> None:
    def found(path: str, **arguments: Any) -> bool:
        return once(bench, FileSensor, filepath=str(tmp_path / path), **arguments).outcome is Outcome.SUCCESS

    (tmp_path / "empty").mkdir()
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / "a.csv").touch()
    assert found("deep/deeper/a.csv")
    assert found("deep")
    assert found("deep/*/*.csv")
    assert found("**/*.csv", recursive=True)
    assert not found("empty")
    assert not found("*.csv")
    assert not found("**/*.csv")


def test_a_file_below_the_folder_of_a_connection(bench: Bench, tmp_path: Path) -> None:
    bench.world.connections["disk"] = {"conn_type": "fs", "extra": f'{{"path": "{tmp_path}"}}'}
    (tmp_path / "2026-03-01.csv").touch()
    assert once(bench, FileSensor, filepath="{{ ds }}.csv", fs_conn_id="disk").outcome is Outcome.SUCCESS
    assert once(bench, FileSensor, filepath="x", fs_conn_id="nowhere").outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("cls", "arguments", "due"),
    [
        (DateTimeSensor, {"target_time": "{{ data_interval_end }}"}, datetime(2026, 3, 2, tzinfo=UTC)),
        (DateTimeSensor, {"target_time": NOW + timedelta(hours=30)}, NOW + timedelta(hours=30)),
        (DateTimeSensorAsync, {"target_time": "2026-03-05T10:00:00"}, datetime(2026, 3, 5, 10, tzinfo=UTC)),
        (TimeSensor, {"target_time": time(12, 30)}, NOW + timedelta(minutes=30)),
        (TimeSensor, {"target_time": time(11, 30)}, NOW - timedelta(minutes=30)),
        (TimeSensorAsync, {"target_time": time(14, tzinfo=ZoneInfo("Europe/Prague"))}, NOW + timedelta(hours=1)),
        (TimeDeltaSensor, {"delta": timedelta(days=2, hours=13)}, NOW + timedelta(hours=1)),
        (TimeDeltaSensor, {"delta": timedelta(hours=1)}, datetime(2026, 3, 2, 1, tzinfo=UTC)),
        (WaitSensor, {"time_to_wait": 2}, NOW + timedelta(minutes=2)),
        (WaitSensor, {"time_to_wait": timedelta(seconds=5)}, NOW + timedelta(seconds=5)),
    ],
)
def test_moments_are_waited_for_to_the_second(
    bench: Bench, cls: type[BaseSensorOperator], arguments: dict[str, Any], due: datetime
) -> None:
    result = once(bench, cls, **arguments)
    assert (_moment(result) if cls.deferrable else result.reschedule_at) == (due if due > NOW else None)


def _moment(result: TaskResult) -> datetime:
    """What a deferral waits for."""
    assert result.deferral is not None
    moment: datetime = unpack(result.deferral.kwargs)["moment"]
    return moment


def test_a_time_of_day_is_the_dags_own(bench: Bench) -> None:
    prague = shop(start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Prague")))
    assert once(bench, TimeSensor, prague, target_time=time(14)).reschedule_at == NOW + timedelta(hours=1)


def test_a_time_of_day_stays_that_of_the_first_day(bench: Bench) -> None:
    """The first look was last night; the time has come in between, and not in twelve hours from now."""
    bench.world.first_pokes["shop", RUN.run_id, "wait", -1] = NOW - timedelta(hours=14)
    assert once(bench, TimeSensor, target_time=time(23)).outcome is Outcome.SUCCESS


def test_async_sensors_need_no_mode() -> None:
    with shop():
        assert DateTimeSensorAsync(task_id="wait", target_time=NOW).reschedule


@pytest.mark.parametrize(
    ("days", "of_run", "is_there"),
    [
        ("Wednesday", False, True),
        ({WeekDay.MONDAY, "wednesday"}, False, True),
        (WeekDay.THURSDAY, False, False),
        ("sunday", True, True),  # the run is of 1 March
        ("Wednesday", True, False),
    ],
)
def test_days_of_the_week(bench: Bench, days: Any, of_run: bool, is_there: bool) -> None:
    result = once(bench, DayOfWeekSensor, week_day=days, use_task_logical_date=of_run)
    assert (result.outcome is Outcome.SUCCESS) is is_there


@pytest.mark.parametrize(
    ("cls", "arguments", "complaint"),
    [
        (DayOfWeekSensor, {"week_day": "Wodensday"}, "expected a day such as 'Monday', got 'Wodensday'"),
        (TimeSensor, {"target_time": "12:30"}, "expected a datetime.time"),
        (TimeDeltaSensor, {"delta": 5}, "expected a timedelta, got 5"),
        (DateTimeSensor, {"target_time": 5}, "expected a datetime or a text, got 5"),
        (PythonSensor, {"python_callable": 5}, "expected a function as python_callable"),
    ],
)
def test_wrong_arguments_are_refused(cls: Any, arguments: dict[str, Any], complaint: str) -> None:
    with shop(), pytest.raises(DagFileError, match=complaint):
        cls(task_id="wait", **arguments)
