"""When runs are due: from a schedule (as described by the authoring layer) to the next run.

Times are timezone-aware. A *data interval* schedule (Airflow 1.10 and 2) runs at the end of each interval
and is dated by its start; a *trigger* schedule (Airflow 3) runs at each tick and is dated by it.

Daylight saving: a time that the clocks skip runs once, right after the gap. A time that comes twice
runs once, the first time, when the schedule names fixed hours; schedules by the hour or finer run
through both hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from croniter import croniter


@dataclass(frozen=True, slots=True)
class DueRun:
    """A run to come: when it may start, and what it is about."""

    run_after: datetime
    logical_date: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Bounds:
    """What limits a schedule: the DAG's dates (None: no limit) and whether the past is caught up with."""

    start_date: datetime | None
    end_date: datetime | None
    catchup: bool


class Timetable(Protocol):
    """One kind of schedule."""

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The run after the one with interval start ``last`` (None: the first); None when there is no more."""


def timetable(schedule: dict[str, Any]) -> Timetable | None:
    """The timetable of a described schedule, None when time starts no runs (none, assets, continuous)."""
    kind = schedule["kind"]
    if kind == "once":
        return Once()
    if kind == "cron":
        ticks = CronTicks(tuple(schedule["crons"]), ZoneInfo(schedule.get("timezone") or "UTC"))
        return Intervals(ticks) if schedule["interval"] == "data" else Triggers(ticks)
    if kind == "delta":
        return DeltaIntervals(timedelta(seconds=schedule["seconds"]), data=schedule["interval"] == "data")
    return None


def count_due(schedule: dict[str, Any], bounds: Bounds, last: datetime | None, now: datetime, limit: int) -> int:
    """How many runs are due by ``now`` after the one that started at ``last``, counted up to ``limit``."""
    table = timetable(schedule)
    count = 0
    while table is not None and count < limit:
        run = table.next_run(last, bounds, now)
        if run is None or run.run_after > now:
            break
        count, last = count + 1, run.start
    return count


class Once:
    """One run, at the start date or at once."""

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The only run."""
        if last is not None:
            return None
        at = bounds.start_date or now
        return _bounded(DueRun(at, at, at, at), bounds)


class CronTicks:
    """The moments of one or several cron expressions in a time zone."""

    def __init__(self, crons: tuple[str, ...], zone: ZoneInfo) -> None:
        self._crons = crons
        self._zone = zone

    def after(self, moment: datetime) -> datetime:
        """The first tick later than ``moment``, in UTC."""
        return min(self._next(cron, moment) for cron in self._crons)

    def at_or_after(self, moment: datetime) -> datetime:
        """The first tick that is not earlier than ``moment``, in UTC."""
        return self.after(moment - timedelta(microseconds=1))

    def at_or_before(self, moment: datetime) -> datetime:
        """The last tick that is not later than ``moment``, in UTC."""
        return max(self._previous(cron, moment) for cron in self._crons)

    def _next(self, cron: str, moment: datetime) -> datetime:
        found: datetime = croniter(cron, moment.astimezone(self._zone)).get_next(datetime)
        while self._repeats(cron, found):
            found = croniter(cron, found).get_next(datetime)
        return found.astimezone(UTC)

    def _previous(self, cron: str, moment: datetime) -> datetime:
        # croniter looks strictly before the start, so begin one step later
        begin = (moment + timedelta(microseconds=1)).astimezone(self._zone)
        found: datetime = croniter(cron, begin).get_prev(datetime)
        while self._repeats(cron, found):
            found = croniter(cron, found).get_prev(datetime)
        return found.astimezone(UTC)

    def _repeats(self, cron: str, moment: datetime) -> bool:
        """Whether this is the second coming of a local time that a fixed-hour schedule means once."""
        hours = cron.split()[1] if len(cron.split()) > 1 else "*"
        if not hours.replace(",", "").isdigit():
            return False
        local = moment.astimezone(self._zone)
        return local.fold == 1 and local.utcoffset() != local.replace(fold=0).utcoffset()


class Intervals:
    """Data intervals between ticks: the run comes when its interval is over."""

    def __init__(self, ticks: CronTicks) -> None:
        self._ticks = ticks

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next interval; without catchup the latest that is over, if it is later."""
        start = self._start(last, bounds, now)
        end = self._ticks.after(start)
        return _bounded(DueRun(end, start, start, end), bounds)

    def _start(self, last: datetime | None, bounds: Bounds, now: datetime) -> datetime:
        latest = self._ticks.at_or_before(self._ticks.at_or_before(now) - timedelta(microseconds=1))
        if last is not None:
            following = self._ticks.after(last)
        elif bounds.start_date is not None:
            following = self._ticks.at_or_after(bounds.start_date)
        else:
            return latest
        return following if bounds.catchup else max(following, latest)


class Triggers:
    """Runs at ticks, dated by them; no interval."""

    def __init__(self, ticks: CronTicks) -> None:
        self._ticks = ticks

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next tick; without catchup the latest that has been, if it is later."""
        if last is None and bounds.start_date is None:
            at = self._ticks.after(now)
        else:
            at = self._ticks.after(last) if last else self._ticks.at_or_after(bounds.start_date or now)
            if not bounds.catchup:
                at = max(at, self._ticks.at_or_before(now))
        return _bounded(DueRun(at, at, at, at), bounds)


class DeltaIntervals:
    """A fixed time between runs, counted from the start date; as data intervals or as mere ticks."""

    def __init__(self, delta: timedelta, *, data: bool) -> None:
        self._delta = delta
        self._data = data

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next multiple of the delta; without catchup the latest that is due, if it is later."""
        origin = bounds.start_date or now
        start = last + self._delta if last is not None else origin
        if not bounds.catchup:
            behind = math.floor((now - origin) / self._delta) - (1 if self._data else 0)
            start = max(start, origin + behind * self._delta) if behind > 0 else start
        end = start + self._delta
        run = DueRun(end, start, start, end) if self._data else DueRun(start, start, start, start)
        return _bounded(run, bounds)


def _bounded(run: DueRun, bounds: Bounds) -> DueRun | None:
    return run if bounds.end_date is None or run.logical_date <= bounds.end_date else None
