"""What becomes of cron times around each change of the clocks in a year, against a walk through every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.authoring.schedules import check_cron
from headway.timetables import CronTicks

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONES = ("Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns")

Minutes = list[tuple[datetime, datetime]]


@cache
def changes(name: str) -> list[Minutes]:
    """The day before and the day after each change of the year: every moment, and what the wall shows."""
    zone = ZoneInfo(name)
    days = [BEGIN + number * DAY for number in range(365)]
    changing = [day for day in days if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset()]
    assert len(changing) == 2
    return [
        [
            (moment, moment.astimezone(zone).replace(tzinfo=None))
            for moment in (day - DAY + n * MINUTE for n in range(4320))
        ]
        for day in changing
    ]


def daily_ticks(minutes: Minutes, times: set[tuple[int, int]]) -> list[datetime]:
    """Each of the (hour, minute) once a day: when the wall first shows it, or first shows a later one."""
    found: set[datetime] = set()
    shown: set[datetime] = set()
    last: datetime | None = None
    for moment, wall in minutes:
        for skipped in _walls_between(last, wall):
            if (skipped.hour, skipped.minute) in times and skipped not in shown:
                found.add(moment)
                shown.add(skipped)
        last = wall
    return sorted(found)


def _walls_between(last: datetime | None, wall: datetime) -> list[datetime]:
    """The times after ``last`` up to ``wall``: more than one when the clocks were put forward."""
    first = wall if last is None or wall <= last else last + MINUTE
    return [first + number * MINUTE for number in range(int((wall - first) / MINUTE) + 1)]


def wall_ticks(minutes: Minutes, wanted: set[int]) -> list[datetime]:
    """All moments at which the wall shows one of the minutes of any hour."""
    return [moment for moment, wall in minutes if wall.minute in wanted]


def ticks_of(cron: str, zone: str, minutes: Minutes) -> list[datetime]:
    ticks, found, moment = CronTicks((cron,), ZoneInfo(zone)), [], minutes[0][0] - timedelta(microseconds=1)
    while (moment := ticks.after(moment)) <= minutes[-1][0]:
        found.append(moment)
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("cron", "times"),
    [
        ("30 2 * * *", {(2, 30)}),
        ("0 2 * * *", {(2, 0)}),
        ("15 1,2,3 * * *", {(1, 15), (2, 15), (3, 15)}),
        ("0,30 1-3 * * *", {(hour, minute) for hour in (1, 2, 3) for minute in (0, 30)}),
    ],
)
def test_fixed_hours_come_once_a_day_whatever_the_clocks_do(cron: str, times: set[tuple[int, int]], zone: str) -> None:
    for around in changes(zone):
        assert ticks_of(cron, zone, around) == daily_ticks(around, times)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("cron", "wanted"), [("0 * * * *", {0}), ("30 * * * *", {30}), ("*/15 * * * *", {0, 15, 30, 45})]
)
def test_by_the_hour_follows_the_wall_through_both_hours(cron: str, wanted: set[int], zone: str) -> None:
    for around in changes(zone):
        assert ticks_of(cron, zone, around) == wall_ticks(around, wanted)


def at(text: str, zone: str) -> datetime:
    """A moment by what the wall shows; ``+1`` at the end means the second time."""
    wall, _, fold = text.partition("+")
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=int(fold or 0)).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "cron", "before", "expected"),
    [
        ("Europe/Prague", "30 2 * * *", "2026-03-28T12:00", "2026-03-29T03:00"),  # skipped: right after the gap
        ("Europe/Prague", "30 2 * * *", "2026-03-29T03:00", "2026-03-30T02:30"),
        ("Europe/Prague", "30 2 * * *", "2026-10-24T12:00", "2026-10-25T02:30"),  # twice: the first time
        ("Europe/Prague", "30 2 * * *", "2026-10-25T02:30", "2026-10-26T02:30"),
        ("Europe/Prague", "30 2 * * *", "2026-10-25T02:10+1", "2026-10-26T02:30"),
        ("Europe/Prague", "30 * * * *", "2026-10-25T02:30", "2026-10-25T02:30+1"),  # hourly: both
        ("Europe/Prague", "30 * * * *", "2026-03-29T01:30", "2026-03-29T03:30"),
        ("America/New_York", "30 2 * * *", "2026-03-07T12:00", "2026-03-08T03:00"),
        ("America/New_York", "30 1 * * *", "2026-11-01T01:30", "2026-11-02T01:30"),
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00", "2026-10-04T02:30"),  # half an hour is skipped
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-05T01:45", "2026-04-06T01:45"),
        ("Australia/Lord_Howe", "45 * * * *", "2026-04-05T01:45", "2026-04-05T01:45+1"),
    ],
)
def test_the_policy_in_examples(zone: str, cron: str, before: str, expected: str) -> None:
    assert CronTicks((cron,), ZoneInfo(zone)).after(at(before, zone)) == at(expected, zone)


CRONS = ("30 2 * * *", "0,30 1-3 * * *", "*/20 * * * *", "0 */6 * * *", "0 0 1 * *", "15 3 * * 0", "5 0,1,2 25 10 *")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
near_changes = st.sampled_from(
    [at(text, "Europe/Prague") for text in ("2026-03-29T01:00", "2026-10-25T02:00", "2026-10-25T02:00+1")]
).flatmap(lambda change: st.timedeltas(timedelta(hours=-3), timedelta(hours=3)).map(lambda off: change + off))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CRONS), st.sampled_from(ZONES), moments | near_changes)
def test_looking_back_and_looking_forward_agree(cron: str, zone: str, moment: datetime) -> None:
    ticks = CronTicks((cron,), ZoneInfo(zone))
    later = ticks.after(moment)
    earlier = ticks.at_or_before(moment)
    assert earlier <= moment < later
    assert ticks.after(earlier) == later
    assert ticks.at_or_before(later) == later
    assert ticks.at_or_after(later) == later
    assert ticks.at_or_before(later - timedelta(microseconds=1)) == earlier


@settings(max_examples=50, deadline=None)
@given(moments)
def test_several_expressions_are_one_schedule(moment: datetime) -> None:
    zone = ZoneInfo("Europe/Prague")
    both, one, two = (CronTicks(c, zone) for c in (("0 3 * * *", "30 2 * * 1"), ("0 3 * * *",), ("30 2 * * 1",)))
    assert both.after(moment) == min(one.after(moment), two.after(moment))
    assert both.at_or_before(moment) == max(one.at_or_before(moment), two.at_or_before(moment))


def test_an_expression_that_never_comes_is_an_error() -> None:
    with pytest.raises(ValueError, match="date"):
        CronTicks(("0 0 31 2 *",), ZoneInfo("UTC")).after(BEGIN)


def test_such_an_expression_is_refused_when_its_file_is_read() -> None:
    with pytest.raises(ValueError, match="0 0 31 2"):
        check_cron("0 0 31 2 *")
    check_cron("0 0 29 2 *")
