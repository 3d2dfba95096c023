"""Backfills: runs of a DAG for a range of past dates, beside its live runs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Table, false
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import document, key_column, metadata, moment, whole, words

#: One backfill. ``state``: ``running``, ``paused``, ``completed`` (each of its dates has ended) or ``cancelled``.
#: ``reprocess`` says which runs that exist are run again: ``none``, ``failed`` or ``completed`` ones;
#: ``left_out`` is what has no dates of the range that was asked for (``queries/backfills.py:LeftOut``).
backfill = Table(
    "backfill",
    metadata,
    key_column(),
    words("dag_id"),
    moment("from_date", nullable=False),
    moment("to_date", nullable=False),
    Column("backwards", Boolean, nullable=False, server_default=false()),
    words("reprocess", default="none"),
    whole("max_active_runs", default=10),
    document("conf", default="{}"),
    words("state", default="running"),
    words("actor"),
    moment("created_at", now=True),
    moment("ended_at"),
    document("left_out", default="[]"),
    CheckConstraint("state IN ('running', 'paused', 'completed', 'cancelled')", name="known_state"),
    Index("ix_backfill_dag_id", "dag_id", "id"),
)

#: The dates of a backfill in the order in which they are run. ``outcome``: ``waiting``, ``made`` (a new run), ``rerun``
#: (one that existed) or ``skipped``, for which ``reason`` says why. ``run_id`` is the run's key.
backfill_run = Table(
    "backfill_run",
    metadata,
    Column("backfill_id", BigInteger, nullable=False),
    whole("position"),
    moment("logical_date", nullable=False),
    moment("data_interval_start", nullable=False),
    moment("data_interval_end", nullable=False),
    moment("run_after", nullable=False),
    words("outcome", default="waiting"),
    words("reason", default=""),
    whole("run_id", big=True, nullable=True),
    PrimaryKeyConstraint("backfill_id", "position"),
    Index("ix_backfill_run_waiting", "backfill_id", "position", postgresql_where="outcome = 'waiting'"),
)
