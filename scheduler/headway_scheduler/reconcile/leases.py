"""Leases: keep our own, tell workers whether the metastore answers, end what dead nodes held.

A metastore outage is nobody's death: leases are judged only after a full lease length of unbroken
contact, for after an outage every lease looks old. Contact is measured by the metastore's clock, which
also knows how long this process was frozen. It is broken by half a lease without an answer: that is when workers
begin to keep their tasks beyond their leases (see the worker's ``beats.py``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime

from headway.broker.bus import BEATS, Bus
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.messages import Finished
from headway.metastore.database import LOST
from headway.metastore.queries import nodes, planning, pools
from headway.metastore.queries.nodes import Ended
from headway.settings import Settings
from headway_scheduler.reconcile.pulse import Pulse
from headway_scheduler.service import Service

log = logging.getLogger(__name__)


class Leases(Service):
    """Renews this scheduler's lease and judges the others'; ``silence_bus`` is the pulse's own.

    ``on_ended`` gets each task instance of our runs that was taken from a dead node (other owners are told over
    the broker), ``on_dead_node`` is called when DAGs may have become free, ``on_deposed`` when this scheduler
    itself was declared dead.
    """

    name = "leases"

    def __init__(
        self,
        me: str,
        settings: Settings,
        bus: Bus,
        silence_bus: Bus,
        *,
        on_ended: Callable[[Finished], None],
        on_dead_node: Callable[[], None],
        on_deposed: Callable[[], None],
    ) -> None:
        super().__init__(settings)
        # Workers keep their tasks through an outage only while they hear of it within half a lease.
        self.interval = self.longest_pause = settings.lease.renewal
        self._me = me
        self._bus = bus
        self._on_ended = on_ended
        self._on_dead_node = on_dead_node
        self._on_deposed = on_deposed
        self._contact: tuple[datetime, datetime] | None = None  # since when, and last
        self._pulse = Pulse(settings.lease, lambda: self._beat(silence_bus, ok=False), silence_bus.close)

    def start(self) -> None:
        """Start both threads."""
        super().start()
        self._pulse.start()

    def run_once(self) -> float | None:
        """Renew, beat, judge."""
        try:
            state = nodes.renew(self.conn, node=self._me, lease=self.settings.lease.length)
        except (*LOST, MetastoreUnavailable):
            self._contact = None
            self._beat(self._bus, ok=False)
            raise
        if self._pulse.answered():
            self._contact = None
        self._beat(self._bus, ok=True)
        if state is None:
            log.warning("this scheduler was declared dead meanwhile; it starts anew")
            self._on_deposed()
            return None
        self._judge()
        return None

    def _judge(self) -> None:
        dead = self._expire() if self._is_in_touch() else []
        for node in dead:
            log.warning("node %s is dead: its lease ran out", node)
            self._tolerate(lambda node=node: self._bus.drop_events(node))  # type: ignore[misc]
        for ended in nodes.end_lost(self.conn, max_lost=self.settings.scheduler.max_lost):
            log.warning("task instance %d was lost with its worker; it is %s now", ended.ti, ended.state)
            self._tell(ended)
        pools.forget_ended(self.conn)
        if dead:
            self._on_dead_node()

    def _is_in_touch(self) -> bool:
        """Whether the metastore has answered without a break for a whole lease."""
        now, length = planning.clock(self.conn), self.settings.lease.length
        since, last = self._contact or (now, now)
        if (now - last).total_seconds() > length / 2:
            since = now
        self._contact = (since, now)
        return (now - since).total_seconds() >= length

    def _expire(self) -> list[str]:
        return nodes.expire(self.conn, margin=0.0)

    def _tell(self, ended: Ended) -> None:
        event = Finished(ended.run, ended.ti, ended.dispatch, ended.state)
        owner = ended.owner
        if owner is None or owner == self._me:
            self._on_ended(event)
        else:
            self._tolerate(lambda: self._bus.send_event(owner, event.encode()))

    def _beat(self, bus: Bus, *, ok: bool) -> None:
        beat = json.dumps({"scheduler": self._me, "metastore": ok}).encode()
        self._tolerate(lambda: bus.broadcast(BEATS, beat))

    def _tolerate(self, call: Callable[[], None]) -> None:
        """The broker only speeds things up here."""
        try:
            call()
        except BrokerUnavailable as error:
            log.debug("%s", error.message)

    def on_end(self) -> None:
        """Let the pulse end, and close this thread's broker connection."""
        self._pulse.end_soon()
        self._bus.close()
