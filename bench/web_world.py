"""A metastore as it is after a season: 1,000 DAGs, 100,000 runs, 2,000,000 task instances, and what belongs to them.

Everything is made inside PostgreSQL from a few structures, by the same rules each time, so that two worlds are alike.
Most DAGs have 19 tasks and a run a day; three are extreme: 200 tasks by 100 runs, 500 tasks, 10,000 mapped instances.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from headway.authoring.dag import DAG
from headway.authoring.structure import describe
from headway.authoring.task_group import TaskGroup
from headway.metastore import partitions
from headway.metastore.database import Connection, fetch_value
from headway.operators.empty import EmptyOperator
from headway.operators.python import PythonOperator

PLAIN, GRID, GRAPH, MAPPED = "plain", "grid_200", "graph_500", "mapped_10000"
INSTANCES = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """Some DAGs that are alike: how many, with how many runs each."""

    name: str
    dags: int
    runs: int
    structure: Callable[[str], dict[str, Any]]


def _plain(dag_id: str) -> dict[str, Any]:
    return _grouped(dag_id, groups=3, size=6)


def _grouped(dag_id: str, *, groups: int, size: int) -> dict[str, Any]:
    """``groups`` groups of tasks in a row behind one task, each group a chain."""
    with DAG(dag_id, schedule="0 5 * * *", start_date=datetime(2026, 1, 1, tzinfo=UTC), tags=["bench"]) as dag:
        begin = EmptyOperator(task_id="begin")
        for number in range(groups):
            with TaskGroup(f"group_{number}"):
                before: Any = begin
                for place in range(size):
                    task = PythonOperator(task_id=f"task_{place}", python_callable=print, retries=1)
                    before >> task
                    before = task
    return describe(dag)


def _mapped(dag_id: str) -> dict[str, Any]:
    with DAG(dag_id, schedule="0 5 * * *", start_date=datetime(2026, 1, 1, tzinfo=UTC)) as dag:
        one = PythonOperator.partial(task_id="each", python_callable=print).expand(op_args=[[n] for n in range(3)])
        one >> EmptyOperator(task_id="end")
    return describe(dag)


KINDS = (
    Kind(PLAIN, 997, 100, _plain),
    Kind(GRID, 1, 100, lambda dag_id: _grouped(dag_id, groups=20, size=10)),
    Kind(GRAPH, 1, 40, lambda dag_id: _grouped(dag_id, groups=50, size=10)),
    Kind(MAPPED, 1, 20, _mapped),
)


def fill(conn: Connection, *, say: Callable[[str], None] = lambda _text: None) -> None:
    """Fill an empty metastore; a few minutes."""
    now: datetime = fetch_value(conn, "SELECT now()")
    for days in range(0, 112, 7):
        partitions.ensure(conn, (now - timedelta(days=days)).date())
    for kind in KINDS:
        _dags(conn, kind)
        say(f"DAGs of the kind {kind.name}")
    for statement in _STEPS:
        what, text = statement
        conn.execute(text)
        say(what)
    conn.execute("VACUUM ANALYZE")
    say("analysed")


def _dags(conn: Connection, kind: Kind) -> None:
    structure = kind.structure("DAG")
    conn.execute(
        _DAGS,
        {
            "kind": kind.name,
            "dags": kind.dags,
            "runs": kind.runs,
            "structure": json.dumps(structure),
            "tasks": json.dumps([{**task, "position": place} for place, task in enumerate(structure["tasks"])]),
        },
    )


_DAGS = """
WITH source AS (
    INSERT INTO blob (hash, size, data) SELECT md5(%(kind)s), 4000, convert_to(repeat('print("bench")\n', 280), 'UTF8')
), code AS (
    INSERT INTO bundle (hash, manifest)
    SELECT md5(%(kind)s || 'bundle'), jsonb_build_object('v', 1, 'dag_folder', '', 'files',
           jsonb_object_agg(%(kind)s || '_' || n || '.py', jsonb_build_array(md5(%(kind)s), 4000, false)))
    FROM generate_series(0, %(dags)s - 1) AS n RETURNING id
), version AS (
    INSERT INTO dag_version (dag_id, number, file, fingerprint, structure, bundle_id)
    SELECT %(kind)s || '_' || n, v, %(kind)s || '_' || n || '.py', 'print ' || v,
           %(structure)s::jsonb || jsonb_build_object('dag_id', %(kind)s || '_' || n, 'label', %(kind)s || ' ' || n),
           code.id
    FROM code, generate_series(0, %(dags)s - 1) AS n, generate_series(1, 3) AS v
    RETURNING id, dag_id, number, bundle_id
), task AS (
    INSERT INTO version_task (version_id, position, task_id, queue, pool, pool_slots, priority, retries, retry_delay,
                              retry_backoff)
    SELECT version.id, t.position, t.task_id, 'queue_' || t.position %% 5, 'default_pool', 1, 1, 1, 300, 0
    FROM version, jsonb_to_recordset(%(tasks)s::jsonb) AS t (position int, task_id text)
), dag AS (
    INSERT INTO dag (dag_id, file, style, is_paused, version_id, bundle_id, description, owners, tags, schedule_text,
                     schedule, start_date, max_active_runs, max_active_tasks, next_due, next_start, next_end)
    SELECT dag_id, dag_id || '.py', 3, id %% 10 = 0, id, bundle_id, 'a DAG of the benchmark',
           ARRAY['owner_' || id %% 10], ARRAY['tag_' || id %% 20, 'bench'], '0 5 * * *',
           '{"kind": "cron", "crons": ["0 5 * * *"], "timezone": "UTC", "interval": "trigger"}',
           '2026-01-01Z', 16, 16, now() + interval '1 hour' + id * interval '1 second', now(), now()
    FROM version WHERE number = 3 RETURNING dag_id, version_id, bundle_id
)
INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after,
                     version_id, bundle_id, triggered_by, queued_at, start_date, end_date)
SELECT dag_id, 'scheduled__' || at, CASE WHEN day %% 10 = 3 THEN 'manual' ELSE 'scheduled' END,
       CASE WHEN day = 0 AND version_id %% 20 = 0 THEN 'running' WHEN day = 0 AND version_id %% 50 = 1 THEN 'queued'
            WHEN (version_id + day) %% 50 = 7 THEN 'failed' ELSE 'success' END,
       at, at, at, at, version_id, bundle_id, 'schedule', at, at + interval '1 second',
       at + interval '1 second' + (100 + (version_id * 7 + day * 13) %% 400) * interval '1 second'
FROM dag, generate_series(0, %(runs)s - 1) AS day,
     LATERAL (SELECT date_trunc('minute', now()) - day * interval '1 day' - version_id %% 1000 * interval '20 seconds'
              - interval '10 minutes' AS at) moment
"""

_TASKS = """
INSERT INTO task_instance (run_id, task_id, map_index, state, try_number, max_tries, dispatch, queue, pool, queued_at,
                           start_date, end_date)
SELECT r.id, t.task_id, -1,
       CASE WHEN v.structure #> ARRAY['tasks', t.position::text, 'mapped'] <> 'null' THEN 'removed'
            WHEN r.state = 'running' THEN CASE WHEN t.position < 5 THEN 'success' WHEN t.position < 7 THEN 'running'
                                               WHEN t.position = 7 THEN 'queued' ELSE 'none' END
            WHEN r.state = 'failed' THEN CASE WHEN t.position < 9 THEN 'success' WHEN t.position = 9 THEN 'failed'
                                              ELSE 'upstream_failed' END
            ELSE 'success' END,
       1, 1, 1, t.queue, t.pool, r.start_date + t.position * interval '3 seconds',
       r.start_date + t.position * interval '3 seconds' + interval '0.2 seconds',
       r.start_date + t.position * interval '3 seconds' + interval '2.5 seconds'
FROM dag_run r JOIN version_task t ON t.version_id = r.version_id JOIN dag_version v ON v.id = r.version_id
WHERE r.state <> 'queued' ORDER BY r.run_after, r.id, t.position
"""

_EACH = f"""
INSERT INTO task_instance (run_id, task_id, map_index, state, try_number, max_tries, dispatch, queue, pool, queued_at,
                           start_date, end_date)
SELECT r.id, 'each', n, CASE WHEN n % 1000 = 7 THEN 'failed' ELSE 'success' END, 1, 1, 1, 'queue_0', 'default_pool',
       r.start_date, r.start_date + n * interval '10 milliseconds', r.start_date + n * interval '12 milliseconds'
FROM dag_run r, generate_series(0, {INSTANCES - 1}) AS n
WHERE r.dag_id LIKE 'mapped%' AND r.state <> 'queued' ORDER BY r.id, n
"""

_ATTEMPTS = """
INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, hostname, queue, queued_at, started_at, ended_at, error,
                          log_bytes, peak_rss, cpu_seconds)
SELECT id, 1, 1, state, 'worker-' || id % 20, queue, queued_at, start_date, end_date,
       CASE WHEN state = 'failed' THEN 'ValueError: the figures do not add up' END, 70, 50000000, 0.2
FROM task_instance WHERE state IN ('success', 'failed')
"""

_LOGS = """
INSERT INTO task_log (ti_id, dispatch, day, byte_offset, text)
SELECT ti_id, dispatch, (started_at AT TIME ZONE 'UTC')::date, 0,
       '[2026-01-31T05:00:00.000Z] INFO the figures of the day before are loaded' || chr(10)
FROM task_attempt WHERE started_at > now() - interval '14 days'
"""

_LONG_LOG = """
INSERT INTO task_log (ti_id, dispatch, day, byte_offset, text)
SELECT t.id, 1, (t.start_date AT TIME ZONE 'UTC')::date, 74 + n * 7300,
       repeat('[2026-01-31T05:00:00.000Z] INFO one more line of a long log, number here' || chr(10), 100)
FROM task_instance t, generate_series(0, 699) AS n
WHERE t.task_id = 'begin' AND t.run_id = (SELECT max(id) FROM dag_run WHERE dag_id LIKE 'grid%' AND state = 'success')
"""

_VALUES = """
INSERT INTO xcom (ti_id, key, value, created_at)
SELECT id, 'return_value', '{"rows": ' || id || ', "path": "s3://bucket/key"}', end_date FROM task_instance
WHERE state = 'success' AND start_date > now() - interval '20 days' AND id % 3 = 0
"""

_AUDIT = """
INSERT INTO event_log (at, actor, action, subject, detail)
SELECT now() - n * interval '60 seconds', 'user_' || n % 7,
       (ARRAY['dag.trigger', 'dag.pause', 'task.clear'])[1 + n % 3], 'plain_' || n % 997, '{}'
FROM generate_series(1, 100000) AS n
"""

_ASSETS = """
WITH made AS (
    INSERT INTO asset (name, uri) SELECT 'asset_' || n, 's3://bucket/asset_' || n FROM generate_series(1, 500) AS n
    RETURNING id
), consumed AS (
    INSERT INTO asset_consumer (dag_id, kind, value) SELECT 'plain_' || n, 'name', 'asset_' || n % 500
    FROM generate_series(1, 800) AS n
)
INSERT INTO asset_event (asset_id, source_dag_id, source_task_id, source_run_id, at)
SELECT made.id, 'plain_' || made.id, 'group_0.task_1', 'scheduled__1', now() - n * interval '1 hour'
FROM made, generate_series(1, 100) AS n
"""

_NODES = """
INSERT INTO node (id, kind, name, hostname, pid, queues, capacity, version, lease_until)
SELECT gen_random_uuid(), CASE WHEN n = 0 THEN 'scheduler' ELSE 'worker' END, 'node-' || n, 'host-' || n, n,
       CASE WHEN n = 0 THEN '{}' ELSE ARRAY['queue_' || n % 5] END, 16, '1', now() + interval '1 day'
FROM generate_series(0, 20) AS n
"""

_SAMPLES = """
INSERT INTO queue_sample (queue, at, backlog, outstanding, running, oldest_seconds, workers, slots, wanted_workers,
                          finished, busy_seconds)
SELECT 'queue_' || q, now() - n * interval '10 seconds', n % 50, n % 16, n % 30, 1.5, 4, 64, 4, 10, 20
FROM generate_series(0, 4) AS q, generate_series(0, 8639) AS n
"""

_STEPS = (
    ("task instances", _TASKS),
    ("mapped task instances", _EACH),
    ("attempts", _ATTEMPTS),
    ("logs", _LOGS),
    ("a long log", _LONG_LOG),
    ("XComs", _VALUES),
    ("audit trail", _AUDIT),
    ("assets", _ASSETS),
    ("nodes", _NODES),
    ("samples of queues", _SAMPLES),
)
