"""What ``airflow.api`` offered to start runs from code."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from headway.authoring.other_dags import StartedRun
from headway.authoring.runtime import current_runtime

__all__ = ["Client", "trigger_dag"]


def trigger_dag(
    dag_id: str,
    run_id: str | None = None,
    conf: Any = None,
    execution_date: datetime | None = None,
    replace_microseconds: bool = True,
    *,
    logical_date: datetime | None = None,
    **_: Any,
) -> StartedRun:
    """Start a run of a DAG from within a task; ``conf`` is a dictionary or its JSON text."""
    given = json.loads(conf) if isinstance(conf, str) else conf or {}
    moment = logical_date or execution_date
    return current_runtime().dags.trigger(dag_id, run_id=run_id, logical_date=moment, conf=given)


class Client:
    """Airflow's client of its own API, as far as it starts runs."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take Airflow's arguments; there is no server to name."""

    def trigger_dag(
        self, dag_id: str, run_id: str | None = None, conf: Any = None, execution_date: Any = None, **_: Any
    ) -> StartedRun:
        """The same as the function ``trigger_dag``."""
        return trigger_dag(dag_id, run_id, conf, execution_date)
