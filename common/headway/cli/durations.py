"""Durations and moments as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from headway.errors import InvalidInput
from headway.settings import load_settings

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(\d{1,6})\s*([smhdw])")


def parse_duration(text: str) -> timedelta:
    """``90s``, ``15m``, ``12h``, ``30d`` or ``8w``; raises ``InvalidInput`` for anything else."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidInput(f"expected a duration such as 12h or 30d, got {text!r}", "a number and one of s, m, h, d, w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def parse_moment(text: str) -> datetime:
    """``2026-01-31`` or ``2026-01-31T06:00:00+01:00``, in UTC; a text without an offset is in ``defaults.timezone``.

    Raises ``InvalidInput`` for anything else.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(
            f"expected a date or time in ISO 8601, got {text!r}", "write 2026-01-31 or 2026-01-31T06:00:00+01:00"
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(load_settings().defaults.timezone))
    return _in_utc(found, text)


def _in_utc(found: datetime, text: str) -> datetime:
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(f"expected a date of the calendar, got {text!r}", "correct the date") from None
