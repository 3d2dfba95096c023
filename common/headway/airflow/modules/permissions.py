"""What ``airflow.security.permissions`` offers: the words of ``access_control``, which has no effect here."""

from __future__ import annotations

from typing import Any

ACTION_CAN_CREATE = "can_create"
ACTION_CAN_READ = "can_read"
ACTION_CAN_EDIT = "can_edit"
ACTION_CAN_DELETE = "can_delete"
ACTION_CAN_ACCESS_MENU = "menu_access"
DEPRECATED_ACTION_CAN_DAG_READ = "can_dag_read"
DEPRECATED_ACTION_CAN_DAG_EDIT = "can_dag_edit"
RESOURCE_DAG = "DAGs"
RESOURCE_DAG_PREFIX = "DAG:"
RESOURCE_DAG_RUN = "DAG Runs"


def resource_name_for_dag(dag_id: str) -> str:
    """The name of a DAG as something to have permissions on."""
    return dag_id if dag_id.startswith(RESOURCE_DAG_PREFIX) else f"{RESOURCE_DAG_PREFIX}{dag_id}"


def __getattr__(name: str) -> Any:
    """Every other resource or action stands for its own name."""
    if not name.isupper():
        raise AttributeError(f"module 'airflow.security.permissions' has no attribute {name!r} here")
    return name.removeprefix("RESOURCE_").removeprefix("ACTION_").replace("_", " ").title()
