"""Deadlines: when the runs of a DAG, or their tasks, should have ended."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import metadata, moment, whole, words

#: One deadline of one run; ``position`` is its place among those of the run's version, ``task_id`` is empty for one of
#: the whole run. ``due`` is NULL where it cannot be told (``unknown``). ``noticed_at`` is when it was met or missed.
deadline = Table(
    "deadline",
    metadata,
    whole("run_id", big=True),
    whole("position"),
    words("task_id", default=""),
    words("name", default=""),
    moment("due"),
    words("state", default="waiting"),
    moment("noticed_at"),
    PrimaryKeyConstraint("run_id", "position"),
    CheckConstraint("state IN ('waiting', 'met', 'missed', 'unknown')", name="known_state"),
    Index("ix_deadline_waiting", "due", postgresql_where="state = 'waiting'"),
    Index("ix_deadline_missed", "due", "run_id", "position", postgresql_where="state = 'missed'"),
)
