"""The servers that both sides use: an embedded PostgreSQL with statement statistics, an embedded Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from headway.standalone.place import choose_place
from headway.standalone.postgres import EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey


@dataclass(frozen=True)
class Servers:
    """URLs of the running servers, and their process ids."""

    metastore: str
    broker: str
    postgres_pid: int
    valkey_pid: int


@contextmanager
def running(home: Path) -> Iterator[Servers]:
    """Both servers, in a folder of their own."""
    place = choose_place(home)
    postgres, valkey = EmbeddedPostgres(place, home / "logs"), EmbeddedValkey(place, home / "logs")
    try:
        _with_statistics(postgres)
        broker = valkey.start()
        assert postgres.process is not None
        assert valkey.process is not None
        yield Servers(postgres.url(), broker, postgres.process.pid or 0, valkey.process.pid or 0)
    finally:
        valkey.stop()
        postgres.stop()


def _with_statistics(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(), autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    postgres.stop()
    postgres.start()
    with psycopg.connect(postgres.url(), autocommit=True) as conn:
        conn.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
