"""Sensors that wait for a moment in time.

As ``…Async`` or with ``deferrable=True`` a trigger waits for it; in reschedule mode they are run again at that
very moment.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from headway.authoring.current_file import fault
from headway.authoring.exceptions import AirflowException
from headway.authoring.moments import now
from headway.authoring.values import duration, moment
from headway.sensors.base import BaseSensorOperator
from headway.triggers.times import DateTimeTrigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context
    from headway.triggers.base import BaseTrigger


class MomentSensor(BaseSensorOperator):
    """Base of sensors that know when they will be done: at ``due``.

    With ``end_from_trigger`` a deferrable one has succeeded when its trigger fires.
    """

    def __init__(
        self,
        *,
        start_from_trigger: bool = False,
        end_from_trigger: bool = False,
        trigger_kwargs: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.end_from_trigger = end_from_trigger

    def due(self, context: Context) -> datetime:
        """The moment, with a time zone."""
        raise NotImplementedError(f"{type(self).__name__} has no due()")

    def poke(self, context: Context) -> bool:
        """Whether the moment has come."""
        due = self.due(context)
        self.log.info("Waiting for %s", due.isoformat())
        return now() >= due

    def make_trigger(self, context: Context) -> BaseTrigger:
        """Waits for the moment."""
        return DateTimeTrigger(self.due(context), end_from_trigger=self.end_from_trigger)

    def seconds_left(self, context: Context) -> float:
        """Seconds until the moment."""
        return max(0.0, (self.due(context) - now()).total_seconds())


class DateTimeSensor(MomentSensor):
    """Waits until ``target_time``: a datetime, or a text in ISO 8601 which may be a template."""

    template_fields: ClassVar[Sequence[str]] = ("target_time",)

    def __init__(self, *, target_time: str | datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(target_time, (str, datetime)):
            text = f"task {self.task_id!r}: target_time: expected a datetime or a text, got {target_time!r}"
            raise fault(text, "give it a datetime, or a template such as '{{ data_interval_end }}'", self.place)
        self.target_time = target_time.isoformat() if isinstance(target_time, datetime) else target_time

    def due(self, context: Context) -> datetime:
        """The target; without a time zone it is in UTC."""
        try:
            return moment(self.target_time)
        except ValueError as error:
            raise AirflowException(f"task {self.task_id!r}: target_time: {error}") from None


class DateTimeSensorAsync(DateTimeSensor):
    """``DateTimeSensor`` that gives its slot back while it waits."""

    deferrable = True


class TimeSensor(MomentSensor):
    """Waits until ``target_time`` of the day on which it began; in the DAG's time zone unless it has one."""

    def __init__(self, *, target_time: time, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(target_time, time):
            text = f"task {self.task_id!r}: target_time: expected a datetime.time, got {target_time!r}"
            raise fault(text, "write it like datetime.time(9, 30)", self.place)
        self.target_time = target_time

    def due(self, context: Context) -> datetime:
        """The time on the day of the first poke."""
        zone = self.target_time.tzinfo or ZoneInfo(self.dag.timezone)
        return datetime.combine(self.began.astimezone(zone), self.target_time.replace(tzinfo=None), zone)


class TimeSensorAsync(TimeSensor):
    """``TimeSensor`` that gives its slot back while it waits."""

    deferrable = True


class TimeDeltaSensor(MomentSensor):
    """Waits until ``delta`` after the end of the run's data interval."""

    def __init__(self, *, delta: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(delta, timedelta):
            text = f"task {self.task_id!r}: delta: expected a timedelta, got {delta!r}"
            raise fault(text, "write it like timedelta(minutes=5)", self.place)
        self.delta = delta

    def due(self, context: Context) -> datetime:
        """The end of the data interval plus the delta; a run without an interval counts from when it was due."""
        run = context["dag_run"]
        found: datetime = (run.data_interval_end or run.run_after) + self.delta
        return found


class TimeDeltaSensorAsync(TimeDeltaSensor):
    """``TimeDeltaSensor`` that gives its slot back while it waits."""

    deferrable = True


class WaitSensor(MomentSensor):
    """Waits for ``time_to_wait`` from its own start on: a timedelta, or a number of minutes."""

    def __init__(self, *, time_to_wait: timedelta | int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        try:
            self.time_to_wait = duration(time_to_wait * 60 if isinstance(time_to_wait, (int, float)) else time_to_wait)
        except ValueError as error:
            text = f"task {self.task_id!r}: time_to_wait: {error}"
            raise fault(text, "give it a timedelta, or minutes", self.place) from None

    def due(self, context: Context) -> datetime:
        """The first poke plus the wait."""
        return self.began + self.time_to_wait
