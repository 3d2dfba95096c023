"""Timers: hand retries and reschedules to the engine when their time has come."""

from __future__ import annotations

from collections.abc import Callable

from headway.metastore.queries import timers
from headway.settings import Settings
from headway_scheduler.engine import Due
from headway_scheduler.service import Service


class Timers(Service):
    """Sleeps until the next timer of a run that this scheduler (``me``) owns."""

    name = "timers"

    def __init__(self, me: str, settings: Settings, *, on_due: Callable[[Due], None]) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._me = me
        self._on_due = on_due

    def run_once(self) -> float | None:
        """Hand over what is due; sleep until the next one, a sweep interval at most."""
        waiting = timers.upcoming(self.conn, me=self._me, within=self.interval)
        for timer in waiting:
            if timer.wait <= 0:
                self._on_due(Due(timer.run, timer.ti, timer.dispatch))
        later = [timer.wait for timer in waiting if timer.wait > 0]
        return max(0.01, min(later)) if later else None
