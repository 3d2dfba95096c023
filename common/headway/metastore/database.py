"""Connections to the metastore: psycopg, autocommit, prepared statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import TupleRow

from headway.errors import MetastoreUnavailable, NotConfigured, SettingsError
from headway.metastore.statements import CountingCursor
from headway.settings import MetastoreSettings
from headway.urls import MASK, has_readable_port

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[TupleRow]

#: What a lost or refused connection raises.
LOST = (psycopg.OperationalError, psycopg.InterfaceError)


_QUOTED = re.compile('".*"', re.DOTALL)

#: Ask a silent server for a sign of life after 3 seconds, every 2; give up what it does not answer for 7.
_SILENCE: dict[str, Any] = {"keepalives_idle": 3, "keepalives_interval": 2, "tcp_user_timeout": 7_000}


def connect(settings: MetastoreSettings, *, name: str = "headway") -> Connection:
    """Open a connection in autocommit mode; ``name`` shows in ``pg_stat_activity``.

    Raises ``SettingsError`` for a missing or malformed URL and ``MetastoreUnavailable`` when the server
    cannot be reached; neither shows the password.
    """
    url = metastore_url(settings)
    try:
        opened = psycopg.connect(url, **_options(settings, name))
        opened.prepare_threshold = 1 if prepares(settings, opened) else None
    except psycopg.ProgrammingError as error:
        fault = _QUOTED.sub(f'"{MASK}"', str(error).strip())  # libpq quotes what it cannot read, a password too
        raise SettingsError(f"metastore.url is not a PostgreSQL URL: {fault}", _FORM) from None
    except psycopg.OperationalError as error:
        raise MetastoreUnavailable(
            f"the metastore at {place(url)} does not answer: {_reason(error)}",
            "check that PostgreSQL runs there (`headway standalone` starts its own) and that metastore.url has the"
            " right host, user and password",
        ) from None
    return opened


def connection_pool(settings: MetastoreSettings, *, name: str, size: int) -> ConnectionPool[Connection]:
    """A pool of at most ``size`` such connections, closed as yet; one that broke is replaced before it is given out.

    Waiting longer than ``connect_timeout`` for one raises ``psycopg_pool.PoolTimeout``, which is in ``LOST``.
    """
    from psycopg_pool import ConnectionPool

    def configure(opened: Connection) -> None:
        opened.prepare_threshold = 1 if prepares(settings, opened) else None

    return ConnectionPool(
        metastore_url(settings),
        kwargs=_options(settings, name),
        configure=configure,
        check=ConnectionPool.check_connection,
        min_size=1,
        max_size=size,
        timeout=settings.connect_timeout,
        open=False,
    )


def _options(settings: MetastoreSettings, name: str) -> dict[str, Any]:
    return {
        "autocommit": True,
        "prepare_threshold": None,
        "connect_timeout": settings.connect_timeout,
        "application_name": name,
        "cursor_factory": CountingCursor,
        **_SILENCE,
    }


def prepares(settings: MetastoreSettings, conn: Connection) -> bool:
    """Whether statements may be prepared on the server: not where a pooler hands each to another session.

    A pooler shows itself by the process id that it gave at the start, which is not the server's.
    """
    if settings.prepare is not None:
        return settings.prepare
    return bool(fetch_value(conn, "SELECT pg_backend_pid()") == conn.info.backend_pid)


def _reason(error: psycopg.OperationalError) -> str:
    """Why the last address refused, without libpq's way of saying where and its hints."""
    lines = [line for line in str(error).strip().splitlines() if not line.startswith(("\t", " "))]
    return lines[-1].rpartition(" failed: ")[2] if lines else type(error).__name__


@contextmanager
def connection(settings: MetastoreSettings, *, name: str = "headway") -> Iterator[Connection]:
    """A connection for one piece of work, closed at the end."""
    opened = connect(settings, name=name)
    try:
        yield opened
    finally:
        opened.close()


def metastore_url(settings: MetastoreSettings) -> str:
    """The metastore's URL in libpq's form; raises ``SettingsError`` when it is missing or of another kind."""
    url = settings.url.get_secret_value()
    if not url:
        raise NotConfigured("metastore", _FORM)
    scheme, separator, rest = url.partition("://")
    if not separator or not has_readable_port(url):
        raise SettingsError("metastore.url is not a URL with a port number", _FORM)
    if scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise SettingsError(f"metastore.url: expected postgresql://, got {scheme}://", _FORM)
    return f"postgresql://{rest}"


def place(url: str) -> str:
    """Host, port and database of a URL, without its secrets."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


def fetch_value(conn: Connection, sql: str, parameters: dict[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    row = conn.execute(sql, parameters).fetchone()
    return row[0] if row else None


_FORM = "expected form: postgresql://user:password@host:5432/database"
