"""Deferred task instances and the triggers that they wait for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table

from headway.metastore.tables.base import incarnation, metadata, moment, whole, words

#: What a deferred task instance waits for, made by the finish of the dispatch that deferred and kept until the try
#: goes no further. ``sealed`` holds the arguments of trigger and method, encrypted; ``node_id`` is the triggerer that
#: runs it. ``outcome`` and ``payload`` say how it ended (see ``headway.authoring.deferral.Firing``). A row counts only
#: while its task instance has this ``try_number``; its time-out is a row of ``timer``.
trigger = Table(
    "trigger",
    metadata,
    Column("ti_id", BigInteger, primary_key=True, autoincrement=False),
    whole("dispatch"),
    whole("try_number"),
    words("classpath"),
    words("sealed"),
    words("method"),
    words("label", default=""),
    incarnation("node_id"),
    moment("created_at", now=True),
    moment("fired_at"),
    words("outcome", nullable=True),
    words("payload", nullable=True),
    Index("ix_trigger_waiting", "node_id", postgresql_where="fired_at IS NULL"),
    postgresql_with={"fillfactor": 70},
)
