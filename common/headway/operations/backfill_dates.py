"""Which dates of a range a backfill takes, and what it leaves out of the range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from headway.errors import InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries.backfills import LeftOut
from headway.metastore.queries.dag_list import ScheduleFacts
from headway.operations.timetable_runs import Question, question

if TYPE_CHECKING:
    from headway.timetables import DueRun

MAX_DATES = 100_000


@dataclass(frozen=True, slots=True)
class Dates:
    """The runs of a range, oldest first, from the logical date ``first`` to ``last``, and what was left out."""

    runs: list[DueRun]
    first: datetime
    last: datetime
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True)
class Range:
    """The logical dates from ``from_date`` to ``to_date``, both of them, of a DAG whose schedule gives dates."""

    dag_id: str
    facts: ScheduleFacts
    from_date: datetime
    to_date: datetime

    def question(self, conn: Connection) -> Question | None:
        """What a scheduler must be asked about a timetable that users wrote; None for any other."""
        return question(conn, self.dag_id, *self._reach(), MAX_DATES + 1) if self._is_custom else None

    def dates(self, own: Sequence[DueRun]) -> Dates:
        """The dates that are due; ``own`` is the answer to ``question``.

        Raises ``InvalidInput`` when there are none, or more than ``MAX_DATES``.
        """
        every = own if self._is_custom else self._between(*self._reach())
        runs = list(islice((run for run in every if run.run_after <= self.facts.now), MAX_DATES + 1))
        if not runs:
            raise self._no_date(own)
        if len(runs) > MAX_DATES:
            reached = runs[MAX_DATES - 1].logical_date.isoformat()
            fault = f"the range has more than {MAX_DATES:,} dates: those reach to {reached}"
            raise InvalidInput(fault, "split it there")
        first, last = runs[0].logical_date, runs[-1].logical_date
        return Dates(runs, first, last, self._left_out(own, first, last))

    @property
    def _is_custom(self) -> bool:
        return bool(self.facts.schedule["kind"] == "custom")

    def _reach(self) -> tuple[datetime, datetime]:
        """Where it begins and ends, as far as the DAG's dates and the present let it."""
        first = max(filter(None, (self.from_date, self.facts.start_date)))
        return first, min(filter(None, (self.to_date, self.facts.end_date, self.facts.now)))

    def _between(self, first: datetime, last: datetime) -> Iterator[DueRun]:
        from headway.timetables import runs_between  # croniter takes its time

        return runs_between(self.facts.schedule, self.facts.start_date, first, last)

    def _left_out(self, own: Sequence[DueRun], first: datetime, last: datetime) -> list[LeftOut]:
        start, end, now = self.facts.start_date, self.facts.end_date, self.facts.now
        parts = []
        if start and self.from_date < start:
            words = f"the range begins at {_moment(first)}: the DAG's start date is {_moment(start)}"
            parts.append(LeftOut("start_date", first, start, words))
        if self._has_more_to_come(own, last):
            words = f"the range ends at {_moment(last)}: dates after that are not due yet"
            parts.append(LeftOut("not_due", last, now, words))
        elif end and end < self.to_date:
            words = f"the range ends at {_moment(last)}: the DAG's end date is {_moment(end)}"
            parts.append(LeftOut("end_date", last, end, words))
        return parts

    def _has_more_to_come(self, own: Sequence[DueRun], after: datetime) -> bool:
        """Whether dates of the range are not due yet; ``after`` is the last that is, or where the range begins.

        A users' timetable is not asked for dates to come: of a range that reaches beyond now it is taken to have some.
        """
        now, end = self.facts.now, min(filter(None, (self.to_date, self.facts.end_date)))
        if self._is_custom:
            return max(after, now) < end or any(run.run_after > now for run in own)
        return any(run.run_after > now for run in islice(self._between(after, end), 2))

    def _no_date(self, own: Sequence[DueRun]) -> InvalidInput:
        start, end = self.facts.start_date, self.facts.end_date
        if self._has_more_to_come(own, self._reach()[0]):
            now = f"{self.facts.now.astimezone(UTC):%Y-%m-%d %H:%MZ}"
            remedy = f"choose dates before now ({now}); the schedule makes later runs when they are due"
            return InvalidInput(f"no date of DAG {self.dag_id!r} in the range is due yet", remedy)
        remedy = "choose a longer range"
        if start and start > self.to_date:
            remedy = f"it begins on {start.isoformat()}"
        elif end and end < self.from_date:
            remedy = f"it ended on {end.isoformat()}"
        return InvalidInput(f"the schedule of DAG {self.dag_id!r} has no date in the range", remedy)


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
