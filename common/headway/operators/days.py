"""What operators and sensors that look at the calendar share: the day and the moment in the DAG's time zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from headway.authoring.current_file import fault
from headway.authoring.moments import now
from headway.authoring.weekday import WeekDay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headway.authoring.operator import BaseOperator


def local_moment(task: BaseOperator, context: Mapping[str, Any], *, of_run: bool) -> datetime:
    """Now, or the run's logical date, in the time zone of the task's DAG."""
    run = context["dag_run"]
    moment: datetime = (run.logical_date or run.run_after) if of_run else now()
    return moment.astimezone(ZoneInfo(task.dag.timezone))


def day_number(task: BaseOperator, context: Mapping[str, Any], *, of_run: bool) -> int:
    """The day of the week, Monday as 1."""
    return local_moment(task, context, of_run=of_run).isoweekday()


def week_days(task: BaseOperator, given: Any) -> set[int]:
    """The numbers of the days in a task's argument ``week_day``; a wrong one is the file's fault."""
    try:
        return WeekDay.validate_week_day(given)
    except (AttributeError, TypeError, ValueError) as error:
        text = f"task {task.task_id!r}: week_day: {error}"
        raise fault(text, "write days like 'Monday', or WeekDay.MONDAY", task.place) from None
