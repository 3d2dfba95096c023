"""The tasks of decorated functions that do not run in the worker's own Python, or need more than it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from headway.authoring.connections import get_connection
from headway.authoring.exceptions import AirflowException, AirflowFailException
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS
from headway.operators.python import PythonOperator
from headway.operators.python_elsewhere import (
    BranchExternalPythonOperator,
    BranchPythonVirtualenvOperator,
    ExternalPythonOperator,
    PythonVirtualenvOperator,
)

if TYPE_CHECKING:
    from headway.authoring.context import Context

_PYTHON_ARGUMENTS = {
    "task_id", "dag", "task_group", "default_args", "python_callable", "op_args", "op_kwargs", "templates_dict",
    "templates_exts", "show_return_value_in_logs",
}  # fmt: skip


class VirtualenvTask(PythonVirtualenvOperator):
    """``@task.virtualenv``."""

    custom_operator_name = "@task.virtualenv"


class BranchVirtualenvTask(BranchPythonVirtualenvOperator):
    """``@task.branch_virtualenv``."""

    custom_operator_name = "@task.branch_virtualenv"


class ExternalPythonTask(ExternalPythonOperator):
    """``@task.external_python``."""

    custom_operator_name = "@task.external_python"


class BranchExternalPythonTask(BranchExternalPythonOperator):
    """``@task.branch_external_python``."""

    custom_operator_name = "@task.branch_external_python"


class PysparkTask(PythonOperator):
    """``@task.pyspark``: calls the function with a Spark session as ``spark`` and its context as ``sc``.

    The connection ``conn_id`` names the master in its host; ``config_kwargs`` are Spark's own settings.
    """

    custom_operator_name = "@task.pyspark"

    def __init__(
        self, *, conn_id: str | None = None, config_kwargs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        given = {**(kwargs.pop("op_kwargs", None) or {})}
        super().__init__(op_kwargs={"spark": None, "sc": None, **given}, **kwargs)
        self.conn_id = conn_id
        self.config_kwargs = config_kwargs or {}

    def execute_callable(self, context: Context) -> Any:
        """The function's result; the session is stopped afterwards."""
        try:
            session_class = import_module("pyspark.sql").SparkSession
        except ModuleNotFoundError:
            remedy = "pip install pyspark on every worker of the task's queue"
            raise AirflowException("@task.pyspark needs the package pyspark", remedy=remedy) from None
        builder = session_class.builder.appName(f"{self.dag_id}-{self.task_id}").master(self._master())
        for name, value in self.config_kwargs.items():
            builder = builder.config(name, value)
        with builder.getOrCreate() as session:
            self.op_kwargs = {**self.op_kwargs, "spark": session, "sc": session.sparkContext}
            return super().execute_callable(context)

    def _master(self) -> str:
        if self.conn_id is None:
            return "local[*]"
        found = get_connection(self.conn_id)
        port = f":{found.port}" if found.port else ""
        return f"{found.host or 'local[*]'}{port}"


class ElsewhereOnlyTask(PythonOperator):
    """Base of decorators that need a system which Headway does not run tasks on: parsed, refused when run."""

    instead = ""

    def __init__(self, **kwargs: Any) -> None:
        known = OPERATOR_ARGUMENTS.names() | _PYTHON_ARGUMENTS
        super().__init__(**{name: value for name, value in kwargs.items() if name in known})
        self.arguments = {name: value for name, value in kwargs.items() if name not in known}

    def execute(self, context: Context) -> Any:
        """Refuse."""
        raise AirflowFailException(f"{self.custom_operator_name} cannot run in this version", remedy=self.instead)


class KubernetesTask(ElsewhereOnlyTask):
    """``@task.kubernetes``: parsed, refused when run."""

    custom_operator_name = "@task.kubernetes"
    instead = "tasks run on Celery workers: use @task.docker, @task.virtualenv or @task(queue=...)"
