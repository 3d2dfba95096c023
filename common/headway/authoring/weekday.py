"""Days of the week by name and by number."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class WeekDay(IntEnum):
    """The days as ISO 8601 numbers them: Monday is 1."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7

    @classmethod
    def get_weekday_number(cls, week_day_str: str) -> WeekDay:
        """The day of that English name, in any case; raises ``AttributeError`` for another text."""
        try:
            return cls[week_day_str.strip().upper()]
        except KeyError:
            raise AttributeError(f"expected a day such as 'Monday', got {week_day_str!r}") from None

    @classmethod
    def convert(cls, day: str | WeekDay) -> int:
        """The number of a day that is named or a ``WeekDay``."""
        return int(cls.get_weekday_number(day)) if isinstance(day, str) else int(cls(day))

    @classmethod
    def validate_week_day(cls, week_day: str | WeekDay | Iterable[str | WeekDay]) -> set[int]:
        """The numbers of one day or of several; raises ``TypeError`` for anything else."""
        if isinstance(week_day, (str, WeekDay)):
            return {cls.convert(week_day)}
        if isinstance(week_day, Iterable):
            return {cls.convert(day) for day in week_day}
        raise TypeError(f"expected a day or several, got {week_day!r}")


#: Saturday and Sunday.
WEEKEND_DAYS = frozenset({WeekDay.SATURDAY, WeekDay.SUNDAY})
#: Monday to Friday.
WORKING_DAYS = frozenset(WeekDay) - WEEKEND_DAYS
