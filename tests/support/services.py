"""Real PostgreSQL and Valkey for tests: the embedded servers, in a folder that any account may pass."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psycopg
import redis
from psycopg.types.json import Jsonb

from headway.standalone.place import choose_place
from headway.standalone.postgres import TUNING, EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey
from support.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


_END_CONNECTIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'
"""
_USED = """
SELECT DISTINCT coalesce(pg_partition_root(oid), oid)::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""
#: What any change of the schema, of rights or of functions changes, too.
_CATALOGS = ("pg_class", "pg_attribute", "pg_constraint", "pg_proc", "pg_namespace")


def _schema(conn: psycopg.Connection) -> tuple[Any, ...]:
    figures = ", ".join(f"(SELECT ARRAY[count(*), max(xmin::text::bigint)] FROM {each})" for each in _CATALOGS)
    return conn.execute(f"SELECT {figures}").fetchone() or ()


@contextmanager
def open_folder(label: str) -> Iterator[Path]:
    """A temporary folder that the servers' account can enter (pytest's own are closed to it)."""
    with tempfile.TemporaryDirectory(prefix=f"headway-{label}-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


class Databases:
    """Fresh databases on one PostgreSQL: made from a template, or one that was given back and is as it was then."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self._made = 0
        self._admin = psycopg.connect(server.url(database="postgres"), autocommit=True)
        self._given_back: dict[str, list[str]] = {}
        self._schemas: dict[str, tuple[Any, ...]] = {}
        self._rows: dict[str, dict[str, Jsonb]] = {}

    def create(self, template: str = "template1") -> str:
        """The name of a new database."""
        name = self._name()
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected; PostgreSQL waits no more than 5 s for their end."""

        def dropped() -> bool:
            try:
                self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            except psycopg.errors.ObjectInUse:
                return False
            return True

        wait_for(dropped, what=f"the end of database {name}")

    def lend(self, template: str) -> str:
        """The name of a database like ``template``: emptying one takes a tenth of what making one does."""
        if self._given_back.get(template):
            return self._given_back[template].pop()
        name = self.create(template)
        with psycopg.connect(self.url(name)) as conn:
            self._schemas[name] = _schema(conn)
        return name

    def give_back(self, name: str, template: str) -> None:
        """Empty a lent database for the next one; it gets a new name, so that no straggler finds it.

        One whose schema was changed, or to which somebody keeps connecting, is dropped.
        """
        schema = self._schemas.pop(name)
        try:
            self._admin.execute(_END_CONNECTIONS, [name])
            renamed = self._name()
            self._admin.execute(f"ALTER DATABASE {name} RENAME TO {renamed}")
        except psycopg.errors.ObjectInUse:
            self.drop(name)
            return
        with psycopg.connect(self.url(renamed)) as conn:
            same = _schema(conn) == schema
            if same:
                self._empty(conn, template)
                self._schemas[renamed] = _schema(conn)
        if same:
            self._given_back.setdefault(template, []).append(renamed)
        else:
            self.drop(renamed)

    def _empty(self, conn: psycopg.Connection, template: str) -> None:
        used = [table for (table,) in conn.execute(_USED)]
        conn.execute(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE")
        for table, rows in self._seeds(template).items():
            conn.execute(f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)", [rows])

    def _seeds(self, template: str) -> dict[str, Jsonb]:
        """The rows that a template has, by table."""
        if template not in self._rows:
            with psycopg.connect(self.url(template)) as conn:
                tables = [table for (table,) in conn.execute(_USED)]
                found = {table: conn.execute(f"SELECT jsonb_agg({table}) FROM {table}").fetchone() for table in tables}
            self._rows[template] = {table: Jsonb(row[0]) for table, row in found.items() if row and row[0]}
        return self._rows[template]

    def _name(self) -> str:
        self._made += 1
        return f"test_{self._made}"

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
