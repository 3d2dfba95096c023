"""What DAG files import of ``airflow.cli``: the names of Airflow's tables, for a choice of what to clean."""

from __future__ import annotations

all_tables = [
    "dag",
    "dag_run",
    "import_error",
    "log",
    "task_fail",
    "task_instance",
    "task_reschedule",
    "trigger",
    "xcom",
]
