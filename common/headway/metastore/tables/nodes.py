"""The nodes of the cluster and their leases; what their queues looked like."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, Text
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.schema import PrimaryKeyConstraint

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

#: What each queue looked like at a moment, written every few seconds and kept for a day. ``finished`` counts the
#: attempts that ended since the sample before, ``busy_seconds`` is how long these ran together.
queue_sample = Table(
    "queue_sample",
    metadata,
    Column("queue", Text, nullable=False),
    moment("at", nullable=False),
    whole("backlog"),
    whole("outstanding"),
    whole("running"),
    Column("oldest_seconds", Float, nullable=True),
    whole("workers"),
    whole("slots"),
    whole("wanted_workers"),
    whole("finished"),
    Column("busy_seconds", Float, nullable=False),
    PrimaryKeyConstraint("queue", "at"),
    Index("ix_queue_sample_at", "at"),
)
