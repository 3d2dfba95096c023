"""Timetables: schedules as objects, for what a cron text or a timedelta alone cannot say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from headway.authoring.schedules import cron_schedule, delta_schedule


class Timetable:
    """A schedule as an object; ``describe`` gives the schedule dictionary of the structure."""

    summary = ""

    def describe(self, timezone: str) -> dict[str, Any]:
        """The schedule; ``timezone`` is the DAG's, for timetables without one of their own."""
        raise NotImplementedError


class _Cron(Timetable):
    interval = "trigger"

    def __init__(self, *crons: str, timezone: Any = None, **_: Any) -> None:
        self.crons = list(crons)
        self.timezone = timezone
        self.summary = " | ".join(crons)

    def describe(self, timezone: str) -> dict[str, Any]:
        """A cron schedule in the timetable's own time zone, if it has one."""
        return cron_schedule(self.crons, self.interval, self.timezone or timezone)


class CronTriggerTimetable(_Cron):
    """Runs a DAG at each moment of a cron expression."""

    def __init__(self, cron: str, *, timezone: Any = None, interval: Any = None, run_immediately: Any = None) -> None:
        super().__init__(cron, timezone=timezone)
        self.data_interval = interval or timedelta(0)
        self.run_immediately = run_immediately


class MultipleCronTriggerTimetable(_Cron):
    """Runs a DAG at each moment of any of several cron expressions."""


class CronDataIntervalTimetable(_Cron):
    """Runs a DAG after each interval between two moments of a cron expression."""

    interval = "data"

    def __init__(self, cron: str, timezone: Any = None) -> None:
        super().__init__(cron, timezone=timezone)


class _Delta(Timetable):
    interval = "trigger"

    def __init__(self, delta: Any, **_: Any) -> None:
        self.delta = delta
        self.summary = str(delta)

    def describe(self, timezone: str) -> dict[str, Any]:
        """A schedule with equal distances."""
        return delta_schedule(self.delta, self.interval)


class DeltaTriggerTimetable(_Delta):
    """Runs a DAG again and again, a fixed time apart."""


class DeltaDataIntervalTimetable(_Delta):
    """Runs a DAG after each interval of a fixed length."""

    interval = "data"
