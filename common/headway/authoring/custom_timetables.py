"""Timetables that users write: what their methods take and return, and the runs that they are asked for.

Such code never runs in the scheduler. When its file is read, the process that reads it asks the timetable for
its next runs; the scheduler plans from that list, and the file is read again before the list ends. A backfill has
such a process list those of its range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from headway.authoring.current_file import fault
from headway.authoring.moments import now, to_pendulum
from headway.authoring.timetables import Timetable, class_name
from headway.authoring.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headway.authoring.dag import DAG

LISTED = 60  # runs of a timetable that one look asks for
_MOST_PAST = 20_000  # runs that a timetable may leave behind to come to the present
_LONGEST = timedelta(days=1)  # until the next look
_SHORTEST = timedelta(seconds=20)


class DataInterval(NamedTuple):
    """The data that a run is about."""

    start: Any
    end: Any

    @classmethod
    def exact(cls, at: Any) -> DataInterval:
        """The interval that is one moment."""
        return cls(at, at)


class TimeRestriction(NamedTuple):
    """What limits a schedule: the DAG's dates, and whether it catches up."""

    earliest: Any
    latest: Any
    catchup: bool


class DagRunInfo(NamedTuple):
    """One run to come: when it may start, and what it is about."""

    run_after: Any
    data_interval: Any

    @classmethod
    def exact(cls, at: Any) -> DagRunInfo:
        """A run at a moment, about that moment."""
        return cls(at, DataInterval.exact(at))

    @classmethod
    def interval(cls, start: Any, end: Any) -> DagRunInfo:
        """A run at the end of an interval, about it."""
        return cls(end, DataInterval(start, end))

    @property
    def logical_date(self) -> Any:
        """The date of the run: where its data begin."""
        return self.data_interval.start


class EventsTimetable(Timetable):
    """Runs a DAG at each of the moments listed."""

    def __init__(
        self,
        event_dates: Sequence[datetime],
        restrict_to_events: bool = False,
        presorted: bool = False,
        description: str | None = None,
    ) -> None:
        self.event_dates = [moment(one) for one in event_dates]
        if not presorted:
            self.event_dates.sort()
        self._text = description or f"{len(self.event_dates)} events"

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The first event after the last run."""
        last, earliest = last_automated_data_interval, restriction.earliest
        events = [at for at in self.event_dates if last is None or at > last.start]
        events = [at for at in events if earliest is None or at >= earliest]
        if not restriction.catchup:  # of those that have been, the latest alone
            events = [at for at in events if at <= now()][-1:] + [at for at in events if at > now()]
        return DagRunInfo.exact(events[0]) if events else None


Run = tuple[datetime, datetime, datetime]

#: The interval of a DAG's last scheduled run, by its id; None before the first one.
LastInterval = Callable[[str], "tuple[datetime, datetime] | None"]


def listed(dag: DAG, last_interval: LastInterval) -> dict[str, Any]:
    """The next runs of a DAG with such a timetable, for its ``schedule``, and when to look again.

    ``runs`` hold ``run_after``, ``start`` and ``end`` in ISO 8601; ``until`` is when half of them are due, but
    neither sooner than in 20 seconds nor later than in a day.
    """
    every = _runs(dag, last_interval(dag.dag_id))
    runs = list(islice(every if dag.catchup else _latest_on(every), LISTED))
    soonest, latest = now() + _SHORTEST, now() + _LONGEST
    middle = runs[len(runs) // 2][0] if len(runs) == LISTED else latest
    return {
        "runs": [dict(zip(("run_after", "start", "end"), map(datetime.isoformat, run), strict=True)) for run in runs],
        "until": min(max(middle, soonest), latest).isoformat(),
    }


def runs_between(dag: DAG, first: datetime, last: datetime, limit: int) -> list[Run]:
    """(when, start, end) of the runs that begin in [``first``, ``last``], oldest first, ``limit`` at most."""
    every = _each(dag, TimeRestriction(_given(first), _given(last), True), None)
    inside = takewhile(lambda run: run[1] <= last, every)
    return list(islice((run for run in inside if run[1] >= first), limit))


def _latest_on(runs: Iterator[Run]) -> Iterator[Run]:
    """The latest run that is due, and those to come: what no catchup means, whatever the timetable says."""
    held: Run | None = None
    for run in islice(runs, _MOST_PAST):
        if held is not None and run[0] > now():
            yield held
        held = run
    if held is not None:
        yield held


def _runs(dag: DAG, last: tuple[datetime, datetime] | None) -> Iterator[Run]:
    """(when, start, end) of each run after ``last``, until the timetable has no more."""
    starts = [task.start_date for task in dag.tasks if task.start_date is not None]
    earliest = dag.start_date or min(starts, default=None)
    restriction = TimeRestriction(_given(earliest), _given(dag.end_date), dag.catchup)
    return _each(dag, restriction, None if last is None else DataInterval(*map(_given, last)))


def _each(dag: DAG, restriction: TimeRestriction, interval: DataInterval | None) -> Iterator[Run]:
    timetable: Any = dag.schedule.timetable
    name = class_name(timetable)
    while True:
        info = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction)
        if info is None:
            return
        if not isinstance(info, DagRunInfo):
            text = f"next_dagrun_info of timetable {name} returns {type(info).__name__}"
            raise fault(text, "return a DagRunInfo, or None when there is no more run", dag.place)
        start, end = info.data_interval
        if interval is not None and _utc(start) <= _utc(interval.start):
            text = f"timetable {name} gives a run at {start} after the one at {interval.start}"
            raise fault(text, "let next_dagrun_info go forward from last_automated_data_interval", dag.place)
        interval = DataInterval(_given(start), _given(end))
        yield _utc(info.run_after), _utc(start), _utc(end)


def _given(value: datetime | None) -> Any:
    """As a timetable gets it: in UTC always, for timetables look at the hour and the day of the week."""
    return None if value is None else to_pendulum(_utc(value))


def _utc(value: Any) -> datetime:
    plain = moment(value)
    return datetime.fromtimestamp(plain.timestamp(), UTC)
