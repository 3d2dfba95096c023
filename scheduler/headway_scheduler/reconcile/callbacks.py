"""Callbacks: send what workers have still to run, of tasks that ended without their process and of ended runs."""

from __future__ import annotations

import logging

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.metastore.queries import callbacks
from headway.settings import Settings
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_WEIGHT = 1


class Callbacks(Service):
    """Looks at each sweep; several schedulers share the work."""

    name = "callbacks"

    def __init__(self, settings: Settings, bus: Bus) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._bus = bus

    def run_once(self) -> float | None:
        """Commit, then publish; what the broker does not take is due again."""
        for dag_id, run_id in callbacks.give_up(self.conn):
            log.error("callbacks of run %s of %s are given up: no worker has brought them to an end", run_id, dag_id)
        sendings = callbacks.send_due(self.conn)
        if not sendings:
            return None
        try:
            self._bus.publish([(sending.order, sending.queue, _WEIGHT) for sending in sendings])
        except BrokerUnavailable:
            callbacks.not_sent(self.conn, [sending.order.id for sending in sendings])
            raise
        return None

    def on_end(self) -> None:
        """Close this thread's broker connection."""
        self._bus.close()
