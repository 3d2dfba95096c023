"""Timers: hand retries, reschedules and deferrals to the engine when their time has come."""

from __future__ import annotations

import time
from collections.abc import Callable

from headway.messages import Due
from headway.metastore.queries import timers
from headway.settings import Settings
from headway_scheduler.service import Service


class Timers(Service):
    """Sleeps until the next timer of a run that this scheduler (``me``) owns.

    A timer stays in the metastore until its task instance is queued; it is handed over again only after an
    interval, for the limits may hold many back at once.
    """

    name = "timers"

    def __init__(self, me: str, settings: Settings, *, on_due: Callable[[Due], None]) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._me = me
        self._on_due = on_due
        self._handed: dict[Due, float] = {}

    def run_once(self) -> float | None:
        """Hand over what is due; sleep until the next one, a sweep interval at most."""
        waiting = timers.upcoming(self.conn, me=self._me, within=self.interval)
        self._hand_over([Due(timer.run, timer.ti, timer.dispatch) for timer in waiting if timer.wait <= 0])
        later = [timer.wait for timer in waiting if timer.wait > 0]
        return max(0.01, min(later)) if later else None

    def _hand_over(self, due: list[Due]) -> None:
        now = time.monotonic()
        self._handed = {each: self._handed[each] for each in due if each in self._handed}
        for each in due:
            if now - self._handed.get(each, -self.interval) >= self.interval:
                self._handed[each] = now
                self._on_due(each)
