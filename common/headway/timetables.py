"""When runs are due: from a schedule (as described by the authoring layer) to the next run.

Times are timezone-aware. A *data interval* schedule (Airflow 1.10 and 2) runs at the end of each interval
and is dated by its start; a *trigger* schedule (Airflow 3) runs at each tick and is dated by it.

``headway.cron_ticks`` says what becomes of cron times when the clocks change.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby, pairwise, takewhile
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from headway.cron_ticks import STEP, FixedTicks, WallTicks


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
    """The timetable of a described schedule, None when time starts no runs (none, assets)."""
    kind = schedule["kind"]
    if kind == "once":
        return Once()
    if kind == "continuous":
        return Continuous()
    if kind in ("cron", "delta"):
        regular = _cron(schedule) if kind == "cron" else _delta(schedule)
        return Leading(regular, lead_of(schedule)) if lead_of(schedule) else regular
    return Listed(schedule["runs"]) if kind == "custom" else None


def lead_of(schedule: Mapping[str, Any]) -> timedelta:
    """How long the data interval is that ends at each tick of a trigger schedule; zero of all other schedules."""
    return timedelta(seconds=schedule.get("lead", 0))


def _cron(schedule: dict[str, Any]) -> Intervals | Triggers:
    ticks = CronTicks(tuple(schedule["crons"]), ZoneInfo(schedule.get("timezone") or "UTC"))
    return Intervals(ticks) if schedule["interval"] == "data" else Triggers(ticks, schedule.get("immediately", False))


def _delta(schedule: dict[str, Any]) -> DeltaIntervals:
    delta, data = timedelta(seconds=schedule["seconds"]), schedule["interval"] == "data"
    return DeltaIntervals(delta, months=schedule.get("months", 0), data=data)


def count_due(schedule: dict[str, Any], bounds: Bounds, last: datetime | None, now: datetime, limit: int) -> int:
    """How many runs are due by ``now`` after the one that started at ``last``, counted up to ``limit``."""
    table = timetable(schedule)
    limit = 1 if isinstance(table, Continuous) else limit
    count = 0
    while table is not None and count < limit:
        run = table.next_run(last, bounds, now)
        if run is None or run.run_after > now:
            break
        count, last = count + 1, run.start
    return count


def runs_between(
    schedule: dict[str, Any], start_date: datetime | None, first: datetime, last: datetime
) -> Iterator[DueRun]:
    """The runs of a schedule whose logical dates lie in [``first``, ``last``], oldest first.

    ``start_date`` is the DAG's: a schedule of a fixed distance counts from it.
    """
    table = timetable(schedule)
    every = table.runs_from(first, start_date) if isinstance(table, Regular) else iter(())
    return takewhile(lambda run: run.logical_date <= last, every)


def listed_runs(moments: Iterable[Sequence[str]]) -> list[DueRun]:
    """Runs of (run after, start, end) in ISO 8601."""
    return [_listed(*map(datetime.fromisoformat, each)) for each in moments]


def manual_interval(schedule: dict[str, Any], moment: datetime) -> tuple[datetime, datetime]:
    """The data interval of a run asked for at ``moment``.

    With a data-interval schedule, the last interval that was complete then; else the moment itself, with the time
    before it that each run of the schedule is about.
    """
    if schedule["kind"] == "custom":
        return Listed(schedule["runs"]).complete_at(moment)
    if schedule.get("interval") != "data":
        return moment - lead_of(schedule), moment
    if schedule["kind"] == "delta":
        return moment - timedelta(seconds=schedule["seconds"]), moment
    ticks = CronTicks(tuple(schedule["crons"]), ZoneInfo(schedule.get("timezone") or "UTC"))
    end = ticks.at_or_before(moment)
    return ticks.at_or_before(end - timedelta(microseconds=1)), end


class Once:
    """One run, at the start date or at once."""

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The only run."""
        if last is not None:
            return None
        at = bounds.start_date or now
        return _bounded(DueRun(at, at, at, at), bounds)


class Continuous:
    """One run after the other: each begins as soon as there is room for it, and is about the time since the last one.

    How many may run at once (one, the authoring layer says) is what keeps them apart, not the clock.
    """

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The run that may begin now; after one that is about to begin, the interval starts with this moment."""
        start = now if last is not None else bounds.start_date or now
        end = max(start, now)
        return _bounded(DueRun(end, start, start, end), bounds)


class CronTicks:
    """The moments of one or several cron expressions in a time zone.

    Every look raises ``ValueError`` for an expression that never comes, like the 31st of February.
    """

    def __init__(self, crons: tuple[str, ...], zone: ZoneInfo) -> None:
        self._ticks = [WallTicks(cron, zone) if "*" in cron.split()[1] else FixedTicks(cron, zone) for cron in crons]

    def after(self, moment: datetime) -> datetime:
        """The first tick later than ``moment``, in UTC."""
        return min(ticks.after(moment) for ticks in self._ticks)

    def all_from(self, moment: datetime) -> Iterator[datetime]:
        """All ticks that are not earlier than ``moment``, in UTC, each once."""
        merged = merge(*(ticks.all_after(moment - STEP) for ticks in self._ticks))
        return (tick for tick, _ in groupby(merged))

    def at_or_after(self, moment: datetime) -> datetime:
        """The first tick that is not earlier than ``moment``, in UTC."""
        return self.after(moment - STEP)

    def at_or_before(self, moment: datetime) -> datetime:
        """The last tick that is not later than ``moment``, in UTC."""
        return max(ticks.at_or_before(moment) for ticks in self._ticks)


class Intervals:
    """Data intervals between ticks: the run comes when its interval is over."""

    def __init__(self, ticks: CronTicks) -> None:
        self._ticks = ticks

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next interval; without catchup the latest that is over, if it is later."""
        start = self._start(last, bounds, now)
        end = self._ticks.after(start)
        return _bounded(DueRun(end, start, start, end), bounds)

    def runs_from(self, first: datetime, _start_date: datetime | None) -> Iterator[DueRun]:
        """The runs whose intervals begin at ``first`` or later."""
        return (DueRun(end, start, start, end) for start, end in pairwise(self._ticks.all_from(first)))

    def _start(self, last: datetime | None, bounds: Bounds, now: datetime) -> datetime:
        latest = self._ticks.at_or_before(self._ticks.at_or_before(now) - STEP)
        if last is not None:
            following = self._ticks.after(last)
        elif bounds.start_date is not None:
            following = self._ticks.at_or_after(bounds.start_date)
        else:
            return latest
        return following if bounds.catchup else max(following, latest)


class Triggers:
    """Runs at ticks, dated by them; no interval.

    ``immediately`` says whether the first run of a DAG without a start date is that of the last tick, not the next:
    always, never, when that was so many seconds ago, or (None) less than a tenth of the time between the two.
    """

    def __init__(self, ticks: CronTicks, immediately: bool | float | None = False) -> None:
        self._ticks = ticks
        self._immediately = immediately

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next tick; without catchup the latest that has been, if it is later."""
        if last is None and bounds.start_date is None:
            at = self._first(now)
        else:
            at = self._ticks.after(last) if last else self._ticks.at_or_after(bounds.start_date or now)
            if not bounds.catchup:
                at = max(at, self._ticks.at_or_before(now))
        return _bounded(DueRun(at, at, at, at), bounds)

    def runs_from(self, first: datetime, _start_date: datetime | None) -> Iterator[DueRun]:
        """The runs at ``first`` or later."""
        return (DueRun(at, at, at, at) for at in self._ticks.all_from(first))

    def _first(self, now: datetime) -> datetime:
        if self._immediately is False:
            return self._ticks.after(now)
        before, after = self._ticks.at_or_before(now), self._ticks.after(now)
        if self._immediately is True:
            return before
        limit = (after - before) / 10 if self._immediately is None else timedelta(seconds=self._immediately)
        return before if now - before <= limit else after


class DeltaIntervals:
    """A fixed distance between runs, counted from the start date; as data intervals or as mere ticks.

    ``months`` come on top of ``delta``: their length varies.
    """

    def __init__(self, delta: timedelta, *, months: int = 0, data: bool) -> None:
        self._delta = delta
        self._months = months
        self._data = data

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next multiple of the delta; without catchup the latest that is due, if it is later."""
        start = self._after(last) if last is not None else bounds.start_date or now
        if not bounds.catchup:
            start = self._latest(start, now)
        end = self._after(start) if self._data else start
        return _bounded(DueRun(end, start, start, end), bounds)

    def runs_from(self, first: datetime, start_date: datetime | None) -> Iterator[DueRun]:
        """The runs that begin at ``first`` or later, counted from ``start_date``."""
        start = start_date or first
        if not self._months:
            start += max(0, -((start - first) // self._delta)) * self._delta
        while True:
            end = self._after(start)
            if start >= first:
                over = end if self._data else start
                yield DueRun(over, start, start, over)
            start = end

    def _latest(self, start: datetime, now: datetime) -> datetime:
        """``start``, or the last one after it whose run is due."""
        due = self._after(start) if self._data else start
        if not self._months:
            return start + max(0, (now - due) // self._delta) * self._delta
        while (due := self._after(due)) <= now:
            start = self._after(start)
        return start

    def _after(self, moment: datetime) -> datetime:
        years, month = divmod(moment.month - 1 + self._months, 12)
        year = moment.year + years
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + self._delta


class Leading:
    """A trigger schedule whose runs are about the time ``lead`` before their ticks, and are dated by its beginning."""

    def __init__(self, table: Intervals | Triggers | DeltaIntervals, lead: timedelta) -> None:
        self._table = table
        self._lead = lead

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The next tick's run; the DAG's dates are held against ticks."""
        run = self._table.next_run(None if last is None else last + self._lead, bounds, now)
        return None if run is None else self._of_tick(run)

    def runs_from(self, first: datetime, start_date: datetime | None) -> Iterator[DueRun]:
        """The runs whose intervals begin at ``first`` or later."""
        return map(self._of_tick, self._table.runs_from(first + self._lead, start_date))

    def _of_tick(self, run: DueRun) -> DueRun:
        start = run.run_after - self._lead
        return DueRun(run.run_after, start, start, run.run_after)


#: What can list the runs of any range.
Regular = Intervals | Triggers | DeltaIntervals | Leading


class Listed:
    """The runs of a timetable that users wrote, as it gave them when its file was read last.

    The file is read again before the list ends, so that the scheduler never runs such code itself.
    """

    def __init__(self, runs: list[dict[str, str]]) -> None:
        self._runs = [_listed(**{name: datetime.fromisoformat(text) for name, text in run.items()}) for run in runs]

    def next_run(self, last: datetime | None, bounds: Bounds, now: datetime) -> DueRun | None:
        """The first one after ``last``; without catchup the latest that is due, if there is one."""
        first = bounds.start_date
        later = [run for run in self._runs if (run.start > last if last else first is None or run.run_after >= first)]
        if not bounds.catchup:
            later = [run for run in later if run.run_after <= now][-1:] or later
        return _bounded(later[0], bounds) if later else None

    def complete_at(self, moment: datetime) -> tuple[datetime, datetime]:
        """The last interval that was over at ``moment``, which stands for itself when there is none."""
        over = [(run.start, run.end) for run in self._runs if run.end <= moment]
        return over[-1] if over else (moment, moment)


def _listed(run_after: datetime, start: datetime, end: datetime) -> DueRun:
    return DueRun(run_after, start, start, end)


def _bounded(run: DueRun, bounds: Bounds) -> DueRun | None:
    return run if bounds.end_date is None or run.logical_date <= bounds.end_date else None
