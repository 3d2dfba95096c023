"""``DayOfWeekSensor``: waits for a day of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.arguments import note_old_name
from headway.operators.days import day_number, week_days
from headway.sensors.base import BaseSensorOperator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headway.authoring.context import Context
    from headway.authoring.weekday import WeekDay

__all__ = ["DayOfWeekSensor"]


class DayOfWeekSensor(BaseSensorOperator):
    """Waits until it is one of the days ``week_day`` in the DAG's time zone.

    With ``use_task_logical_date`` it asks for the run's logical date instead, which does not change.
    """

    def __init__(
        self,
        *,
        week_day: str | WeekDay | Iterable[str | WeekDay],
        use_task_logical_date: bool = False,
        use_task_execution_day: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.week_day = week_day
        self.use_task_logical_date = use_task_logical_date or use_task_execution_day
        self._days = week_days(self, week_day)
        if use_task_execution_day:
            note_old_name(self, "use_task_execution_day", "use_task_logical_date")

    def poke(self, context: Context) -> bool:
        """Whether it is such a day."""
        return day_number(self, context, of_run=self.use_task_logical_date) in self._days
