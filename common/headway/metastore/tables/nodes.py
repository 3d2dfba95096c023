"""The nodes of the cluster and their leases."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table
from sqlalchemy.dialects.postgresql import UUID

from headway.metastore.tables.base import metadata, moment, whole, word_list, words

#: One start of one node. ``state``: ``up``, ``draining`` (finishes what it has), ``gone`` (said
#: goodbye) or ``dead`` (its lease ran out). A node that finds itself dead may not go on.
node = Table(
    "node",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    words("kind"),
    words("name"),
    words("hostname"),
    whole("pid"),
    word_list("queues"),
    whole("capacity", default=0),
    words("state", default="up"),
    words("version"),
    moment("started_at", now=True),
    moment("seen_at", now=True),
    moment("lease_until", nullable=False),
    Index("ix_node_lease_until", "lease_until"),
    postgresql_with={"fillfactor": 50},
)
