"""What ``airflow.utils.dates`` offered: start dates and ranges of dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from headway.airflow import timezone
from headway.airflow.old_names import days_ago
from headway.authoring.schedules import PRESETS

__all__ = [
    "cron_presets",
    "date_range",
    "datetime",
    "datetime_to_nano",
    "days_ago",
    "infer_time_unit",
    "parse_execution_date",
    "round_time",
    "scale_time_units",
    "timedelta",
    "timezone",
]

cron_presets = dict(PRESETS)

_UNITS = {"minutes": 60.0, "hours": 3600.0, "days": 86_400.0}


def date_range(
    start_date: datetime, end_date: datetime | None = None, num: int | None = None, delta: Any = None
) -> list[datetime]:
    """The dates from ``start_date`` to ``end_date``, or ``num`` of them, ``delta`` (a timedelta or a cron) apart."""
    if not delta:
        return []
    if end_date is not None and num is not None:
        raise ValueError("expected end_date or num, got both")
    if num is None and end_date is None:
        end_date = datetime.now(UTC) if start_date.tzinfo else datetime.now(UTC).replace(tzinfo=None)
    step = _forwards(delta) if num is None or num >= 0 else _backwards(delta)
    found: list[datetime] = []
    at = start_date
    while len(found) < abs(num) if num is not None else (end_date is not None and at <= end_date):
        found.append(at)
        at = step(at)
    return sorted(found)


def _forwards(delta: Any) -> Any:
    if isinstance(delta, (timedelta, int, float)):
        return lambda at: at + _length(delta)
    from croniter import croniter

    return lambda at: croniter(cron_presets.get(delta, delta), at).get_next(datetime)


def _backwards(delta: Any) -> Any:
    if isinstance(delta, (timedelta, int, float)):
        return lambda at: at - abs(_length(delta))
    from croniter import croniter

    return lambda at: croniter(cron_presets.get(delta, delta), at).get_prev(datetime)


def _length(delta: Any) -> timedelta:
    return delta if isinstance(delta, timedelta) else timedelta(seconds=float(delta))


def round_time(dt: datetime, delta: Any, start_date: datetime | None = None) -> datetime:
    """The last moment not behind ``dt`` that lies a whole number of ``delta`` behind ``start_date``."""
    start = start_date or datetime.min.replace(tzinfo=dt.tzinfo)
    if not isinstance(delta, timedelta):
        from croniter import croniter

        moment: datetime = croniter(cron_presets.get(delta, delta), dt + timedelta(microseconds=1)).get_prev(datetime)
        return max(moment, start)
    return start + ((dt - start) // delta) * delta


def infer_time_unit(time_seconds_arr: list[float]) -> str:
    """The largest unit in which the longest of these durations is still about two or more."""
    longest = max(time_seconds_arr, default=0.0)
    if not time_seconds_arr:
        return "hours"
    if longest <= 2 * _UNITS["minutes"]:
        return "seconds"
    if longest <= 2 * _UNITS["hours"]:
        return "minutes"
    return "hours" if longest <= 2 * _UNITS["days"] else "days"


def scale_time_units(time_seconds_arr: list[float], unit: str) -> list[float]:
    """Durations in seconds, in another unit."""
    return [seconds / _UNITS.get(unit, 1.0) for seconds in time_seconds_arr]


def parse_execution_date(execution_date_str: str) -> datetime:
    """A point in time from an ISO 8601 text; UTC when it names no zone."""
    return timezone.parse(execution_date_str)


def datetime_to_nano(when: datetime | None) -> int | None:
    """Nanoseconds since 1970, to the microsecond."""
    return None if when is None else int(timezone.convert_to_utc(when).timestamp() * 1_000_000) * 1000  # type: ignore[union-attr]
