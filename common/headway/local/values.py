"""Variables and connections for a run in one process.

Asked in this order: the secrets backend and the environment (``Variable.get`` and ``get_connection`` look there
themselves), what the caller handed over, and the metastore, if one is configured and answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.authoring.connections import Connection
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.secrets_backends import configure
from headway.authoring.value_files import read_connections, read_variables
from headway.cli.output import warn
from headway.errors import HeadwayError
from headway.settings import Settings

if TYPE_CHECKING:
    from headway.authoring.records import RecordQuery
    from headway.metastore.database import Connection as Metastore


class MetastoreValues:
    """Reads the metastore of ``settings``; without one, or when it is away, there is nothing in it.

    It is opened when the first value is asked for; ``problem`` says why it could not be.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self._conn: Metastore | None = None
        self._tried = False
        self.problem: HeadwayError | None = None

    def variable_get(self, key: str) -> str | None:
        """The variable's text, or None."""
        from headway.crypto import open_vault
        from headway.operations.secrets import find_variable

        conn = self._open()
        found = find_variable(conn, partial(open_vault, self._settings, conn), key) if conn else None
        return found.value if found else None

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields, or None."""
        from headway.crypto import open_vault
        from headway.operations.secrets import find_connection

        conn = self._open()
        found = find_connection(conn, partial(open_vault, self._settings, conn), conn_id) if conn else None
        return found.as_mapping(conn_id) if found else None

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """What the metastore knows of DAGs, runs and tasks."""
        from headway.metastore.queries.records import find

        conn = self._open()
        return find(conn, query) if conn else []

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Refused: a run in one process changes no cluster."""
        raise _read_only(key)

    def variable_delete(self, key: str) -> bool:
        """Refused: a run in one process changes no cluster."""
        raise _read_only(key)

    def mask_secret(self, value: str) -> None:
        """Masking is the caller's business."""

    def close(self) -> None:
        """Close the connection."""
        self._stack.close()

    def _open(self) -> Metastore | None:
        if not self._tried and self._settings.metastore.url.get_secret_value():
            from headway.metastore.database import connection

            try:
                self._conn = self._stack.enter_context(connection(self._settings.metastore, name="headway local run"))
            except HeadwayError as error:
                self.problem = error
        self._tried = True
        return self._conn


def _read_only(key: str) -> HeadwayError:
    return HeadwayError(f"the variable {key!r} is changed while files are loaded", "move the call into a task")


@contextmanager
def open_world(
    settings: Settings, *, connections: Path | None = None, variables: Path | None = None
) -> Iterator[LocalWorld]:
    """A world with the connections and variables of files, and behind them those of the metastore.

    Raises ``InvalidInput`` for files that cannot be read. A metastore that was needed and did not answer is told of
    at the end, on standard error.
    """
    configure(settings.secrets.backend, settings.secrets.backend_kwargs.get_secret_value())
    beyond = MetastoreValues(settings)
    world = LocalWorld(beyond=beyond)
    if connections is not None:
        add_connections(world, read_connections(connections))
    if variables is not None:
        world.variables.update({name: entry.value for name, entry in read_variables(variables).items()})
    try:
        yield world
    finally:
        beyond.close()
        if beyond.problem:
            warn(f"{beyond.problem.message}; variables and connections that only it has were missing")


def add_connections(world: LocalWorld, connections: Mapping[str, Connection]) -> None:
    """Put connections into a world; their secrets are masked from then on."""
    for name, connection in connections.items():
        world.connections[name] = connection.as_dict()
        world.masked.update(connection.secrets())
