"""Variables, connections and records for code that runs on a worker, over the metastore.

Every call waits while the metastore is away, for its outage is not that code's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from headway.authoring.records import RecordQuery
from headway.crypto import Vault, open_vault
from headway.masking import Masker
from headway.metastore.database import Connection
from headway.metastore.queries import secrets
from headway.metastore.queries.records import find as find_records
from headway.operations.secrets import find_connection, find_variable
from headway.settings import Settings
from headway_worker.store import Store

T = TypeVar("T")


class VaultDoor:
    """Opens the vault at first need and keeps it for the child's life."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vault: Vault | None = None

    def open(self, conn: Connection) -> Vault:
        """The vault; raises ``VaultError`` when this host's key is missing or wrong."""
        if self._vault is None:
            self._vault = open_vault(self._settings, conn)
        return self._vault


class MetastoreValues:
    """See ``headway.authoring.runtime.ValueStore``."""

    def __init__(self, store: Store, masker: Masker, door: VaultDoor) -> None:
        self._store = store
        self._masker = masker
        self._door = door

    def variable_get(self, key: str) -> str | None:
        """The variable's text, decrypted."""
        found = self._call(lambda conn: find_variable(conn, partial(self._door.open, conn), key))
        return found.value if found else None

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Encrypt and write."""

        def write(conn: Connection) -> None:
            secrets.set_variable(conn, key, self._door.open(conn).encrypt(value), description)

        self._call(write)

    def variable_delete(self, key: str) -> bool:
        """Delete; whether there was one."""
        return self._call(lambda conn: secrets.delete_variable(conn, key))

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields; its password is masked in the log from now on."""
        found = self._call(lambda conn: find_connection(conn, partial(self._door.open, conn), conn_id))
        if found is None:
            return None
        if found.password:
            self.mask_secret(found.password)
        return found.as_mapping(conn_id)

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """What the metastore knows of DAGs, runs and tasks."""
        return self._call(lambda conn: find_records(conn, query))

    def mask_secret(self, value: str) -> None:
        """Keep ``value`` out of this child's logs."""
        self._masker.add(value)

    def _call(self, work: Callable[[Connection], T]) -> T:
        return self._store.call(work)
