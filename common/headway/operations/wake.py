"""Tell the running nodes that something has changed, so that they need not find it at their next look."""

from __future__ import annotations

import contextlib

from headway.broker.bus import STOPS, Bus
from headway.errors import BrokerUnavailable
from headway.messages import Wake
from headway.metastore.database import Connection
from headway.metastore.queries import nodes


def wake_schedulers(conn: Connection, bus: Bus, reason: str) -> bool:
    """Wake every live scheduler; False when the broker is away (they will find the change by themselves)."""
    try:
        for scheduler in nodes.live_schedulers(conn):
            bus.send_event(scheduler, Wake(reason).encode())
    except BrokerUnavailable:
        return False
    return True


def hint_stops(bus: Bus) -> None:
    """Have workers look for stop requests now and not at their next renewal."""
    with contextlib.suppress(BrokerUnavailable):
        bus.broadcast(STOPS, b"{}")
