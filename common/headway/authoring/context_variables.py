"""``AIRFLOW_CTX_*``: what a task runs for, in the environment of its code and of the programs that it starts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


def context_variables(context: Mapping[str, Any]) -> dict[str, str]:
    """The variables by name; none for the empty context with which tests call ``execute``."""
    ti = context.get("ti")
    if ti is None:
        return {}
    values = {
        "DAG_OWNER": context["task"].owner,
        "DAG_ID": ti.dag_id,
        "TASK_ID": ti.task_id,
        "EXECUTION_DATE": context.get("ts"),
        "LOGICAL_DATE": context.get("ts"),
        "TRY_NUMBER": str(ti.try_number),
        "DAG_RUN_ID": ti.run_id,
    }
    return {f"AIRFLOW_CTX_{name}": value for name, value in values.items() if value}


@contextmanager
def in_environment(context: Mapping[str, Any]) -> Iterator[None]:
    """Have the variables in this process's environment, for code that reads them there."""
    variables = context_variables(context)
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
