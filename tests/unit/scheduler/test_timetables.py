from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.timetables import Bounds, DueRun, count_due, manual_interval, runs_between, timetable

NOW = datetime(2026, 5, 10, 12, 30, tzinfo=UTC)  # a Sunday


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cron(*crons: str, interval: str = "data", zone: str = "UTC") -> dict[str, Any]:
    return {"kind": "cron", "crons": list(crons), "interval": interval, "timezone": zone}


def every(interval: str = "data", **length: float) -> dict[str, Any]:
    months = length.pop("months", 0)
    return {
        "kind": "delta", "seconds": timedelta(**length).total_seconds(), "interval": interval, "months": int(months),
    }  # fmt: skip


def bounds(start: str | None = None, end: str | None = None, *, catchup: bool = False) -> Bounds:
    return Bounds(day(start) if start else None, day(end) if end else None, catchup)


def first(schedule: dict[str, Any], limits: Bounds, last: str | None = None) -> DueRun | None:
    table = timetable(schedule)
    assert table is not None
    return table.next_run(day(last) if last else None, limits, NOW)


def several(schedule: dict[str, Any], limits: Bounds, count: int) -> list[DueRun]:
    table, found, last = timetable(schedule), [], None
    assert table is not None
    for _ in range(count):
        run = table.next_run(last, limits, NOW)
        if run is None:
            break
        found.append(run)
        last = run.start
    return found


def dates(runs: list[DueRun]) -> list[str]:
    return [f"{run.logical_date:%m-%dT%H}" for run in runs]


def test_a_data_interval_runs_at_its_end_and_is_dated_by_its_start() -> None:
    run = first(cron("0 0 * * *"), bounds("2026-05-01", catchup=True))
    assert run == DueRun(day("2026-05-02"), day("2026-05-01"), day("2026-05-01"), day("2026-05-02"))


def test_a_trigger_runs_at_its_tick_and_is_dated_by_it() -> None:
    run = first(cron("0 0 * * *", interval="trigger"), bounds("2026-05-01", catchup=True))
    assert run == DueRun(*[day("2026-05-01")] * 4)


@pytest.mark.parametrize("interval", ["data", "trigger"])
def test_catchup_gives_every_interval_from_the_start_date(interval: str) -> None:
    runs = several(cron("0 0 * * *", interval=interval), bounds("2026-05-07T06:00", catchup=True), 3)
    assert dates(runs) == ["05-08T00", "05-09T00", "05-10T00"]


@pytest.mark.parametrize(
    ("interval", "expected"), [("data", ["05-09T00", "05-10T00"]), ("trigger", ["05-10T00", "05-11T00"])]
)
def test_without_catchup_the_first_is_the_latest_that_is_due(interval: str, expected: list[str]) -> None:
    assert dates(several(cron("0 0 * * *", interval=interval), bounds("2026-01-01"), 2)) == expected


@pytest.mark.parametrize("interval", ["data", "trigger"])
def test_without_catchup_what_was_missed_is_left_out(interval: str) -> None:
    run = first(cron("0 0 * * *", interval=interval), bounds("2026-01-01"), last="2026-04-01")
    assert run is not None
    assert run.run_after == day("2026-05-10")


def test_a_start_date_to_come_is_waited_for() -> None:
    for catchup in (True, False):
        run = first(cron("0 0 * * *"), bounds("2026-06-01T06:00", catchup=catchup))
        assert run is not None
        assert run.start == day("2026-06-02")


def test_an_end_date_is_the_last_that_a_run_may_have() -> None:
    runs = several(cron("0 0 * * *"), bounds("2026-05-01", "2026-05-03", catchup=True), 9)
    assert dates(runs) == ["05-01T00", "05-02T00", "05-03T00"]


def test_without_a_start_date_a_data_interval_begins_with_the_latest_and_a_trigger_with_the_next() -> None:
    latest, following = first(cron("0 0 * * *"), bounds()), first(cron("0 0 * * *", interval="trigger"), bounds())
    assert latest is not None
    assert following is not None
    assert (latest.run_after, following.run_after) == (day("2026-05-10"), day("2026-05-11"))


@pytest.mark.parametrize(
    ("immediately", "begins"),
    [(False, "2026-05-11"), (True, "2026-05-10"), (None, "2026-05-11"), (60.0, "2026-05-11"), (90_000.0, "2026-05-10")],
)
def test_the_first_tick_of_a_trigger_without_a_start_date(immediately: bool | float | None, begins: str) -> None:
    run = first(cron("0 0 * * *", interval="trigger") | {"immediately": immediately}, bounds())
    assert run is not None
    assert run.run_after == day(begins)


@pytest.mark.parametrize("schedule", [cron("0 */6 * * *", interval="trigger"), every("trigger", hours=6)])
def test_a_trigger_may_be_about_the_time_before_it(schedule: dict[str, Any]) -> None:
    schedule = {**schedule, "lead": 3600.0}
    runs = several(schedule, bounds("2026-05-01", catchup=True), 3)
    assert dates(runs) == ["04-30T23", "05-01T05", "05-01T11"]
    assert [run.end for run in runs] == [run.run_after for run in runs]
    assert runs[0].run_after == day("2026-05-01")
    between = list(runs_between(schedule, day("2026-05-01"), runs[0].logical_date, runs[2].logical_date))
    assert between == runs
    assert manual_interval(schedule, day("2026-05-02")) == (day("2026-05-01T23:00"), day("2026-05-02"))


def test_several_expressions_give_one_series() -> None:
    runs = several(cron("0 6 * * *", "0 18 * * *"), bounds("2026-05-08", catchup=True), 3)
    assert dates(runs) == ["05-08T06", "05-08T18", "05-09T06"]
    assert [run.end for run in runs[:2]] == [run.start for run in runs[1:]]


def test_a_delta_counts_from_the_start_date() -> None:
    runs = several(every(hours=36), bounds("2026-05-01T06:00", catchup=True), 3)
    assert dates(runs) == ["05-01T06", "05-02T18", "05-04T06"]
    assert runs[0].run_after == day("2026-05-02T18:00")


@pytest.mark.parametrize(("interval", "expected"), [("data", "05-09T06"), ("trigger", "05-10T06")])
def test_a_delta_without_catchup_keeps_its_phase(interval: str, expected: str) -> None:
    assert dates(several(every(interval, days=1), bounds("2026-01-01T06:00"), 1)) == [expected]


def test_months_have_their_own_length() -> None:
    runs = several(every(months=1), bounds("2026-01-31", catchup=True), 3)
    assert [f"{run.start:%m-%d} {run.end:%m-%d}" for run in runs] == ["01-31 02-28", "02-28 03-28", "03-28 04-28"]


def test_months_without_catchup_skip_to_the_latest() -> None:
    run = first(every(months=1), bounds("2025-01-15"))
    assert run is not None
    assert (run.start, run.end) == (day("2026-03-15"), day("2026-04-15"))


def test_once_runs_once_at_the_start_date_or_now() -> None:
    once = {"kind": "once"}
    run, at_once = first(once, bounds("2026-01-01")), first(once, bounds())
    assert run is not None
    assert at_once is not None
    assert (run.run_after, at_once.run_after) == (day("2026-01-01"), NOW)
    assert first(once, bounds("2026-01-01"), last="2026-01-01") is None


@pytest.mark.parametrize("kind", ["none", "assets"])
def test_time_starts_no_run_of_other_schedules(kind: str) -> None:
    assert timetable({"kind": kind}) is None
    assert count_due({"kind": kind}, bounds(), None, NOW, 9) == 0


def test_a_backlog_is_counted_up_to_a_limit() -> None:
    limits = bounds("2026-05-01", catchup=True)
    assert count_due(cron("0 0 * * *"), limits, None, NOW, 100) == 9
    assert count_due(cron("0 0 * * *"), limits, day("2026-05-08"), NOW, 100) == 1
    assert count_due(cron("0 0 * * *"), limits, None, NOW, 4) == 4


schedules = st.sampled_from(
    [
        cron("0 0 * * *"), cron("0 0 * * *", interval="trigger"), cron("*/7 3 * * 1", "0 0 1 * *"), every(hours=5),
        every("trigger", minutes=90), every(months=2), every("trigger", months=1, days=3),
        cron("30 2 * * *", zone="Europe/Prague"), cron("30 * * * *", interval="trigger", zone="America/New_York"),
    ]
)  # fmt: skip


@given(schedules, st.datetimes(datetime(2025, 9, 1), datetime(2026, 9, 1)), st.booleans())  # noqa: DTZ001
def test_runs_follow_each_other_without_gap_or_overlap(
    schedule: dict[str, Any], start: datetime, catchup: bool
) -> None:
    limits = Bounds(start.replace(tzinfo=UTC), None, catchup)
    runs = several(schedule, limits, 12)
    assert all(one.start < two.start for one, two in pairwise(runs))
    assert all(run.start >= start.replace(tzinfo=UTC) for run in runs)
    if schedule["interval"] == "data":
        assert all(one.end == two.start for one, two in pairwise(runs))
    if not catchup:
        assert sum(run.run_after <= NOW for run in runs) <= 1


def stepped(schedule: dict[str, Any], start_date: str, begin: str, end: str) -> list[DueRun]:
    """The runs of a range, found one after the other as the plan finds them."""
    table, limits, found = timetable(schedule), bounds(start_date, end, catchup=True), []
    assert table is not None
    run = table.next_run(None, limits, NOW)
    while run is not None:
        found.append(run)
        run = table.next_run(run.start, limits, NOW)
    return [run for run in found if run.logical_date >= day(begin)]


@pytest.mark.parametrize("interval", ["data", "trigger"])
@pytest.mark.parametrize(
    "make",
    [
        lambda interval: cron("0 6 * * *", interval=interval),
        lambda interval: cron("30 2 * * *", "*/40 2,3 * * *", interval=interval, zone="Europe/Prague"),
        lambda interval: cron("*/20 * * * *", interval=interval, zone="Australia/Lord_Howe"),
        lambda interval: every(interval, hours=7),
        lambda interval: every(interval, months=1, days=3),
    ],
)
@pytest.mark.parametrize(("begin", "end"), [("2026-03-27", "2026-04-07"), ("2026-03-27T01:30", "2026-04-06T15:20")])
def test_the_runs_of_a_range_are_those_of_the_plan(make: Any, interval: str, begin: str, end: str) -> None:
    schedule = make(interval)
    found = list(runs_between(schedule, day("2026-01-31"), day(begin), day(end)))
    assert found == stepped(schedule, "2026-01-31", begin, end)
    assert found


def test_a_range_is_not_walked_to_from_the_start_date() -> None:
    found = runs_between(every(seconds=0.001), day("1900-01-01"), day("2026-03-01"), day("2026-03-02"))
    assert [run.logical_date for run in islice(found, 2)] == [
        day("2026-03-01"), day("2026-03-01") + timedelta(seconds=0.001),
    ]  # fmt: skip


def test_schedules_without_dates_have_no_runs_in_a_range() -> None:
    for kind in ("once", "continuous", "none", "assets"):
        assert not list(runs_between({"kind": kind}, None, day("2026-03-01"), day("2026-03-02")))
