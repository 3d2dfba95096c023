"""Variables and connections that DAG files ask for while they are loaded.

The files' processes have no way to the metastore and no key: the scheduler answers them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from headway.crypto import open_vault
from headway.metastore.database import Connection
from headway.metastore.queries import secrets
from headway.settings import Settings


class StoredValues:
    """Answers questions from the metastore; ``conn`` gives the connection to use."""

    def __init__(self, settings: Settings, conn: Callable[[], Connection]) -> None:
        self._settings = settings
        self._conn = conn

    def look_up(self, kind: str, key: str) -> Any:
        """A variable's text or a connection's fields, None when there is none.

        Raises ``VaultError`` when this host's key does not fit.
        """
        return self._variable(key) if kind == "variable" else self._connection(key)

    def _variable(self, key: str) -> str | None:
        found = secrets.variable(self._conn(), key)
        return self._decrypt(found.value) if found else None

    def _connection(self, conn_id: str) -> dict[str, Any] | None:
        found = secrets.connection(self._conn(), conn_id)
        if found is None:
            return None
        hidden = json.loads(self._decrypt(found.secret)) if found.secret else {}
        return {
            "conn_type": found.conn_type,
            "host": found.host,
            "login": found.login,
            "schema": found.schema,
            "port": found.port,
            "description": found.description,
            "password": hidden.get("password"),
            "extra": hidden.get("extra"),
        }

    def _decrypt(self, token: str) -> str:
        return open_vault(self._settings, self._conn()).decrypt(token)
