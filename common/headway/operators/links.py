"""Links of operators that Airflow's web pages show; kept so that files which name them can be imported."""

from __future__ import annotations

from typing import Any


class OperatorLink:
    """A link beside a task; nothing shows it here."""

    name = ""

    def get_link(self, operator: Any, *, ti_key: Any = None, **_: Any) -> str:
        """No address."""
        return ""


class TriggerDagRunLink(OperatorLink):
    """To the run that a task triggered."""

    name = "Triggered DAG"


class ExternalTaskSensorLink(OperatorLink):
    """To the DAG that a sensor waits for."""

    name = "External DAG"
