"""Runs and their task instances: the part of the schema that every task touches."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import document, incarnation, key_column, metadata, moment, whole, words
from headway.states import RunState, TaskState


def _one_of(column: str, states: type[RunState] | type[TaskState]) -> CheckConstraint:
    listed = ", ".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


#: One run of a DAG. ``version`` grows with every adoption, clear, mark, expansion and code change;
#: a scheduler that holds an older number cannot write (stale owners cannot decide).
dag_run = Table(
    "dag_run",
    metadata,
    key_column(),
    words("dag_id"),
    words("run_id"),
    words("run_type"),
    words("state", default="queued"),
    moment("logical_date"),
    moment("data_interval_start"),
    moment("data_interval_end"),
    moment("run_after", now=True),
    document("conf", default="{}"),
    whole("version_id", big=True, nullable=True),
    whole("bundle_id", big=True, nullable=True),
    whole("version", default=1),
    incarnation("owner_id"),
    words("triggered_by", default=""),
    whole("backfill_id", big=True, nullable=True),
    moment("queued_at", now=True),
    moment("start_date"),
    moment("end_date"),
    UniqueConstraint("dag_id", "run_id"),
    UniqueConstraint("dag_id", "logical_date"),
    Index("ix_dag_run_active", "dag_id", "id", postgresql_where="state IN ('queued', 'running')"),
    Index("ix_dag_run_backfill", "backfill_id", postgresql_where="backfill_id IS NOT NULL"),
    Index("ix_dag_run_recent", "dag_id", "run_after"),
    Index("ix_dag_run_ended", "end_date"),
    Index("ix_dag_run_newest", "run_after", "id"),
    Index("ix_dag_run_failed", "run_after", "id", postgresql_where="state = 'failed'"),
    _one_of("state", RunState),
)

#: One task in one run. Its indexes name no column that a transition changes, and it is filled to 60 %,
#: so that every update stays on its page (HOT).
task_instance = Table(
    "task_instance",
    metadata,
    key_column(),
    whole("run_id", big=True),
    words("task_id"),
    whole("map_index", default=-1),
    words("state", default="none"),
    whole("try_number", default=1),
    whole("max_tries", default=0),
    whole("dispatch", default=0),
    words("queue"),
    words("pool"),
    whole("pool_slots", default=1),
    whole("priority", default=1),
    incarnation("node_id"),
    moment("queued_at"),
    moment("start_date"),
    moment("end_date"),
    UniqueConstraint("run_id", "task_id", "map_index"),
    _one_of("state", TaskState),
    postgresql_with={"fillfactor": 60},
)

#: The attempts that workers hold at this moment: made by a claim, taken away by the outcome.
#: ``nonce`` tells a worker whether a claim whose reply was lost is its own; ``missed`` counts the
#: renewals that did not name it; ``stop`` asks for its end and says why.
claim = Table(
    "claim",
    metadata,
    Column("ti_id", BigInteger, primary_key=True, autoincrement=False),
    whole("dispatch"),
    Column("nonce", UUID(as_uuid=False), nullable=False),
    incarnation("node_id", nullable=False),
    moment("started_at", now=True),
    Column("missed", SmallInteger, nullable=False, server_default="0"),
    words("stop", nullable=True),
    Index("ix_claim_node_id", "node_id"),
    postgresql_with={"fillfactor": 70},
)

#: Values that tasks hand to each other, encoded by ``headway.authoring.xcom_codec``. ``length`` is known of a list
#: or dictionary over which other tasks are mapped.
xcom = Table(
    "xcom",
    metadata,
    whole("ti_id", big=True),
    words("key"),
    words("value"),
    moment("created_at", now=True),
    whole("length", nullable=True),
    PrimaryKeyConstraint("ti_id", "key"),
)

#: Callbacks that a worker has still to run, of a task (``outcome`` failed or retry) or ``of_dag``, in the context of
#: ``ti_id``. ``sent`` counts messages, ``taken`` is the last one that a worker took, ``takes`` how many were; ``due``
#: is when it is sent (again).
callback = Table(
    "callback",
    metadata,
    key_column(),
    whole("run_id", big=True),
    whole("ti_id", big=True),
    whole("dispatch"),
    words("outcome"),
    Column("of_dag", Boolean, nullable=False, server_default=false()),
    words("reason", default=""),
    whole("sent", default=0),
    whole("taken", default=0),
    whole("takes", default=0),
    moment("due", now=True),
    moment("created_at", now=True),
    Index("ix_callback_due", "due"),
    Index("ix_callback_run_id", "run_id"),
)

#: Task instances that wait for a time: retries, reschedules, and deferrals that are over or have a time-out.
timer = Table(
    "timer",
    metadata,
    Column("ti_id", BigInteger, primary_key=True, autoincrement=False),
    whole("dispatch"),
    Column("kind", Text, nullable=False),
    moment("due", nullable=False),
    Index("ix_timer_due", "due"),
)

#: What tasks keep for their later tries and runs, by owner: ``task/<ti>`` or ``asset/<name>``. ``value`` is JSON.
state_store = Table(
    "state_store",
    metadata,
    words("owner"),
    words("key"),
    words("value"),
    moment("expires_at"),
    moment("written_at", now=True),
    PrimaryKeyConstraint("owner", "key"),
)
