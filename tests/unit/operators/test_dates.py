from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from headway.authoring.timetables import (
    CronDataIntervalTimetable,
    CronTriggerTimetable,
    DeltaDataIntervalTimetable,
)
from headway.authoring.weekday import WeekDay
from headway.errors import DagFileError
from headway.operators.branch_dates import BranchDateTimeOperator, BranchDayOfWeekOperator
from headway.operators.empty import EmptyOperator
from headway.operators.latest_only import LatestOnlyOperator
from headway.operators.trigger_dagrun import TriggerDagRunOperator
from headway.sensors.weekday import DayOfWeekSensor
from support.one_task import RUN, Bench, shop

NOW = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)  # a Wednesday
PLAIN = NOW.replace(hour=22, minute=0, tzinfo=None)
ABOUT_A_DAY = CronTriggerTimetable("30 0 * * *", timezone="UTC", interval=timedelta(days=1))
DAILY = CronDataIntervalTimetable("0 0 * * *", timezone="UTC")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("operators.days", "operators.latest_only"):
        monkeypatch.setattr(f"headway.{module}.now", lambda: NOW)


def followed(bench: Bench, cls: Any, dag: Any = None, **arguments: Any) -> Any:
    with dag or shop():
        task = cls(task_id="choose", **arguments)
        task >> [EmptyOperator(task_id=name) for name in ("yes", "no")]
    result = bench.run(task)
    assert result.decision, result
    return result.decision["followed"]


TWO_WAYS = {"follow_task_ids_if_true": "yes", "follow_task_ids_if_false": ["no"]}
PRAGUE = {"start_date": datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Prague"))}


@pytest.mark.parametrize(
    ("days", "of_run", "zone", "way"),
    [
        ("wednesday", False, {}, "yes"),
        ({"Saturday", WeekDay.SUNDAY}, False, {}, "no"),
        ({"Saturday", WeekDay.SUNDAY}, True, {}, "yes"),  # the run is of Sunday, 1 March
        (WeekDay.WEDNESDAY, False, PRAGUE, "yes"),
    ],
)
def test_a_day_of_the_week_decides(bench: Bench, days: Any, of_run: bool, zone: Any, way: str) -> None:
    dag = shop(**zone)
    found = followed(bench, BranchDayOfWeekOperator, dag, week_day=days, use_task_logical_date=of_run, **TWO_WAYS)
    assert found == [way]


@pytest.mark.parametrize(
    ("lower", "upper", "way"),
    [
        (time(22), time(23), "yes"),
        (time(23), None, "no"),
        (None, time(22, 30), "yes"),
        (time(22), time(6), "yes"),
        (time(23), time(22, 45), "yes"),
        (time(23), time(6), "no"),
        (datetime(2026, 3, 4, tzinfo=UTC), PLAIN, "no"),
        (PLAIN, None, "yes"),
    ],
)
def test_a_window_of_time_decides(bench: Bench, lower: Any, upper: Any, way: str) -> None:
    assert followed(bench, BranchDateTimeOperator, target_lower=lower, target_upper=upper, **TWO_WAYS) == [way]


def test_a_window_lies_in_the_dags_time_zone_and_may_be_asked_of_the_run(bench: Bench) -> None:
    late = {"target_lower": time(23), "target_upper": time(23, 59), **TWO_WAYS}
    assert followed(bench, BranchDateTimeOperator, shop(**PRAGUE), **late) == ["yes"]
    assert followed(bench, BranchDateTimeOperator, use_task_execution_date=True, **late) == ["no"]


def test_old_names_are_warned_of() -> None:
    with shop():
        day = BranchDayOfWeekOperator(task_id="a", week_day="Monday", use_task_execution_day=True, **TWO_WAYS)
        sensor = DayOfWeekSensor(task_id="b", week_day="Monday", use_task_execution_day=True)
        trigger = TriggerDagRunOperator(task_id="c", trigger_dag_id="d", execution_date=NOW, note="why")
    texts = [notice.text for task in (day, sensor, trigger) for notice in task.notices]
    assert texts == [
        "task 'a': use_task_execution_day is an old name, write use_task_logical_date",
        "task 'b': use_task_execution_day is an old name, write use_task_logical_date",
        "task 'c': execution_date is an old name, write logical_date",
        "task 'c': note has no effect here",
    ]


def test_a_window_without_limits_is_refused() -> None:
    with shop(), pytest.raises(DagFileError, match="neither target_lower nor target_upper"):
        BranchDateTimeOperator(task_id="choose", target_lower=None, target_upper=None, **TWO_WAYS)


@pytest.mark.parametrize(
    ("age", "schedule", "is_latest"),
    [
        (timedelta(days=1, hours=1), DAILY, True),  # its interval ended today, the next one ends tonight
        (timedelta(days=2, hours=1), DAILY, False),
        (timedelta(hours=22), CronTriggerTimetable("30 0 * * *", timezone="UTC"), True),
        (timedelta(days=2), CronTriggerTimetable("30 0 * * *", timezone="UTC"), False),
        (timedelta(hours=46), ABOUT_A_DAY, True),  # of this morning, about the day before
        (timedelta(hours=70), ABOUT_A_DAY, False),
        (timedelta(days=9), None, True),
        (timedelta(minutes=119), DeltaDataIntervalTimetable(timedelta(hours=1)), True),
        (timedelta(minutes=121), DeltaDataIntervalTimetable(timedelta(hours=1)), False),
    ],
)
def test_only_the_latest_run_goes_on(bench: Bench, age: timedelta, schedule: Any, is_latest: bool) -> None:
    bench.run_facts = replace(RUN, logical_date=NOW - age)
    found = followed(bench, LatestOnlyOperator, shop(schedule=schedule))
    assert found == (["no", "yes"] if is_latest else [])


def test_a_run_by_hand_is_always_the_latest(bench: Bench) -> None:
    bench.run_facts = replace(RUN, run_type="manual", logical_date=datetime(2020, 1, 1, tzinfo=UTC))
    assert followed(bench, LatestOnlyOperator) == ["no", "yes"]
