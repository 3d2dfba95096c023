"""Housekeeping: partitions for the time to come, rows that nothing needs any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headway.metastore import partitions
from headway.metastore.queries import nodes, state_store, timers
from headway.settings import Settings
from headway_scheduler.service import Service


class Housekeeping(Service):
    """Looks once an hour."""

    name = "housekeeping"
    interval = 3600.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)

    def run_once(self) -> float | None:
        """Make partitions, drop those of logs that are past their retention, forget ended nodes."""
        today = datetime.now(UTC).date()
        partitions.ensure(self.conn, today)
        oldest = today - timedelta(days=self.settings.logs.retention_days)
        for name in partitions.expired(self.conn, "task_log", oldest):
            partitions.drop(self.conn, name)
        nodes.forget_ended(self.conn)
        timers.forget_stale(self.conn)
        state_store.forget_old(self.conn)
        return None
