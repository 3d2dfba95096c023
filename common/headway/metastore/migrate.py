"""Bring the metastore's schema to the version that this code expects, and check that it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from headway.errors import SchemaMismatch
from headway.metastore import partitions
from headway.metastore.database import Connection, connection, fetch_value, metastore_url
from headway.metastore.queries import pools
from headway.settings import Settings

_LOCK = 4_895_213_070  # any number: one migration at a time


def upgrade(settings: Settings) -> None:
    """Migrate to the newest schema; harmless when already there, and safe when several nodes try at once."""
    with connection(settings.metastore, name="headway migrate") as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        _refuse_newer(conn)
        engine = make_engine(settings)
        try:
            config = alembic_config()
            config.attributes["engine"] = engine
            command.upgrade(config, "head")
        finally:
            engine.dispose()
        partitions.ensure(conn, datetime.now(UTC).date())
        pools.ensure_default(conn)


def check(conn: Connection) -> None:
    """Raise ``SchemaMismatch`` unless the schema is the one that this code was written for."""
    _refuse_newer(conn)
    current = _current(conn)
    if current != head():
        raise SchemaMismatch(
            f"the metastore's schema is {current or 'empty'}, this Headway needs {head()}",
            "run `headway db upgrade` once, with all nodes of the old version stopped",
        )


def head() -> str:
    """The newest schema revision that this code knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def alembic_config() -> Config:
    """Alembic's configuration, made in code: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def make_engine(settings: Settings) -> Engine:
    """A SQLAlchemy engine on the metastore, for migrations and for the cold reads of people's tools."""
    url = metastore_url(settings.metastore).replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(url, pool_size=1, connect_args={"connect_timeout": settings.metastore.connect_timeout})


def _current(conn: Connection) -> str:
    if not fetch_value(conn, "SELECT to_regclass('alembic_version') IS NOT NULL"):
        return ""
    return str(fetch_value(conn, "SELECT version_num FROM alembic_version") or "")


def _refuse_newer(conn: Connection) -> None:
    current = _current(conn)
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if current and current not in known:
        raise SchemaMismatch(
            f"the metastore's schema ({current}) was made by a newer Headway than this one",
            "install that newer version here, or point metastore.url at another database",
        )
