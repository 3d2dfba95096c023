"""Leases: keep our own, tell workers whether the metastore answers, end what dead nodes held.

A metastore outage is nobody's death: leases are judged only after a full lease length of unbroken
contact, for after an outage every lease looks old.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

from headway.broker.bus import BEATS, Bus
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.messages import Finished
from headway.metastore.database import LOST
from headway.metastore.queries import nodes, pools
from headway.settings import Settings
from headway_scheduler.service import Service

log = logging.getLogger(__name__)


class Leases(Service):
    """Renews this scheduler's lease and judges the others'.

    ``on_ended`` gets each task instance that was taken from a dead node, ``on_dead_scheduler`` is called
    when one's DAGs have become free, ``on_deposed`` when this scheduler itself was declared dead.
    """

    name = "leases"

    def __init__(
        self,
        me: str,
        settings: Settings,
        bus: Bus,
        *,
        on_ended: Callable[[Finished], None],
        on_dead_node: Callable[[], None],
        on_deposed: Callable[[], None],
    ) -> None:
        super().__init__(settings)
        self.interval = settings.lease.renewal
        self._me = me
        self._bus = bus
        self._on_ended = on_ended
        self._on_dead_node = on_dead_node
        self._on_deposed = on_deposed
        self._contact_since: float | None = None

    def run_once(self) -> float | None:
        """Renew, beat, judge."""
        try:
            state = nodes.renew(self.conn, node=self._me, lease=self.settings.lease.length)
        except (*LOST, MetastoreUnavailable):
            self._contact_since = None
            self._beat(ok=False)
            raise
        self._beat(ok=True)
        if state is None:
            log.warning("this scheduler was declared dead meanwhile; it starts anew")
            self._on_deposed()
            return None
        self._judge()
        return None

    def _judge(self) -> None:
        now = time.monotonic()
        self._contact_since = self._contact_since or now
        if now - self._contact_since < self.settings.lease.length:
            return
        dead = nodes.expire(self.conn, margin=0.0)
        for node in dead:
            log.warning("node %s is dead: its lease ran out", node)
            pools.forget_scheduler(self.conn, node)
            self._drop_events(node)
        for ended in nodes.end_lost(self.conn, max_lost=self.settings.scheduler.max_lost):
            log.warning("task instance %d was lost with its worker; it is %s now", ended.ti, ended.state)
            self._on_ended(Finished(ended.run, ended.ti, ended.dispatch, ended.state))
        if dead:
            self._on_dead_node()

    def _drop_events(self, node: str) -> None:
        try:
            self._bus.drop_events(node)
        except BrokerUnavailable as error:
            log.warning("%s", error.message)

    def _beat(self, *, ok: bool) -> None:
        try:
            self._bus.broadcast(BEATS, json.dumps({"scheduler": self._me, "metastore": ok}).encode())
        except BrokerUnavailable as error:
            log.debug("no beat: %s", error.message)

    def on_end(self) -> None:
        """Close this thread's broker connection."""
        self._bus.close()
