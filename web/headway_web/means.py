"""What every request works with: settings, the pool of metastore connections, the broker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from psycopg_pool import ConnectionPool

from headway.broker.bus import Bus, open_bus
from headway.crypto import Vault, open_vault
from headway.errors import BrokerUnavailable, SettingsError
from headway.log_store.reading import LogStore
from headway.metastore.database import Connection, connection_pool
from headway.operations.wake import hint_stops, wake_schedulers
from headway.settings import Settings
from headway_web.live.live import Live

log = logging.getLogger(__name__)

#: Requests that work with the metastore at once; each holds one connection while its function runs.
CONNECTIONS = 16


class Broker:
    """The broker as requests use it: one connection, one request at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._bus: Bus | None = None

    @contextmanager
    def bus(self) -> Iterator[Bus]:
        """The connection, for one piece of work; its methods raise ``BrokerUnavailable``."""
        with self._lock:
            self._bus = self._bus or open_bus(self._settings, name="headway web")
            yield self._bus

    def wake(self, conn: Connection, reason: str, *dag_ids: str, stops: bool = False) -> None:
        """Tell schedulers, browsers (of which DAGs?) and, with ``stops``, workers of a change.

        A broker that is away does no harm.
        """
        try:
            with self.bus() as bus:
                wake_schedulers(conn, bus, reason, dag_ids)
                if stops:
                    hint_stops(bus)
        except (BrokerUnavailable, SettingsError) as error:
            log.warning("%s; the schedulers will see the change by themselves within seconds", error.message)

    def depths(self, queues: Sequence[str]) -> dict[str, int]:
        """Messages in each queue; nothing when the broker is away."""
        try:
            with self.bus() as bus:
                return bus.depths(queues)
        except BrokerUnavailable:
            return {}

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._bus is not None:
                self._bus.close()
                self._bus = None


@dataclass
class Web:
    """One web node's means; ``on_stop`` is called when the node begins to end: streams must finish then."""

    settings: Settings
    pool: ConnectionPool[Connection]
    broker: Broker
    live: Live
    logs: LogStore
    on_stop: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> Web:
        """The means that the settings name; nothing is opened yet."""
        pool = connection_pool(settings.metastore, name="headway web", size=CONNECTIONS)
        live = Live(settings)
        return cls(settings, pool, Broker(settings), live, LogStore(settings.logs), [live.stop])

    def vault(self, conn: Connection) -> Vault:
        """The vault of this host's key; raises ``VaultError``."""
        return open_vault(self.settings, conn)

    def stop(self) -> None:
        """Tell whoever holds a stream open that the node ends."""
        for ended in self.on_stop:
            ended()

    def open(self) -> None:
        """Open the pool; connections are made as they are needed."""
        self.pool.open()

    def close(self) -> None:
        """Close every connection."""
        self.live.stop()
        self.pool.close()
        self.broker.close()
