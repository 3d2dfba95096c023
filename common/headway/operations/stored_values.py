"""Variables and connections that users' code asks for in processes that load DAG files and run triggers.

Those processes have no way to the metastore and no key: the node that started them answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from headway.authoring.records import RecordQuery
from headway.crypto import open_vault
from headway.metastore.database import Connection
from headway.metastore.queries import planning
from headway.metastore.queries.records import find as find_records
from headway.operations.secrets import find_connection, find_variable
from headway.settings import Settings


class StoredValues:
    """Answers questions from the metastore; ``conn`` gives the connection to use."""

    def __init__(self, settings: Settings, conn: Callable[[], Connection]) -> None:
        self._settings = settings
        self._conn = conn

    def look_up(self, kind: str, key: str) -> Any:
        """A variable's text or a connection's fields, None when there is none; the records of a query.

        Raises ``VaultError`` when this host's key does not fit.
        """
        conn = self._conn()
        if kind == "last_interval":
            interval = planning.last_interval(conn, key)
            return [moment.isoformat() for moment in interval] if interval else None
        if kind == "records":
            return find_records(conn, RecordQuery.from_json(json.loads(key)))
        vault = partial(open_vault, self._settings, conn)
        if kind == "variable":
            variable = find_variable(conn, vault, key)
            return variable.value if variable else None
        connection = find_connection(conn, vault, key)
        return connection.as_mapping(key) if connection else None
