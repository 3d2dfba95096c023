"""What people add to runs and task instances: notes, holds, other code. All beside the hot rows, never on them."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import metadata, moment, whole, words

#: A text that somebody left on a run (``ti_id`` 0) or on one of its task instances.
note = Table(
    "note",
    metadata,
    whole("run_id", big=True),
    whole("ti_id", default=0, big=True),
    words("text"),
    words("actor"),
    moment("written_at", now=True),
    PrimaryKeyConstraint("run_id", "ti_id"),
)

#: What must not start anything new: all of a DAG or one of its tasks (``run_id`` 0), a run, or a task of one run.
#: ``task_id`` is empty where every task is meant.
hold = Table(
    "hold",
    metadata,
    words("dag_id"),
    whole("run_id", default=0, big=True),
    words("task_id", default=""),
    words("reason", default=""),
    words("actor"),
    moment("held_at", now=True),
    PrimaryKeyConstraint("dag_id", "run_id", "task_id"),
)

#: The code with which a run has gone ``until`` it was told to go on with other code: what attempts from before ran.
former_code = Table(
    "former_code",
    metadata,
    whole("run_id", big=True),
    moment("until", nullable=False),
    whole("version_id", big=True),
    whole("bundle_id", big=True),
    PrimaryKeyConstraint("run_id", "until"),
)
