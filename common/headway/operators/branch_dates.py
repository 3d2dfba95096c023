"""Branches that the calendar chooses: by the day of the week, by a window of time."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from headway.authoring.arguments import note_old_name
from headway.authoring.current_file import fault
from headway.operators.branching import BaseBranchOperator
from headway.operators.days import day_number, local_moment, week_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from headway.authoring.weekday import WeekDay


class _DateBranch(BaseBranchOperator):
    """Follows one of two branches; with ``use_task_logical_date`` the run's logical date decides, else now."""

    def __init__(
        self,
        *,
        follow_task_ids_if_true: str | Iterable[str],
        follow_task_ids_if_false: str | Iterable[str],
        use_task_logical_date: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.follow_task_ids_if_true = follow_task_ids_if_true
        self.follow_task_ids_if_false = follow_task_ids_if_false
        self.use_task_logical_date = use_task_logical_date

    def is_true(self, context: Mapping[str, Any]) -> bool:
        """Which of the two it is."""
        raise NotImplementedError

    def choose_branch(self, context: Mapping[str, Any]) -> str | Iterable[str]:
        """The branch for true or for false."""
        chosen = self.follow_task_ids_if_true if self.is_true(context) else self.follow_task_ids_if_false
        return chosen if isinstance(chosen, str) else list(chosen)


class BranchDayOfWeekOperator(_DateBranch):
    """Asks whether it is one of the days ``week_day``, in the DAG's time zone."""

    def __init__(
        self,
        *,
        week_day: str | WeekDay | Iterable[str | WeekDay],
        use_task_execution_day: bool = False,
        use_task_logical_date: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(use_task_logical_date=use_task_logical_date or use_task_execution_day, **kwargs)
        if use_task_execution_day:
            note_old_name(self, "use_task_execution_day", "use_task_logical_date")
        self.week_day = week_day
        self._days = week_days(self, week_day)

    def is_true(self, context: Mapping[str, Any]) -> bool:
        """Whether the day is among them."""
        return day_number(self, context, of_run=self.use_task_logical_date) in self._days


class BranchDateTimeOperator(_DateBranch):
    """Asks whether it is between ``target_lower`` and ``target_upper``, both included; None is no limit.

    A limit is a datetime, or a time of the day; without a time zone it is in the DAG's. Two times of which
    the upper is the earlier one span midnight.
    """

    def __init__(
        self,
        *,
        target_lower: datetime | time | None,
        target_upper: datetime | time | None,
        use_task_execution_date: bool = False,
        use_task_logical_date: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(use_task_logical_date=use_task_logical_date or use_task_execution_date, **kwargs)
        if use_task_execution_date:
            note_old_name(self, "use_task_execution_date", "use_task_logical_date")
        if target_lower is None and target_upper is None:
            text = f"task {self.task_id!r}: neither target_lower nor target_upper is given"
            raise fault(text, "give at least one limit", self.place)
        self.target_lower = target_lower
        self.target_upper = target_upper

    def is_true(self, context: Mapping[str, Any]) -> bool:
        """Whether the moment lies within the limits."""
        moment = local_moment(self, context, of_run=self.use_task_logical_date)
        lower, upper = _limit(self.target_lower, moment), _limit(self.target_upper, moment)
        if self._spans_midnight():
            return _reached(lower, moment) or _reached(moment, upper)
        return _reached(lower, moment) and _reached(moment, upper)

    def _spans_midnight(self) -> bool:
        lower, upper = self.target_lower, self.target_upper
        return isinstance(lower, time) and isinstance(upper, time) and upper < lower


def _limit(given: datetime | time | None, moment: datetime) -> datetime | None:
    """The limit on the day of ``moment``, in its time zone unless it has one."""
    if given is None:
        return None
    whole = given if isinstance(given, datetime) else datetime.combine(moment, given)
    return whole if whole.tzinfo else whole.replace(tzinfo=moment.tzinfo)


def _reached(earlier: datetime | None, later: datetime | None) -> bool:
    return earlier is None or later is None or earlier <= later
