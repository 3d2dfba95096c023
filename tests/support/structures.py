"""DAG structures as the authoring layer describes them, and rows made from them, for tests without DAG files."""

from __future__ import annotations

import json
from typing import Any

from headway.metastore.database import Connection

_TASK: dict[str, Any] = {
    "operator": "PythonOperator", "kind": "task", "upstream": [], "trigger_rule": "all_success", "retries": 0,
    "retry_delay": 0.0, "retry_exponential_backoff": False, "max_retry_delay": None, "execution_timeout": None,
    "queue": "default", "pool": "default_pool", "pool_slots": 1, "priority_weight": 1, "weight_rule": "downstream",
    "depends_on_past": False, "wait_for_downstream": False, "start_date": None, "end_date": None,
    "max_active_tis_per_dag": None, "max_active_tis_per_dagrun": None, "is_setup": False, "is_teardown": False,
    "on_failure_fail_dagrun": False, "owner": "airflow", "group": "", "outlets": [], "inlets": [],
    "retry_on_lost": True, "isolation": None, "mapped": None,
}  # fmt: skip


def task(task_id: str, *upstream: str, **more: Any) -> dict[str, Any]:
    """One task's structure."""
    return {**_TASK, "task_id": task_id, "label": task_id, "upstream": sorted(upstream), **more}


def mapped(over: Any, scope: str) -> dict[str, Any]:
    """What makes a task a mapped one: over a number of elements, or the result of a task by its id."""
    spec = {"kind": "known", "length": over} if isinstance(over, int) else over
    if isinstance(over, str):
        spec = {"kind": "result", "task": over, "key": "return_value"}
    return {"mapped": {"scope": scope, "over": spec}}


def structure(dag_id: str, *tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A DAG's structure."""
    return {"v": 1, "dag_id": dag_id, "style": 2, "schedule": {"kind": "none"}, "schedule_text": "None",
            "tasks": list(tasks), "groups": [], "warnings": [], "fail_fast": False, **more}  # fmt: skip


def store_dag(
    conn: Connection,
    described: dict[str, Any],
    *,
    paused: bool = False,
    max_active_runs: int = 16,
    max_active_tasks: int = 10_000,
) -> None:
    """Insert a DAG with one version and one (empty) bundle, as parsing would."""
    dag_id = described["dag_id"]
    bundle = conn.execute(
        "INSERT INTO bundle (hash, manifest) VALUES (%s, '{}') ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash"
        " RETURNING id",
        ("0" * 64,),
    ).fetchone()
    version = conn.execute(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure) VALUES (%s, 1, 'f.py', 'x', %s)"
        " RETURNING id",
        (dag_id, json.dumps(described)),
    ).fetchone()
    assert bundle is not None
    assert version is not None
    conn.execute(
        "INSERT INTO dag (dag_id, file, style, is_paused, version_id, bundle_id, schedule, max_active_runs,"
        " max_active_tasks, start_date, end_date, catchup) VALUES (%s, 'f.py', 2, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            dag_id, paused, version[0], bundle[0], json.dumps(described["schedule"]), max_active_runs,
            max_active_tasks, described.get("start_date"), described.get("end_date"), described.get("catchup", False),
        ),
    )  # fmt: skip
    for position, spec in enumerate(described["tasks"]):
        conn.execute(
            "INSERT INTO version_task (version_id, position, task_id, queue, pool, pool_slots, priority, retries,"
            " retry_delay, retry_backoff, retry_on_lost) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s)",
            (
                version[0], position, spec["task_id"], spec["queue"], spec["pool"], spec["pool_slots"],
                spec["priority_weight"], spec["retries"], spec["retry_delay"], spec["retry_on_lost"],
            ),
        )  # fmt: skip


def add_run(conn: Connection, dag_id: str, run_id: str, *, logical_date: str | None = None) -> int:
    """Insert a queued run; returns its key."""
    row = conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, version_id, bundle_id)"
        " SELECT dag_id, %s, 'manual', %s, version_id, bundle_id FROM dag WHERE dag_id = %s RETURNING id",
        (run_id, logical_date, dag_id),
    ).fetchone()
    assert row is not None
    return int(row[0])
