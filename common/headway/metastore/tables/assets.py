"""Assets (datasets): what tasks say that they have produced, and which DAGs wait for it."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import document, key_column, metadata, moment, whole, words

#: A piece of data by name and URI; ``extra`` is what its declaration says of it.
asset = Table(
    "asset",
    metadata,
    key_column(),
    words("name"),
    words("uri"),
    words("group_name", default="asset"),
    document("extra", default="{}"),
    moment("created_at", now=True),
    UniqueConstraint("name"),
    Index("ix_asset_uri", "uri"),
)

#: A task instance has updated an asset; written with the finish of its attempt. The source stands here by its
#: names, for the event outlives the run.
asset_event = Table(
    "asset_event",
    metadata,
    key_column(),
    whole("asset_id", big=True),
    whole("ti_id", big=True, nullable=True),
    words("source_dag_id", default=""),
    words("source_task_id", default=""),
    words("source_run_id", default=""),
    whole("source_map_index", default=-1),
    document("extra", default="{}"),
    moment("at", now=True),
    Index("ix_asset_event_asset_id", "asset_id", "at"),
)

#: The assets that tasks have reported under an alias.
asset_alias = Table(
    "asset_alias",
    metadata,
    whole("asset_id", big=True),
    words("alias"),
    PrimaryKeyConstraint("asset_id", "alias"),
    Index("ix_asset_alias_alias", "alias"),
)

#: A DAG waits for an asset: ``kind`` says whether ``value`` is its name, its URI or an alias.
asset_consumer = Table(
    "asset_consumer",
    metadata,
    words("dag_id"),
    words("kind"),
    words("value"),
    PrimaryKeyConstraint("dag_id", "kind", "value"),
    Index("ix_asset_consumer_value", "value", "kind"),
)

#: An event on its way to a DAG that waits for its asset; ``run_id`` is the run that took it, NULL before.
asset_delivery = Table(
    "asset_delivery",
    metadata,
    whole("event_id", big=True),
    words("dag_id"),
    whole("asset_id", big=True),
    whole("run_id", big=True, nullable=True),
    PrimaryKeyConstraint("event_id", "dag_id"),
    Index("ix_asset_delivery_waiting", "dag_id", "asset_id", postgresql_where="run_id IS NULL"),
    Index("ix_asset_delivery_run_id", "run_id"),
)
