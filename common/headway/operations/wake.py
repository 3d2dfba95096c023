"""Tell the running nodes that something has changed, so that they need not find it at their next look."""

from __future__ import annotations

from headway.broker.bus import STOPS, Bus
from headway.messages import Wake
from headway.metastore.database import Connection
from headway.metastore.queries import nodes


def wake_schedulers(conn: Connection, bus: Bus, reason: str) -> int:
    """Wake every live scheduler; how many there are. Raises ``BrokerUnavailable``, which nobody need mind."""
    live = nodes.live_schedulers(conn)
    for scheduler in live:
        bus.send_event(scheduler, Wake(reason).encode())
    return len(live)


def hint_stops(bus: Bus) -> None:
    """Have workers look for stop requests now and not at their next renewal."""
    bus.broadcast(STOPS, b"{}")
