"""Bring the metastore's schema to the version that this code expects; ``schema`` checks that it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from headway.metastore import partitions, schema
from headway.metastore.database import connection, metastore_url
from headway.metastore.queries import pools
from headway.metastore.schema import check as check
from headway.metastore.schema import head as head
from headway.settings import Settings

_LOCK = 4_895_213_070  # any number: one migration at a time


def upgrade(settings: Settings) -> None:
    """Migrate to the newest schema; harmless when already there, and safe when several nodes try at once."""
    with connection(settings.metastore, name="headway migrate") as conn, conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))  # a session's lock would not pass a pooler
        schema.refuse_newer(conn)
        engine = make_engine(settings)
        try:
            config = alembic_config()
            config.attributes["engine"] = engine
            command.upgrade(config, "head")
        finally:
            engine.dispose()
        partitions.ensure(conn, datetime.now(UTC).date())
        pools.ensure_default(conn)


def alembic_config() -> Config:
    """Alembic's configuration, made in code: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def make_engine(settings: Settings) -> Engine:
    """A SQLAlchemy engine on the metastore, for migrations and for the cold reads of people's tools."""
    url = metastore_url(settings.metastore).replace("postgresql://", "postgresql+psycopg://", 1)
    options = {"connect_timeout": settings.metastore.connect_timeout, "prepare_threshold": None}
    return create_engine(url, pool_size=1, connect_args=options)
