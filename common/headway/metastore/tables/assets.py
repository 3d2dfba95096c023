"""Assets (datasets): what tasks say that they have produced."""

from __future__ import annotations

from sqlalchemy import Index, Table

from headway.metastore.tables.base import document, key_column, metadata, moment, whole, words

#: A piece of data by name and URI.
asset = Table(
    "asset",
    metadata,
    key_column(),
    words("name", unique=True),
    words("uri"),
    moment("created_at", now=True),
)

#: A task instance has updated an asset; written with the finish of its attempt.
asset_event = Table(
    "asset_event",
    metadata,
    key_column(),
    whole("asset_id", big=True),
    whole("ti_id", big=True, nullable=True),
    document("extra", default="{}"),
    moment("at", now=True),
    Index("ix_asset_event_asset_id", "asset_id", "at"),
)
