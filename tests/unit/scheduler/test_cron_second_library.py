"""Our cron times beside those of cronsim, which reads expressions and changes of the clocks by code of its own.

Where the two differ, a test says by how much and which line of docs/dst.md means it so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from headway.timetables import CronTicks

ZONES = ("Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

Span = tuple[datetime, datetime]

SELDOM = (
    "30 2 * * 0", "30 2 * * 7", "30 2 * * SUN#1", "0 2 * * sat,sun", "30 2 29 3 *", "0 2 1 * *", "0 2 31 * *",
    "0 0 L * *", "0 6 15 * MON", "0 2 29 2 *", "30 1-5/2 * MAR,OCT 0", "15 2 1-7,25-31 3,10,11 *",
)  # fmt: skip
OFTEN = (
    "0 0 * * *", "59 1 * * *", "0 2 * * *", "15 2 * * *", "30 2 * * *", "0 3 * * *", "0,30 2 * * *", "30 2,3 * * *",
    "15 1,2,3 * * *", "0,30 1-3 * * *", "5 0-23/2 * * *", "0 0-23 * * *", "0 6 * * MON-FRI", "0 * * * *", "30 * * * *",
    "*/15 * * * *", "10-50/20 * * * *", "7 */3 * * *",
)  # fmt: skip
HALF_AN_HOUR = "Australia/Lord_Howe"  # by which its clocks change
#: What theirs passes by there, as it steps over whole hours: what the wall shows, and whether for the second time.
PASSED_BY = {
    "30 * * * *": [("2026-04-05 01:30", 1), ("2026-10-04 02:30", 0)],
    "7 */3 * * *": [("2026-04-05 03:07", 0), ("2026-10-04 03:07", 0)],
}


@cache
def changes(zone: str) -> list[datetime]:
    """The midnights (UTC) before the clocks of a zone change in the year."""
    days = [YEAR[0] + number * DAY for number in range(365)]
    found = [day for day in days if _offset(day, zone) != _offset(day + DAY, zone)]
    assert len(found) == 2
    return found


def around_changes(zone: str) -> list[Span]:
    return [(day - 2 * DAY, day + 3 * DAY) for day in changes(zone)]


def ours(cron: str, zone: str, span: Span) -> list[datetime]:
    ticks, found, moment = CronTicks((cron,), ZoneInfo(zone)), [], span[0]
    while (moment := ticks.after(moment)) <= span[1]:
        found.append(moment)
    return found


def theirs(cron: str, zone: str, span: Span) -> list[datetime]:
    every = (each.astimezone(UTC) for each in CronSim(cron, (span[0] - DAY).astimezone(ZoneInfo(zone))))
    return [each for each in takewhile(lambda each: each <= span[1], every) if each > span[0]]


def _offset(moment: datetime, zone: str) -> timedelta:
    found = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert found is not None
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_what_comes_seldom_is_the_same_all_year(zone: str) -> None:
    for cron in SELDOM:
        assert ours(cron, zone, YEAR) == theirs(cron, zone, YEAR), cron


@pytest.mark.parametrize("zone", ZONES)
def test_what_comes_often_is_the_same_for_days_around_each_change(zone: str) -> None:
    for cron in OFTEN:
        for span in around_changes(zone):
            if zone != HALF_AN_HOUR or cron not in PASSED_BY:
                assert ours(cron, zone, span) == theirs(cron, zone, span), cron


@pytest.mark.parametrize("zone", ZONES)
def test_the_way_back_goes_through_the_same_moments(zone: str) -> None:
    for cron in ("30 2 * * *", "0,30 1-3 * * *", "*/15 * * * *"):
        ticks = CronTicks((cron,), ZoneInfo(zone))
        for span in around_changes(zone):
            for before, each in pairwise(theirs(cron, zone, span)):
                assert ticks.at_or_before(each) == each, cron
                assert ticks.at_or_before(each - SECOND) == before, cron


@pytest.mark.parametrize("zone", ZONES)
def test_fixed_hours_stay_fixed_when_the_minutes_are_any(zone: str) -> None:
    """Documented: it is the hours that decide whether a time comes twice. Theirs looks at the minutes, too."""
    back = next(day for day in changes(zone) if _offset(day, zone) > _offset(day + DAY, zone))
    span = (back - 2 * DAY, back + 3 * DAY)
    assert ours("*/30 1-3 * * *", zone, span) == theirs("0,30 1-3 * * *", zone, span)
    twice = set(theirs("*/30 1-3 * * *", zone, span)) - set(ours("*/30 1-3 * * *", zone, span))
    assert len(twice) == (1 if zone == HALF_AN_HOUR else 2)
    assert all(each.astimezone(ZoneInfo(zone)).fold for each in twice)


def test_either_day_field_is_enough_also_one_with_a_step() -> None:
    """Documented, and Airflow's way: ``*/2`` says which days, as ``1-31/2`` does. Theirs then wants both fields."""
    either = theirs("0 6 1-31/2 * MON", "Europe/Prague", YEAR)
    assert ours("0 6 */2 * MON", "Europe/Prague", YEAR) == either
    assert theirs("0 6 */2 * MON", "Europe/Prague", YEAR) == [
        each for each in either if each.weekday() == 0 and each.astimezone(ZoneInfo("Europe/Prague")).day % 2
    ]


@pytest.mark.parametrize("cron", PASSED_BY)
def test_nothing_is_passed_by_where_the_clocks_change_by_half_an_hour(cron: str) -> None:
    """Documented: a schedule with ``*`` in its hours runs whenever the wall shows a fitting minute."""
    more = []
    for span in around_changes(HALF_AN_HOUR):
        there, here = set(theirs(cron, HALF_AN_HOUR, span)), set(ours(cron, HALF_AN_HOUR, span))
        assert there < here
        walls = [each.astimezone(ZoneInfo(HALF_AN_HOUR)) for each in here - there]
        more += [(wall.strftime("%Y-%m-%d %H:%M"), wall.fold) for wall in walls]
    assert more == PASSED_BY[cron]
