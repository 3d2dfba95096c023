"""What ``airflow.utils.timezone`` offers: dates with a time zone."""

from __future__ import annotations

from datetime import UTC, tzinfo
from datetime import datetime as _datetime
from typing import Any

from headway.authoring.defaults import default_zone

__all__ = [
    "coerce_datetime",
    "convert_to_utc",
    "datetime",
    "from_timestamp",
    "is_localized",
    "is_naive",
    "local_timezone",
    "make_aware",
    "make_naive",
    "parse",
    "parse_timezone",
    "utc",
    "utc_epoch",
    "utcnow",
]

utc = UTC


def utcnow() -> _datetime:
    """The present moment in UTC."""
    return _datetime.now(UTC)


def datetime(*args: Any, **kwargs: Any) -> _datetime:
    """``datetime.datetime`` of the same arguments; in the default zone when no ``tzinfo`` is among them."""
    made = _datetime(*args, **kwargs)  # noqa: DTZ001  (the zone is set right below)
    return made if made.tzinfo else made.replace(tzinfo=default_zone())


def parse(text: str, timezone: Any = None) -> _datetime:
    """A point in time from an ISO 8601 text; in ``timezone`` (the default one) when it names none."""
    made = _datetime.fromisoformat(text)
    return made if made.tzinfo else made.replace(tzinfo=timezone or default_zone())


def is_localized(value: _datetime) -> bool:
    """Whether a point in time has a time zone."""
    return value.utcoffset() is not None


def is_naive(value: _datetime) -> bool:
    """Whether a point in time has no time zone."""
    return not is_localized(value)


def make_aware(value: _datetime, timezone: tzinfo | None = None) -> _datetime:
    """``value`` in ``timezone`` (the default one); raises ValueError if it has a time zone already."""
    if is_localized(value):
        raise ValueError(f"make_aware() expected a datetime without a time zone, got {value.isoformat()}")
    return value.replace(tzinfo=timezone or default_zone())


def make_naive(value: _datetime, timezone: tzinfo | None = None) -> _datetime:
    """The clock time of ``value`` in ``timezone`` (the default one), without the zone."""
    return value.astimezone(timezone or default_zone()).replace(tzinfo=None)


def coerce_datetime(value: _datetime | None, tz: tzinfo | None = None) -> Any:
    """``value`` as pendulum's, in ``tz`` (the default one) when it has no time zone of its own; None for None."""
    import pendulum

    if value is None:
        return None
    return pendulum.instance(value if is_localized(value) else value.replace(tzinfo=tz or default_zone()))


def from_timestamp(timestamp: float, tz: Any = UTC) -> _datetime:
    """The moment so many seconds after 1970."""
    return _datetime.fromtimestamp(timestamp, parse_timezone(tz) if isinstance(tz, str) else tz)


def utc_epoch() -> _datetime:
    """1 January 1970 in UTC."""
    return _datetime(1970, 1, 1, tzinfo=UTC)


def parse_timezone(name: str | int) -> Any:
    """A time zone by its name, or by its distance from UTC in seconds."""
    import pendulum

    package: Any = pendulum  # to mypy, its function timezone is the module of that name
    return package.timezone(name)


def local_timezone() -> Any:
    """The time zone of this host."""
    import pendulum

    package: Any = pendulum
    return package.local_timezone()


def convert_to_utc(value: _datetime | None) -> _datetime | None:
    """``value`` in UTC; one without a time zone is UTC already."""
    if value is None:
        return None
    return value.astimezone(UTC) if is_localized(value) else value.replace(tzinfo=UTC)
