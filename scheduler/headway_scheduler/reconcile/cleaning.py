"""Cleaning: deletes what is older than the settings allow, at the times that they name."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from headway.metastore.queries import cleaning as turns
from headway.metastore.queries import planning
from headway.operations.cleaning import Cleaned, ages_of, clean
from headway.settings import Settings
from headway.timetables import CronTicks
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_LONGEST = 3600.0  # seconds between looks, in case the metastore's clock is set


class Cleaning(Service):
    """Each time falls to one scheduler; a time that all of them missed is made up for at the next start."""

    name = "cleaning"
    interval = _LONGEST

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        cron = settings.retention.schedule
        self._ticks = CronTicks((cron,), ZoneInfo("UTC")) if cron else None

    def run_once(self) -> float | None:
        """Clean if it is time and nobody has; sleep until the next time."""
        if self._ticks is None:
            return None
        now = planning.clock(self.conn)
        if turns.claim(self.conn, self._ticks.at_or_before(now)):
            done = clean(self.conn, ages_of(self.settings), actor="scheduler")
            log.info("cleaned up: %s", _spoken(done) or "nothing was too old")
        return min((self._ticks.after(now) - now).total_seconds() + 1, _LONGEST)


def _spoken(done: list[Cleaned]) -> str:
    return ", ".join(f"{each.count} {each.kind}" for each in done if each.count)
