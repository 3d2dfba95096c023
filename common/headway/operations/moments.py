"""Points in time that people name, held to what calendars and the metastore can hold."""

from __future__ import annotations

from datetime import UTC, datetime

from headway.errors import InvalidInput

# Two years away from the ends of Python's calendar: no zone, interval or tick around them falls off it.
_FIRST, _LAST = 3, 9997


def in_utc(moment: datetime, what: str) -> datetime:
    """The aware ``moment`` in UTC; raises ``InvalidInput`` that calls it ``what`` for one of no usable year."""
    if not _FIRST <= moment.year <= _LAST:
        raise InvalidInput(f"{what}: expected a year from {_FIRST} to {_LAST}, got {moment.year}", "correct the date")
    return moment.astimezone(UTC)
