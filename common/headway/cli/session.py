"""What a command works with: settings, one connection to the metastore, the broker when it is needed."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headway.errors import BrokerUnavailable, SettingsError
from headway.metastore import schema
from headway.metastore.database import Connection, connection
from headway.settings import Settings, load_settings

if TYPE_CHECKING:
    from headway.broker.bus import Bus
    from headway.crypto import Vault


@dataclass(frozen=True)
class Session:
    """One command's work."""

    settings: Settings
    conn: Connection

    @property
    def actor(self) -> str:
        """Who does it, for the audit trail: the user of this host."""
        return f"{_user()}@{socket.gethostname()}"

    def vault(self) -> Vault:
        """The vault of this host's key."""
        from headway.crypto import open_vault

        return open_vault(self.settings, self.conn)

    @contextmanager
    def bus(self) -> Iterator[Bus]:
        """The broker, for one piece of work."""
        from headway.broker.bus import open_bus

        opened = open_bus(self.settings, name="headway cli")
        try:
            yield opened
        finally:
            opened.close()

    def wake(self, reason: str, *dag_ids: str, stops: bool = False) -> None:
        """Tell schedulers, browsers (of which DAGs?) and, with ``stops``, workers of a change.

        A broker that is away does no harm.
        """
        from headway.cli.output import note
        from headway.operations.wake import hint_stops, wake_schedulers

        try:
            with self.bus() as bus:
                wake_schedulers(self.conn, bus, reason, dag_ids)
                if stops:
                    hint_stops(bus)
        except (BrokerUnavailable, SettingsError) as error:
            note(f"{error.message}; the schedulers will see the change by themselves within seconds")


@contextmanager
def open_session() -> Iterator[Session]:
    """A session on the metastore that the settings name.

    Raises ``SettingsError``, ``MetastoreUnavailable`` and, for an older or newer schema, ``SchemaMismatch``.
    """
    settings = load_settings()
    with connection(settings.metastore, name="headway cli") as conn:
        schema.check(conn)
        yield Session(settings, conn)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
