# ruff: noqa: DTZ001  (authors of DAGs write datetimes without a zone)
from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pendulum
import pytest
from dateutil.relativedelta import relativedelta

from headway import (
    DAG,
    Asset,
    CronDataIntervalTimetable,
    CronTriggerTimetable,
    Dataset,
    DeltaDataIntervalTimetable,
    DeltaTriggerTimetable,
    MultipleCronTriggerTimetable,
)
from headway.authoring.schedules import PRESETS, UNSET, normalise, timezone_name
from headway.errors import DagFileError

A, B, C = Asset("a"), Asset("b"), Asset("c")


def spec(given, style=3, zone="UTC"):
    return normalise(given, style, zone).spec


def test_kinds_without_a_clock():
    assert spec(None) == {"kind": "none"}
    assert spec("@once") == {"kind": "once"}
    assert spec("@continuous") == {"kind": "continuous"}


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        (timedelta(days=1), "every day"),
        (timedelta(hours=2, minutes=30), "every 2 hours 30 minutes"),
        (timedelta(days=14), "every 14 days"),
        (timedelta(seconds=0.5), "every 0.5 seconds"),
        (relativedelta(months=1), "every month"),
        (relativedelta(years=1, days=1), "every 12 months 1 day"),
    ],
)
def test_distances_read_like_words(delta, text):
    assert normalise(delta, 3, "UTC").text == text
    assert normalise(DeltaTriggerTimetable(delta), 3, "UTC").text == text


@pytest.mark.parametrize(("preset", "cron"), list(PRESETS.items()))
def test_presets_are_cron_expressions(preset, cron):
    assert spec(preset)["crons"] == [cron]
    assert normalise(preset, 3, "UTC").text == preset


@pytest.mark.parametrize(("style", "interval"), [(1, "data"), (2, "data"), (3, "trigger")])
def test_cron_and_timedelta_by_style(style, interval):
    assert spec("0 6 * * 1-5", style, "Asia/Seoul") == {
        "kind": "cron",
        "crons": ["0 6 * * 1-5"],
        "interval": interval,
        "timezone": "Asia/Seoul",
    }
    assert spec(timedelta(hours=1), style) == {"kind": "delta", "seconds": 3600.0, "interval": interval}


def test_unset_by_style():
    daily = {"kind": "delta", "seconds": 86400.0, "interval": "data"}
    assert [spec(UNSET, style) for style in (1, 2, 3)] == [daily, daily, {"kind": "none"}]


def test_relativedelta():
    assert spec(relativedelta(hours=2)) == {"kind": "delta", "seconds": 7200.0, "interval": "trigger"}
    assert spec(relativedelta(years=1, months=1, days=1)) == {
        "kind": "delta",
        "seconds": 86400.0,
        "months": 13,
        "interval": "trigger",
    }
    with pytest.raises(ValueError, match="relativedelta of plural parts"):
        spec(relativedelta(hour=2))


@pytest.mark.parametrize(
    ("given", "expression"),
    [
        ([A, B], {"all": [A.describe(), B.describe()]}),
        ((A,), {"all": [A.describe()]}),
        (A, {"asset": {"name": "a", "uri": "a"}}),
        (A & B & C, {"all": [A.describe(), B.describe(), C.describe()]}),
        (A | (B & C), {"any": [A.describe(), {"all": [B.describe(), C.describe()]}]}),
    ],
)
def test_assets(given, expression):
    assert spec(given) == {"kind": "assets", "expression": expression}


@pytest.mark.parametrize(
    ("timetable", "expected"),
    [
        (CronTriggerTimetable("0 6 * * *", timezone="Asia/Tokyo"), ("trigger", "Asia/Tokyo")),
        (CronDataIntervalTimetable("0 6 * * *", "UTC"), ("data", "UTC")),
        (CronDataIntervalTimetable("0 6 * * *"), ("data", "Europe/Paris")),
    ],
)
def test_cron_timetables(timetable, expected):
    found = spec(timetable, 2, "Europe/Paris")
    assert found["crons"] == ["0 6 * * *"]
    assert (found["interval"], found["timezone"]) == expected


@pytest.mark.parametrize(
    ("timetable", "more"),
    [
        (CronTriggerTimetable("0 6 * * *", timezone="UTC"), {}),
        (CronTriggerTimetable("0 6 * * *", timezone="UTC", interval=timedelta(hours=1)), {"lead": 3600.0}),
        (MultipleCronTriggerTimetable("0 6 * * *", timezone="UTC", interval=relativedelta(days=1)), {"lead": 86400.0}),
        (CronTriggerTimetable("0 6 * * *", timezone="UTC", run_immediately=True), {"immediately": True}),
        (CronTriggerTimetable("0 6 * * *", timezone="UTC", run_immediately=None), {"immediately": None}),
        (CronTriggerTimetable("0 6 * * *", run_immediately=timedelta(minutes=2)), {"immediately": 120.0}),
        (DeltaTriggerTimetable(timedelta(days=1), interval=timedelta(hours=2)), {"lead": 7200.0}),
    ],
)
def test_what_a_trigger_timetable_says_beside_its_ticks(timetable, more):
    assert {name: value for name, value in spec(timetable).items() if name in ("lead", "immediately")} == more


def test_an_interval_of_months_is_refused():
    with pytest.raises(DagFileError, match="expected a timedelta for interval"):
        DAG("d", schedule=CronTriggerTimetable("0 6 * * *", interval=relativedelta(months=1)))


def test_other_timetables():
    assert spec(MultipleCronTriggerTimetable("0 6 * * *", "0 9 * * 6"))["crons"] == ["0 6 * * *", "0 9 * * 6"]
    assert spec(DeltaTriggerTimetable(timedelta(hours=2)), 2)["interval"] == "trigger"
    assert spec(DeltaDataIntervalTimetable(timedelta(hours=2)), 3)["interval"] == "data"


@pytest.mark.parametrize(
    "bad", ["* * *", "61 * * * *", "daily", "None", "", 5, True, [1], [], timedelta(0), timedelta(-1), object()]
)
def test_bad_schedules_are_refused_at_their_line(bad):
    with pytest.raises(DagFileError, match="DAG 'd': schedule: expected") as error:
        DAG("d", schedule=bad)
    assert error.value.line


def test_the_three_names_of_a_schedule():
    old = DAG("d", schedule_interval="@hourly")
    assert old.schedule.text == "@hourly"
    assert [one.text for one in old.notices] == ["DAG 'd': schedule_interval is an old name, write schedule"]
    assert DAG("d", timetable=CronTriggerTimetable("0 6 * * *")).schedule.spec["crons"] == ["0 6 * * *"]
    assert DAG("d", schedule_interval=None).schedule.spec == {"kind": "none"}
    with pytest.raises(DagFileError, match="both schedule and schedule_interval are given"):
        DAG("d", schedule=None, schedule_interval=None)


def test_continuous_runs_one_at_a_time():
    assert DAG("d", schedule="@continuous").max_active_runs == 1
    with pytest.raises(DagFileError, match="@continuous runs one at a time"):
        DAG("d", schedule="@continuous", max_active_runs=2)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (None, "UTC"),
        (UTC, "UTC"),
        (ZoneInfo("Europe/Prague"), "Europe/Prague"),
        (pendulum.timezone("Asia/Seoul"), "Asia/Seoul"),
        (timezone(timedelta(hours=9)), "Etc/GMT-9"),
        (timezone(timedelta(hours=-5)), "Etc/GMT+5"),
        (timezone(timedelta(0)), "UTC"),
    ],
)
def test_names_of_time_zones(zone, name):
    assert timezone_name(zone) == name
    ZoneInfo(name)


def test_a_zone_without_a_name_is_refused():
    with pytest.raises(ValueError, match="a named time zone"):
        timezone_name(timezone(timedelta(hours=5, minutes=30)))


def test_cron_follows_the_zone_of_the_start_date():
    dag = DAG("d", schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Prague"))
    assert dag.schedule.spec["timezone"] == dag.timezone == "Europe/Prague"
    assert DAG("d", schedule="@daily", start_date=datetime(2024, 1, 1)).timezone == "UTC"


def test_assets_under_both_names():
    dataset = Dataset("s3://bucket/key", extra={"a": 1})
    assert (dataset.uri, dataset.name, dataset.extra) == ("s3://bucket/key", "s3://bucket/key", {"a": 1})
    assert dataset == Asset("s3://bucket/key")
    assert Asset(name="orders", uri="s3://x").reference() == {"name": "orders", "uri": "s3://x"}
    assert len({Asset("a"), Asset("a"), Asset("b")}) == 2
    with pytest.raises(DagFileError, match="an Asset needs a name or a uri"):
        Asset()
    with pytest.raises(DagFileError, match="expected assets"):
        A.__class__.__and__(A, B).__class__(A, "b")


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("@dayly", "did you mean '@daily'?"),
        ("@xyz", "there is no such preset"),
        ("0 6 *", "its fields are 3, not minute, hour, day, month and weekday"),
        ("hourly", "its fields are 1,"),
    ],
)
def test_a_schedule_that_is_none_is_told_in_plain_words(schedule, why):
    with pytest.raises(DagFileError, match=re.escape(why)):
        DAG("d", schedule=schedule)
