"""The schema by topic: what a table is for stands beside its declaration.

Three rules keep it fast. No index on ``task_instance`` names a column that a transition changes, so
updates stay HOT. What waits for a time lives in narrow side tables. What grows without bound
(logs, attempts, audit) is partitioned by time, so that cleaning up means dropping partitions.
"""

from headway.metastore.tables.accounts import account, api_token, login_try, session
from headway.metastore.tables.admin import connection, meta, pool, variable
from headway.metastore.tables.assets import asset, asset_alias, asset_consumer, asset_delivery, asset_event
from headway.metastore.tables.backfills import backfill, backfill_run
from headway.metastore.tables.base import metadata
from headway.metastore.tables.code import blob, bundle, dag, dag_file, dag_version, import_error, version_task
from headway.metastore.tables.deadlines import deadline
from headway.metastore.tables.history import event_log, moved_log, rendered, task_attempt, task_log
from headway.metastore.tables.nodes import node, queue_sample
from headway.metastore.tables.repair import former_code, hold, note
from headway.metastore.tables.runs import callback, claim, dag_run, state_store, task_instance, timer, xcom
from headway.metastore.tables.triggers import trigger

__all__ = [
    "account",
    "api_token",
    "asset",
    "asset_alias",
    "asset_consumer",
    "asset_delivery",
    "asset_event",
    "backfill",
    "backfill_run",
    "blob",
    "bundle",
    "callback",
    "claim",
    "connection",
    "dag",
    "dag_file",
    "dag_run",
    "dag_version",
    "deadline",
    "event_log",
    "former_code",
    "hold",
    "import_error",
    "login_try",
    "meta",
    "metadata",
    "moved_log",
    "node",
    "note",
    "pool",
    "queue_sample",
    "rendered",
    "session",
    "state_store",
    "task_attempt",
    "task_instance",
    "task_log",
    "timer",
    "trigger",
    "variable",
    "version_task",
    "xcom",
]
