"""Durations and moments as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from headway.errors import InvalidInput

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(\d{1,6})\s*([smhdw])")


def parse_duration(text: str) -> timedelta:
    """``90s``, ``15m``, ``12h``, ``30d`` or ``8w``; raises ``InvalidInput`` for anything else."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidInput(f"expected a duration such as 12h or 30d, got {text!r}", "a number and one of s, m, h, d, w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def parse_moment(text: str) -> datetime:
    """``2026-01-31`` or ``2026-01-31T06:00:00+01:00``; UTC unless the text says otherwise.

    Raises ``InvalidInput`` for anything else.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(
            f"expected a date or time in ISO 8601, got {text!r}", "write 2026-01-31 or 2026-01-31T06:00:00+01:00"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
