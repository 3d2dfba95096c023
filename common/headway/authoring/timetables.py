"""Timetables: schedules as objects, for what a cron text or a timedelta alone cannot say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from headway.authoring.assets import as_expression, summary
from headway.authoring.current_file import notice
from headway.authoring.schedules import asset_condition, cron_schedule, delta_schedule, delta_text
from headway.authoring.values import bad


class Timetable:
    """A schedule as an object; ``describe`` gives the schedule dictionary of the structure.

    Users' own timetables define ``next_dagrun_info`` as Airflow's do; ``custom_timetables`` says what becomes of
    it. What is asked of a run that a person starts (``infer_manual_data_interval``) is not called: such a run is
    about the last interval that the timetable had completed.
    """

    description: Any = ""
    _text = ""
    periodic = True
    can_be_scheduled = True

    @property
    def summary(self) -> str:
        """What people read of it."""
        return self._text or class_name(self)

    def describe(self, timezone: str) -> dict[str, Any]:
        """The schedule; ``timezone`` is the DAG's, for timetables without one of their own."""
        return {"kind": "custom", "timetable": class_name(self)} if has_own_runs(self) else self._spec(timezone)

    def _spec(self, timezone: str) -> dict[str, Any]:
        raise NotImplementedError(f"{class_name(self)} does not define next_dagrun_info")

    def next_dagrun_info(self, *, last_automated_data_interval: Any, restriction: Any) -> Any:
        """The run after the one of that interval (None: the first), or None when there is none."""
        from headway.authoring.custom_timetables import DagRunInfo, DataInterval
        from headway.authoring.moments import now, to_pendulum
        from headway.timetables import Bounds, timetable

        table = timetable(self._spec("UTC"))
        bounds = Bounds(restriction.earliest, restriction.latest, restriction.catchup)
        last = last_automated_data_interval
        found = None if table is None else table.next_run(last.start if last else None, bounds, now())
        if found is None:
            return None
        return DagRunInfo(to_pendulum(found.run_after), DataInterval(to_pendulum(found.start), to_pendulum(found.end)))

    def serialize(self) -> dict[str, Any]:
        """Nothing: a timetable is made anew wherever its file is read."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        """A timetable from what ``serialize`` gave."""
        return cls(**data)


def class_name(timetable: Any) -> str:
    """The name of a timetable's class."""
    return type(timetable).__name__


def has_own_runs(timetable: Timetable) -> bool:
    """Whether the class says itself which run comes next."""
    return type(timetable).next_dagrun_info is not Timetable.next_dagrun_info


class _Cron(Timetable):
    interval = "trigger"
    data_interval: Any = None
    run_immediately: Any = False

    def __init__(self, *crons: str, timezone: Any = None, **_: Any) -> None:
        self.crons = list(crons)
        self.timezone = timezone
        self._text = " | ".join(crons)

    def _spec(self, timezone: str) -> dict[str, Any]:
        spec = cron_schedule(self.crons, self.interval, self.timezone or timezone) | _lead(self.data_interval)
        return spec if self.run_immediately is False else spec | {"immediately": _seconds(self.run_immediately)}


def _lead(interval: Any) -> dict[str, float]:
    """What the schedule says of a data interval that ends at each tick."""
    if not interval:
        return {}
    spec = delta_schedule(interval, "trigger")
    if "months" in spec:  # their length varies, and no run could be told from the date of its interval
        raise bad("a timedelta for interval", interval)
    return {"lead": spec["seconds"]}


def _seconds(given: Any) -> bool | float | None:
    return given.total_seconds() if isinstance(given, timedelta) else given


class CronTriggerTimetable(_Cron):
    """Runs a DAG at each moment of a cron expression; ``interval`` is the length of the data interval before it.

    ``run_immediately`` says whether a DAG without a start date begins with the moment that was last: True, False, if
    it was no longer ago than a timedelta, or None: than a tenth of the time to the next one.
    """

    def __init__(self, cron: str, *, timezone: Any = None, interval: Any = None, run_immediately: Any = False) -> None:
        super().__init__(cron, timezone=timezone)
        self.data_interval = interval
        self.run_immediately = run_immediately


class MultipleCronTriggerTimetable(_Cron):
    """Runs a DAG at each moment of any of several cron expressions."""

    def __init__(self, *crons: str, timezone: Any = None, interval: Any = None, run_immediately: Any = False) -> None:
        super().__init__(*crons, timezone=timezone)
        self.data_interval = interval
        self.run_immediately = run_immediately


class CronDataIntervalTimetable(_Cron):
    """Runs a DAG after each interval between two moments of a cron expression."""

    interval = "data"

    def __init__(self, cron: str, timezone: Any = None) -> None:
        super().__init__(cron, timezone=timezone)


class _Delta(Timetable):
    interval = "trigger"

    def __init__(self, delta: Any, *, interval: Any = None, **_: Any) -> None:
        self.delta = delta
        self.data_interval = interval

    @property
    def summary(self) -> str:
        """What people read for the distance."""
        return delta_text(self._spec("UTC"))

    def _spec(self, timezone: str) -> dict[str, Any]:
        return delta_schedule(self.delta, self.interval) | _lead(self.data_interval)


class DeltaTriggerTimetable(_Delta):
    """Runs a DAG again and again, a fixed time apart."""


class DeltaDataIntervalTimetable(_Delta):
    """Runs a DAG after each interval of a fixed length."""

    interval = "data"


class _Trivial(Timetable):
    kind = "none"

    def __init__(self, *_arguments: Any, **_more: Any) -> None:
        self._text = self.kind

    def _spec(self, timezone: str) -> dict[str, Any]:
        return {"kind": self.kind}


class NullTimetable(_Trivial):
    """Runs a DAG only when somebody asks for it."""


class OnceTimetable(_Trivial):
    """Runs a DAG once."""

    kind = "once"


class ContinuousTimetable(_Trivial):
    """Runs a DAG again and again, one run after the other."""

    kind = "continuous"


class AssetTriggeredTimetable(Timetable):
    """Runs a DAG when all of its assets were updated."""

    def __init__(self, assets: Any) -> None:
        self._expression = as_expression(assets)
        self._text = f"when {summary(self._expression)} updated"

    def _spec(self, timezone: str) -> dict[str, Any]:
        return {"kind": "assets", "expression": asset_condition(self._expression)[0]}


class AssetOrTimeSchedule(AssetTriggeredTimetable):
    """Runs a DAG by a timetable, and also when all of its assets were updated."""

    def __init__(self, *, timetable: Timetable, assets: Any = None, datasets: Any = None) -> None:
        super().__init__(assets if assets is not None else datasets)
        self.timetable = timetable
        self._text = f"{timetable.summary}, or {self.summary}"

    def _spec(self, timezone: str) -> dict[str, Any]:
        return {**self.timetable.describe(timezone), "expression": asset_condition(self._expression)[0]}


_NO_PARTITIONS = "assets have no partitions in this version"


class PartitionedAssetTimetable(AssetTriggeredTimetable):
    """Runs a DAG when all of its assets were updated, whatever their partitions."""

    def __init__(self, *, assets: Any, **mapping: Any) -> None:
        super().__init__(assets)
        self.mapping = mapping

    def _spec(self, timezone: str) -> dict[str, Any]:
        notice(f"{_NO_PARTITIONS}: the DAG runs whenever its assets were updated, without a partition_key")
        return super()._spec(timezone)


class CronPartitionTimetable(_Cron):
    """Runs a DAG at each moment of a cron expression; its partitions are left out."""

    def __init__(self, cron: str, *, timezone: Any = None, **more: Any) -> None:
        super().__init__(cron, timezone=timezone)
        self.more = more

    def _spec(self, timezone: str) -> dict[str, Any]:
        notice(f"{_NO_PARTITIONS}: the DAG runs by its cron expression, without a partition_key")
        return super()._spec(timezone)


class PartitionedAtRuntime(NullTimetable):
    """Runs a DAG only when somebody asks for it; what tasks say of partitions is left out."""

    def _spec(self, timezone: str) -> dict[str, Any]:
        notice(f"{_NO_PARTITIONS}: what tasks say of them is left out")
        return super()._spec(timezone)
