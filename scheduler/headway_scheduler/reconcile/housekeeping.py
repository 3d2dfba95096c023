"""Housekeeping: partitions for the time to come, rows that nothing needs any more."""

from __future__ import annotations

from datetime import UTC, datetime

from headway.metastore import partitions
from headway.metastore.queries import nodes, queue_samples, state_store, timers, triggers
from headway.settings import Settings
from headway_scheduler.service import Service


class Housekeeping(Service):
    """Looks once an hour."""

    name = "housekeeping"
    interval = 3600.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)

    def run_once(self) -> float | None:
        """Make partitions, forget what has ended."""
        partitions.ensure(self.conn, datetime.now(UTC).date())
        nodes.forget_ended(self.conn)
        timers.forget_stale(self.conn)
        triggers.forget_stale(self.conn)
        state_store.forget_old(self.conn)
        queue_samples.forget_old(self.conn)
        return None
