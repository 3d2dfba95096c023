"""What a command that people know from Airflow's command line, 1.10 to 3, is called here."""

from __future__ import annotations

from collections.abc import Sequence

#: Airflow's words that Headway has no command for, and the command that does it.
AIRFLOW_WORDS = {
    # Airflow 2 and 3
    "api-server": "web",
    "celery flower": "flower",
    "celery list-workers": "nodes list",
    "celery stop": "nodes drain NODE",
    "celery worker": "worker --queues QUEUES",
    "cheat-sheet": "--help",
    "connections add": "connections set CONN",
    "connections import": "airflow import --connections FILE",
    "dag-processor": "scheduler",
    "dags backfill": "backfill create DAG --from-date FROM --to-date TO",
    "dags details": "dags show DAG",
    "dags list-import-errors": "dags errors",
    "dags list-jobs": "nodes list",
    "dags list-runs": "dags runs DAG",
    "dags next-execution": "dags show DAG",
    "dags state": "dags runs DAG",
    "db check-migrations": "db check",
    "db init": "db upgrade",
    "db migrate": "db upgrade",
    "jobs check": "nodes check",
    "pools get": "pools list",
    "pools import": "airflow import --pools FILE",
    "roles": "users set-role USER ROLE",
    "runs list": "dags runs DAG",
    "tasks failed-deps": "tasks states DAG RUN",
    "tasks run": "tasks test DAG TASK DATE",
    "tasks state": "tasks states DAG RUN",
    "tasks states-for-dag-run": "tasks states DAG RUN",
    "variables import": "airflow import --variables FILE",
    "webserver": "web",
    # Airflow 1.10
    "clear": "tasks clear DAG",
    "dag_state": "dags runs DAG",
    "delete_dag": "dags delete DAG",
    "initdb": "db upgrade",
    "list_dag_runs": "dags runs DAG",
    "list_dags": "dags list",
    "list_tasks": "tasks list DAG",
    "pause": "dags pause DAG",
    "pool": "pools list",
    "render": "tasks render DAG TASK DATE",
    "run": "tasks test DAG TASK DATE",
    "task_state": "tasks states DAG RUN",
    "test": "tasks test DAG TASK DATE",
    "trigger_dag": "dags trigger DAG",
    "unpause": "dags unpause DAG",
    "upgradedb": "db upgrade",
}


def called_here(words: Sequence[str]) -> str | None:
    """A remedy for the words behind ``headway`` where they begin with a command of Airflow's; None for others."""
    found = next((AIRFLOW_WORDS[key] for key in (" ".join(words[:2]), *words[:1]) if key in AIRFLOW_WORDS), None)
    return f"what Airflow calls so is `headway {found}`" if found else None
