"""Triggers that wait for a moment in time. A triggerer keeps any number of them in one heap."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import now
from headway.authoring.values import moment as as_moment
from headway.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_LONGEST_SLEEP = 60.0  # seconds: the clock may be set meanwhile


class DateTimeTrigger(BaseTrigger):
    """Fires at ``moment`` (aware) with it as payload; ``end_from_trigger`` makes that the task's success."""

    def __init__(self, moment: datetime, *, end_from_trigger: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ValueError(f"moment: expected a datetime with a time zone, got {moment!r}")
        self.moment = as_moment(moment)
        self.end_from_trigger = end_from_trigger

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The moment."""
        arguments = {"moment": self.moment, "end_from_trigger": self.end_from_trigger}
        return "headway.triggers.times.DateTimeTrigger", arguments

    @property
    def waits_for(self) -> str:
        """The moment."""
        return f"until {self.moment.isoformat(timespec='seconds')}"

    def event(self) -> TriggerEvent:
        """What it fires with."""
        return TaskSuccessEvent() if self.end_from_trigger else TriggerEvent(self.moment)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep until then."""
        while (left := (self.moment - now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _LONGEST_SLEEP))
        yield self.event()


class TimeDeltaTrigger(DateTimeTrigger):
    """Fires ``delta`` after it was made."""

    def __init__(self, delta: timedelta, *, end_from_trigger: bool = False, **kwargs: Any) -> None:
        super().__init__(now() + delta, end_from_trigger=end_from_trigger, **kwargs)
