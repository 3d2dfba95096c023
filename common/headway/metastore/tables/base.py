"""What every table shares: metadata with named constraints, and the column kinds in use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, MetaData, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key_column(name: str = "id") -> Column[int]:
    """A bigint key that the metastore counts up."""
    return Column(name, BigInteger, Identity(always=False), primary_key=True)


def words(name: str, *, default: str | None = None, nullable: bool = False, **more: Any) -> Column[str]:
    """A text column; ``default`` is the server's default."""
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, server_default=server_default, nullable=nullable, **more)


def whole(name: str, *, default: int | None = None, nullable: bool = False, big: bool = False) -> Column[int]:
    """An integer column; ``default`` is the server's default."""
    server_default = None if default is None else text(str(default))
    return Column(name, BigInteger if big else Integer, server_default=server_default, nullable=nullable)


def moment(name: str, *, now: bool = False, nullable: bool = True) -> Column[Any]:
    """A point in time with zone; ``now`` makes the metastore's clock its default."""
    return Column(
        name, DateTime(timezone=True), server_default=func.now() if now else None, nullable=nullable and not now
    )


def document(name: str, *, default: str | None = None, nullable: bool = True) -> Column[Any]:
    """A JSON column; ``default`` is JSON text."""
    server_default = None if default is None else text(f"'{default}'::jsonb")
    return Column(name, JSONB, server_default=server_default, nullable=nullable and default is None)


def word_list(name: str) -> Column[Any]:
    """A list of words, empty by default."""
    return Column(name, ARRAY(Text), server_default=text("'{}'"), nullable=False)


def incarnation(name: str, *, nullable: bool = True) -> Column[Any]:
    """The id of one start of one node, never re-used."""
    return Column(name, UUID(as_uuid=False), nullable=nullable)
