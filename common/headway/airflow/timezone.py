"""What ``airflow.utils.timezone`` offers: dates with a time zone."""

from __future__ import annotations

from datetime import UTC, tzinfo
from datetime import datetime as _datetime
from typing import Any

__all__ = [
    "convert_to_utc",
    "datetime",
    "is_localized",
    "is_naive",
    "make_aware",
    "make_naive",
    "parse",
    "utc",
    "utcnow",
]

utc = UTC


def utcnow() -> _datetime:
    """The present moment in UTC."""
    return _datetime.now(UTC)


def datetime(*args: Any, **kwargs: Any) -> _datetime:
    """``datetime.datetime`` of the same arguments; UTC when no ``tzinfo`` is among them."""
    made = _datetime(*args, **kwargs)  # noqa: DTZ001  (the zone is set right below)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def parse(text: str, timezone: Any = None) -> _datetime:
    """A point in time from an ISO 8601 text; in ``timezone`` (UTC) when it names none."""
    made = _datetime.fromisoformat(text)
    return made if made.tzinfo else made.replace(tzinfo=timezone or UTC)


def is_localized(value: _datetime) -> bool:
    """Whether a point in time has a time zone."""
    return value.utcoffset() is not None


def is_naive(value: _datetime) -> bool:
    """Whether a point in time has no time zone."""
    return not is_localized(value)


def make_aware(value: _datetime, timezone: tzinfo | None = None) -> _datetime:
    """``value`` in ``timezone`` (UTC); raises ValueError if it has a time zone already."""
    if is_localized(value):
        raise ValueError(f"make_aware() expected a datetime without a time zone, got {value.isoformat()}")
    return value.replace(tzinfo=timezone or UTC)


def make_naive(value: _datetime, timezone: tzinfo | None = None) -> _datetime:
    """The clock time of ``value`` in ``timezone`` (UTC), without the zone."""
    return value.astimezone(timezone or UTC).replace(tzinfo=None)


def convert_to_utc(value: _datetime | None) -> _datetime | None:
    """``value`` in UTC; one without a time zone is UTC already."""
    if value is None:
        return None
    return value.astimezone(UTC) if is_localized(value) else value.replace(tzinfo=UTC)
