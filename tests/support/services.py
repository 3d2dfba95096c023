"""Real PostgreSQL and Valkey for tests: the embedded servers, in a folder that any account may pass."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import psycopg
import redis

from headway.standalone.place import choose_place
from headway.standalone.postgres import TUNING, EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def open_folder(label: str) -> Iterator[Path]:
    """A temporary folder that the servers' account can enter (pytest's own are closed to it)."""
    with tempfile.TemporaryDirectory(prefix=f"headway-{label}-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


class Databases:
    """Fresh databases on one PostgreSQL: made from a template, dropped when a test is over."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self._made = 0
        self._admin = psycopg.connect(server.url(database="postgres"), autocommit=True)

    def create(self, template: str = "template1") -> str:
        """The name of a new database."""
        self._made += 1
        name = f"test_{self._made}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The URL of the database ``name``."""
        return self.server.url(database=name)

    def close(self) -> None:
        """Close the connection that makes databases."""
        self._admin.close()


@contextmanager
def postgres() -> Iterator[EmbeddedPostgres]:
    """A running PostgreSQL."""
    with open_folder("postgres") as home:
        server = EmbeddedPostgres(choose_place(home), home / "logs")
        with patch.dict(TUNING, {"fsync": "off"}):  # what a test makes need not outlive the machine
            server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def valkey() -> Iterator[EmbeddedValkey]:
    """A running Valkey."""
    with open_folder("valkey") as home:
        server = EmbeddedValkey(choose_place(home), home / "logs")
        server.start()
        try:
            yield server
        finally:
            server.stop()


def empty(server: EmbeddedValkey) -> str:
    """Forget everything that a Valkey holds; returns its URL."""
    with redis.Redis.from_url(server.url()) as client:
        client.flushall()
    return server.url()
