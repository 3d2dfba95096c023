"""Which schema the metastore has, told without Alembic: every node and every command asks at its start.

A migration's file is named ``<revision>_<what it does>.py`` and revisions are numbered in order, so the
folder alone says what this code knows.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from headway.errors import SchemaMismatch
from headway.metastore.database import Connection, fetch_value

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def check(conn: Connection) -> None:
    """Raise ``SchemaMismatch`` unless the schema is the one that this code was written for."""
    refuse_newer(conn)
    found = current(conn)
    if found != head():
        raise SchemaMismatch(
            f"the metastore's schema is {found or 'empty'}, this Headway needs {head()}",
            "run `headway db upgrade` once, with all nodes of the old version stopped",
        )


def refuse_newer(conn: Connection) -> None:
    """Raise ``SchemaMismatch`` when this code does not know the schema's revision."""
    found = current(conn)
    if found and found not in revisions():
        raise SchemaMismatch(
            f"the metastore's schema ({found}) was made by a newer Headway than this one",
            "install that newer version here, or point metastore.url at another database",
        )


def current(conn: Connection) -> str:
    """The revision that the metastore is at; empty when there is no schema yet."""
    if not fetch_value(conn, "SELECT to_regclass('alembic_version') IS NOT NULL"):
        return ""
    return str(fetch_value(conn, "SELECT version_num FROM alembic_version") or "")


def head() -> str:
    """The newest revision that this code knows."""
    return revisions()[-1]


@cache
def revisions() -> tuple[str, ...]:
    """Every revision that this code knows, oldest first."""
    return tuple(sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py")))
