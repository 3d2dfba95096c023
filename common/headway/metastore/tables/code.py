"""DAG code: files as stored by content, and the DAGs that were read from them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.schema import PrimaryKeyConstraint

from headway.metastore.tables.base import (
    document,
    incarnation,
    key_column,
    metadata,
    moment,
    whole,
    word_list,
    words,
)

_HAS_DEADLINES = "coalesce(jsonb_array_length(structure -> 'deadlines'), 0) > 0"
_ASKS_PARAMS = "jsonb_path_exists(structure, '$.params.* ? (!exists(@.value))')"

#: File contents by SHA-256 (hex): each content is stored once.
blob = Table(
    "blob",
    metadata,
    Column("hash", Text, primary_key=True),
    whole("size"),
    Column("data", LargeBinary, nullable=False),
)

#: One snapshot of a DAG root: ``manifest`` maps relative paths to [blob hash, size, executable].
bundle = Table(
    "bundle",
    metadata,
    key_column(),
    words("hash", unique=True),
    words("dag_folder", default=""),
    document("manifest", nullable=False),
    moment("created_at", now=True),
)

#: What the parser knows of a file, so that an unchanged one is not read again after a restart.
dag_file = Table(
    "dag_file",
    metadata,
    Column("path", Text, primary_key=True),
    words("fingerprint"),
    word_list("modules"),
    Column("seconds", Float, nullable=False),
    moment("parsed_at", now=True),
)

#: A file that cannot be loaded; ``line`` is 0 when unknown.
import_error = Table(
    "import_error",
    metadata,
    Column("file", Text, primary_key=True),
    whole("line", default=0),
    words("message"),
    words("remedy", default=""),
    moment("seen_at", now=True),
)

#: A DAG as it is now. ``owner_id`` is the scheduler that holds all its active runs.
dag = Table(
    "dag",
    metadata,
    Column("dag_id", Text, primary_key=True),
    words("file"),
    whole("style"),
    Column("is_paused", Boolean, nullable=False, server_default=true()),
    Column("is_stale", Boolean, nullable=False, server_default=false()),
    whole("version_id", big=True),
    whole("bundle_id", big=True),
    words("description", default=""),
    word_list("owners"),
    word_list("tags"),
    words("schedule_text", default=""),
    document("schedule", nullable=False),
    moment("start_date"),
    moment("end_date"),
    Column("catchup", Boolean, nullable=False, server_default=false()),
    whole("max_active_runs"),
    whole("max_active_tasks"),
    document("warnings", default="[]"),
    moment("next_due"),
    moment("next_start"),
    moment("next_end"),
    incarnation("owner_id"),
    moment("created_at", now=True),
    moment("parsed_at", now=True),
    Index("ix_dag_next_due", "next_due"),
)

#: One state of a DAG's code; ``structure`` is what the authoring layer described. What lists of DAGs show of it stands
#: in columns, so that they need not unpack every structure. ``bundle_id`` is the bundle that it was read from first,
#: ``files`` the hashes of its file and of the modules that this imported, by path.
dag_version = Table(
    "dag_version",
    metadata,
    key_column(),
    words("dag_id"),
    whole("number"),
    words("file"),
    words("fingerprint"),
    document("structure", nullable=False),
    moment("created_at", now=True),
    whole("bundle_id", big=True, nullable=True),
    document("files", default="{}"),
    Column("label", Text, Computed("structure ->> 'label'", persisted=True)),
    Column("timezone", Text, Computed("structure ->> 'timezone'", persisted=True)),
    Column("task_count", Integer, Computed("jsonb_array_length(structure -> 'tasks')", persisted=True)),
    Column("asks_params", Boolean, Computed(_ASKS_PARAMS, persisted=True)),
    Column("has_deadlines", Boolean, Computed(_HAS_DEADLINES, persisted=True)),
    UniqueConstraint("dag_id", "number"),
    UniqueConstraint("dag_id", "fingerprint"),
)

#: The tasks of a version in definition order: the rows that a new run's task instances copy.
version_task = Table(
    "version_task",
    metadata,
    whole("version_id", big=True),
    whole("position"),
    words("task_id"),
    words("queue"),
    words("pool"),
    whole("pool_slots"),
    whole("priority"),
    whole("retries"),
    Column("retry_delay", Float, nullable=False),
    Column("retry_backoff", Float, nullable=False),
    Column("max_retry_delay", Float, nullable=True),
    Column("retry_on_lost", Boolean, nullable=False, server_default=true()),
    PrimaryKeyConstraint("version_id", "position"),
    UniqueConstraint("version_id", "task_id"),
)
