"""What grows without bound, partitioned by time: attempts, what they rendered, logs and the audit trail."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Identity, Index, SmallInteger, Table, Text, text
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import document, incarnation, metadata, moment, whole, words

#: One claimed dispatch and its one accepted outcome. Written once, when it ends; never updated.
#: ``log_bytes`` is the full length of its log: a reader that has shipped text up to there has all of
#: it, and NULL says that the host was lost. ``peak_rss`` in bytes, ``cpu_seconds`` of child and tree.
task_attempt = Table(
    "task_attempt",
    metadata,
    whole("ti_id", big=True),
    whole("dispatch"),
    whole("try_number"),
    words("outcome"),
    incarnation("node_id"),
    words("hostname", default=""),
    words("queue"),
    moment("queued_at"),
    moment("started_at", nullable=False),
    moment("ended_at", now=True),
    words("error", nullable=True),
    Column("exit_signal", SmallInteger, nullable=True),
    whole("log_bytes", big=True, nullable=True),
    whole("peak_rss", big=True, nullable=True),
    Column("cpu_seconds", Float, nullable=True),
    PrimaryKeyConstraint("ti_id", "dispatch", "started_at"),
    Index("ix_task_attempt_ended_at", "ended_at", postgresql_using="brin"),  # costs a finish next to nothing
    postgresql_partition_by="RANGE (started_at)",
)

#: Log text in chunks keyed by attempt and byte offset, so that shipping one again changes nothing.
#: ``day`` is the UTC day on which the attempt started: all of an attempt's chunks share a partition.
task_log = Table(
    "task_log",
    metadata,
    whole("ti_id", big=True),
    whole("dispatch"),
    Column("day", Date, nullable=False),
    whole("byte_offset", big=True),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("ti_id", "dispatch", "byte_offset", "day"),
    postgresql_partition_by="RANGE (day)",
)

#: Stretches of logs that lie in a log store elsewhere: ``bytes`` of one attempt's log from ``byte_offset`` on are the
#: object ``key`` below the address ``store``. Of a ``doomed`` one the object is still to be deleted. ``day`` as above.
moved_log = Table(
    "moved_log",
    metadata,
    whole("ti_id", big=True),
    whole("dispatch"),
    whole("byte_offset", big=True),
    whole("bytes", big=True),
    Column("day", Date, nullable=False),
    words("store"),
    words("key"),
    Column("doomed", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("ti_id", "dispatch", "byte_offset"),
    Index("ix_moved_log_day", "day", postgresql_using="brin"),
    Index("ix_moved_log_doomed", "store", postgresql_where=text("doomed")),
)

#: What the template fields of an attempt became, as bounded texts by name, where there was anything to render.
rendered = Table(
    "rendered",
    metadata,
    whole("ti_id", big=True),
    whole("dispatch"),
    Column("day", Date, nullable=False),
    whole("try_number"),
    document("fields", nullable=False),
    PrimaryKeyConstraint("ti_id", "dispatch", "day"),
    postgresql_partition_by="RANGE (day)",
)

#: Who changed what: every action of a person and every decision that is not a plain transition.
event_log = Table(
    "event_log",
    metadata,
    Column("id", BigInteger, Identity(always=False), nullable=False),
    moment("at", now=True),
    words("actor"),
    words("action"),
    words("subject"),
    document("detail", default="{}"),
    PrimaryKeyConstraint("id", "at"),
    Index("ix_event_log_subject", "subject", "at"),
    postgresql_partition_by="RANGE (at)",
)
