"""When a cron expression comes, in a time zone whose clocks are put forward and back.

The policy: a schedule that names its hours means each time on the wall once. A time that the clocks skip
comes right after the gap; one that they show twice comes the first time. A schedule by the hour or finer
(``*`` in its hours) follows the wall: what is skipped is not there, what is shown twice comes twice, so
that real hours pass between its runs.

croniter only does the arithmetic, on times without a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

STEP = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class FixedTicks:
    """Fixed hours: each time on the wall once."""

    def __init__(self, cron: str, zone: ZoneInfo) -> None:
        self._cron = cron
        self._zone = zone

    def after(self, moment: datetime) -> datetime:
        """The first tick later than ``moment``, in UTC."""
        return next(self.all_after(moment))

    def all_after(self, moment: datetime) -> Iterator[datetime]:
        """All ticks later than ``moment``, in UTC; much cheaper than one look after the other."""
        walls = croniter(self._cron, _wall(moment, _offset(moment, self._zone)))
        while True:
            found = self._comes(walls.get_next(datetime))
            if found > moment:  # of the times that the clocks skip, all come at the same moment
                yield found
                moment = found

    def at_or_before(self, moment: datetime) -> datetime:
        """The last tick that is not later than ``moment``, in UTC."""
        local = moment.astimezone(self._zone)
        first = local.replace(fold=0).astimezone(UTC)  # differs in an hour that comes the second time
        walls = croniter(self._cron, local.replace(tzinfo=None) + (moment - first) + STEP)
        while (found := self._comes(walls.get_prev(datetime))) > moment:
            pass
        return found

    def _comes(self, wall: datetime) -> datetime:
        """When the clocks first show ``wall``, or skip it."""
        instant = wall.replace(tzinfo=self._zone).astimezone(UTC)
        if _wall(instant, _offset(instant, self._zone)) == wall:
            return instant
        return _change(instant - _DAY, instant, self._zone)


class WallTicks:
    """Every hour or finer: all the times that the wall shows.

    Between two changes the offset is constant and wall time is plain arithmetic, so each look goes from one
    such stretch to the next.
    """

    def __init__(self, cron: str, zone: ZoneInfo) -> None:
        self._cron = cron
        self._zone = zone

    def after(self, moment: datetime) -> datetime:
        """The first tick later than ``moment``, in UTC."""
        return next(self.all_after(moment))

    def all_after(self, moment: datetime) -> Iterator[datetime]:
        """All ticks later than ``moment``, in UTC; much cheaper than one look after the other."""
        offset = _offset(moment, self._zone)
        walls = croniter(self._cron, _wall(moment, offset))
        while True:
            found = _instant(walls.get_next(datetime), offset)
            if _offset(found, self._zone) == offset:
                yield found
                moment = found
                continue
            moment = self._next_change(moment)
            offset = _offset(moment, self._zone)
            walls = croniter(self._cron, _wall(moment, offset) - STEP)

    def at_or_before(self, moment: datetime) -> datetime:
        """The last tick that is not later than ``moment``, in UTC."""
        offset = _offset(moment, self._zone)
        end = _wall(moment, offset) + STEP
        while True:
            found = _instant(croniter(self._cron, end).get_prev(datetime), offset)
            if _offset(found, self._zone) == offset:
                return found
            change = self._last_change(moment)
            moment = change - STEP
            offset = _offset(moment, self._zone)
            end = _wall(change, offset)

    def _next_change(self, moment: datetime) -> datetime:
        offset = _offset(moment, self._zone)
        while _offset(moment + _DAY, self._zone) == offset:
            moment += _DAY
        return _change(moment, moment + _DAY, self._zone)

    def _last_change(self, moment: datetime) -> datetime:
        offset = _offset(moment, self._zone)
        while _offset(moment - _DAY, self._zone) == offset:
            moment -= _DAY
        return _change(moment - _DAY, moment, self._zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks change between two that have different offsets."""
    offset = _offset(before, zone)
    while after - before > STEP:
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) + offset


def _instant(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)
