"""Tell the running nodes that something has changed, so that they need not find it at their next look."""

from __future__ import annotations

from collections.abc import Iterable

from headway import notices
from headway.broker.bus import STOPS, Bus
from headway.messages import ASSETS, Wake
from headway.metastore.database import Connection
from headway.metastore.queries import nodes

#: What those who show things are told, by the reason of a wake-up; for all others, that DAGs have changed.
_TOLD = {"pool": notices.POOLS, "worker": notices.NODES, ASSETS: notices.ASSETS}


def wake_schedulers(conn: Connection, bus: Bus, reason: str, dag_ids: Iterable[str] = ()) -> int:
    """Wake every live scheduler, and tell those who show things (``dag_ids``: which DAGs, if it concerns any).

    Returns how many schedulers there are. Raises ``BrokerUnavailable``, which nobody need mind.
    """
    live = nodes.live_schedulers(conn)
    for scheduler in live:
        bus.send_event(scheduler, Wake(reason).encode())
    kind = _TOLD.get(reason, notices.DAGS)
    notices.broadcast(bus, [notices.of_dags(*dag_ids) if kind == notices.DAGS else notices.of(kind)])
    return len(live)


def hint_stops(bus: Bus) -> None:
    """Have workers look for stop requests now and not at their next renewal."""
    bus.broadcast(STOPS, b"{}")
