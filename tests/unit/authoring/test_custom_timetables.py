"""Timetables that users write: their runs are listed when the file is read, and planned from the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from headway.authoring.custom_timetables import (
    LISTED,
    DagRunInfo,
    DataInterval,
    EventsTimetable,
    TimeRestriction,
    runs_between,
)
from headway.authoring.dag import DAG
from headway.authoring.loader import LoadedFile
from headway.authoring.structure import describe
from headway.authoring.timetables import CronTriggerTimetable, Timetable
from headway.errors import DagFileError
from headway.timetables import Bounds, manual_interval, timetable

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


class Daily(Timetable):
    """A day after the other, from the start date; it knows of no catchup."""

    def next_dagrun_info(self, *, last_automated_data_interval: Any, restriction: TimeRestriction) -> DagRunInfo | None:
        start = last_automated_data_interval.end if last_automated_data_interval else restriction.earliest
        if restriction.latest is not None and start > restriction.latest:
            return None
        return DagRunInfo.interval(start, start + DAY)


def schedule(last: tuple[datetime, datetime] | None = None, **arguments: Any) -> dict[str, Any]:
    given = {"schedule": Daily(), "start_date": NOW - 1000 * DAY, "catchup": True, **arguments}
    found: dict[str, Any] = describe(DAG("d", **given), lambda dag_id: last if dag_id == "d" else None)["schedule"]
    return found


def starts(found: dict[str, Any]) -> list[datetime]:
    return [datetime.fromisoformat(run["start"]) for run in found["runs"]]


def test_the_next_runs_are_listed() -> None:
    found = schedule()
    assert (found["kind"], found["timetable"]) == ("custom", "Daily")
    assert starts(found) == [NOW - (1000 - day) * DAY for day in range(LISTED)]
    assert found["runs"][0]["run_after"] == found["runs"][0]["end"] == (NOW - 999 * DAY).isoformat()


def test_the_list_goes_on_from_the_last_run() -> None:
    assert starts(schedule((NOW - 3 * DAY, NOW - 2 * DAY)))[0] == NOW - 2 * DAY


class AtTimesGiven(Timetable):
    """Keeps the hours that it is given; its own intervals are in Berlin's time."""

    def __init__(self) -> None:
        self.hours: list[int] = []

    def next_dagrun_info(self, *, last_automated_data_interval: Any, restriction: TimeRestriction) -> DagRunInfo | None:
        given = last_automated_data_interval.end if last_automated_data_interval else restriction.earliest
        self.hours += [given.hour, restriction.latest.hour]
        return None if given > restriction.latest else DagRunInfo.interval(given, given.astimezone(BERLIN) + DAY)


@pytest.mark.parametrize("last", [None, (datetime(2026, 1, 1, tzinfo=BERLIN), datetime(2026, 1, 2, tzinfo=BERLIN))])
def test_a_timetable_gets_its_moments_in_utc(last: tuple[datetime, datetime] | None) -> None:
    own = AtTimesGiven()
    first, final = (datetime(2026, 1, day, tzinfo=BERLIN) for day in (1, 3))
    schedule(last, schedule=own, start_date=first, end_date=final)
    assert set(own.hours) == {23}


def test_without_catchup_it_begins_with_the_latest_that_is_due() -> None:
    assert starts(schedule(catchup=False))[:2] == [NOW - DAY, NOW]


def test_the_list_ends_with_the_dag() -> None:
    assert len(starts(schedule(start_date=NOW, end_date=NOW + 2 * DAY))) == 3


def test_the_file_is_read_again_when_half_of_the_runs_are_due_but_not_at_once() -> None:
    behind = datetime.fromisoformat(schedule()["until"])
    assert timedelta(0) < behind - datetime.now(UTC) < timedelta(minutes=1)
    ahead = datetime.fromisoformat(schedule(start_date=NOW)["until"])
    assert timedelta(hours=23) < ahead - datetime.now(UTC) <= DAY


def test_a_timetable_that_stands_still_is_refused() -> None:
    class Still(Timetable):
        def next_dagrun_info(self, **_: Any) -> DagRunInfo:
            return DagRunInfo.exact(NOW)

    with pytest.raises(DagFileError, match="timetable Still gives a run at"):
        schedule(schedule=Still())


def test_a_built_in_timetable_can_be_built_upon() -> None:
    class NotTheThird(CronTriggerTimetable):
        def next_dagrun_info(self, *, last_automated_data_interval: Any, restriction: Any) -> Any:
            given = last_automated_data_interval
            while True:
                found = super().next_dagrun_info(last_automated_data_interval=given, restriction=restriction)
                if found is None or found.run_after.day != 3:
                    return found
                given = found.data_interval

    # Its own next_dagrun_info asks describe(), which must then still mean the cron expression.
    found = schedule(schedule=NotTheThird("0 0 * * *", timezone="UTC"), start_date=datetime(2024, 1, 1, tzinfo=UTC))
    assert [start.day for start in starts(found)[:4]] == [1, 2, 4, 5]


def own(timetable: Timetable, first: datetime, last: datetime, limit: int = 100) -> list[datetime]:
    """The starts of a timetable's runs in a range, which has nothing to do with the DAG's dates or with now."""
    dag = DAG("d", schedule=timetable, start_date=NOW, end_date=NOW, catchup=False)
    return [start for _, start, _ in runs_between(dag, first, last, limit)]


def test_the_runs_of_a_range_both_ends_of_which_belong_to_it() -> None:
    first = datetime(2020, 5, 1, tzinfo=UTC)
    assert own(Daily(), first, first + 2 * DAY) == [first, first + DAY, first + 2 * DAY]
    assert own(Daily(), first, first + 200 * DAY, limit=2) == [first, first + DAY]


def test_runs_before_the_range_are_left_out_where_a_timetable_knows_of_no_restriction() -> None:
    class FromOldTimes(Timetable):
        def next_dagrun_info(self, *, last_automated_data_interval: Any, **_: Any) -> DagRunInfo:
            given = last_automated_data_interval
            return DagRunInfo.exact(given.start + DAY if given else datetime(2020, 1, 1, tzinfo=UTC))

    first = datetime(2020, 5, 1, 12, tzinfo=UTC)
    assert own(FromOldTimes(), first, first + 2 * DAY) == [first + DAY / 2, first + DAY * 1.5]


def test_events() -> None:
    events = [NOW + DAY, NOW - 2 * DAY, NOW - DAY]
    assert starts(schedule(schedule=EventsTimetable(events))) == sorted(events)
    assert starts(schedule(schedule=EventsTimetable(events), catchup=False)) == sorted(events)[1:]


def test_planning_from_the_list() -> None:
    found = schedule(start_date=NOW - 3 * DAY)
    table = timetable(found)
    assert table is not None
    caught_up = Bounds(NOW - 3 * DAY, None, catchup=True)
    first = table.next_run(None, caught_up, NOW)
    assert first is not None
    assert (first.start, first.run_after) == (NOW - 3 * DAY, NOW - 2 * DAY)
    second = table.next_run(first.start, caught_up, NOW)
    assert second is not None
    assert second.start == NOW - 2 * DAY
    latest = table.next_run(None, Bounds(NOW - 3 * DAY, None, catchup=False), NOW)
    assert latest is not None
    assert latest.start == NOW - DAY
    assert table.next_run(NOW + 1000 * DAY, caught_up, NOW) is None
    assert manual_interval(found, NOW + timedelta(hours=1)) == (NOW - DAY, NOW)
    assert manual_interval(found, NOW - 9 * DAY) == (NOW - 9 * DAY, NOW - 9 * DAY)


def test_a_timetable_that_raises_is_an_error_of_its_file(load: Callable[..., LoadedFile]) -> None:
    loaded = load("""
        from datetime import datetime
        from airflow import DAG
        from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

        class Broken(Timetable):
            def next_dagrun_info(self, *, last_automated_data_interval, restriction):
                raise RuntimeError("no calendar")

        dag = DAG("broken", schedule=Broken(), start_date=datetime(2024, 1, 1))
    """)
    with pytest.raises(RuntimeError, match="no calendar"):
        describe(loaded.dags[0])


def test_an_interval_of_one_moment() -> None:
    assert DataInterval.exact(NOW) == (NOW, NOW)
    assert DagRunInfo.exact(NOW).logical_date == NOW
