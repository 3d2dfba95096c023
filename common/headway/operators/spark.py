"""``SparkSubmitOperator``: a Spark application as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.current_file import notice
from headway.authoring.operator import BaseOperator
from headway.hooks.spark import SparkSubmitHook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context


class SparkSubmitOperator(BaseOperator):
    """Runs ``spark-submit`` with ``application`` and waits for its end; stopping the task ends it.

    Its output is the task's log. The connection names the master (see ``SparkSubmitHook``); every other
    argument is the option of spark-submit with that name. ``use_krb5ccache`` changes nothing: a ticket cache of the
    host is used anyway; lineage is not collected.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "application", "conf", "files", "py_files", "jars", "driver_class_path", "packages", "exclude_packages",
        "keytab", "principal", "proxy_user", "name", "application_args", "env_vars", "properties_file",
    )  # fmt: skip
    template_fields_renderers: ClassVar[dict[str, str]] = {"conf": "json", "env_vars": "json"}
    ui_color = "#FF9933"

    def __init__(
        self,
        *,
        application: str = "",
        conf: dict[str, Any] | None = None,
        conn_id: str = "spark_default",
        files: str | None = None,
        py_files: str | None = None,
        archives: str | None = None,
        driver_class_path: str | None = None,
        jars: str | None = None,
        java_class: str | None = None,
        packages: str | None = None,
        exclude_packages: str | None = None,
        repositories: str | None = None,
        total_executor_cores: int | None = None,
        executor_cores: int | None = None,
        executor_memory: str | None = None,
        driver_memory: str | None = None,
        keytab: str | None = None,
        principal: str | None = None,
        proxy_user: str | None = None,
        name: str = "arrow-spark",
        num_executors: int | None = None,
        status_poll_interval: float = 1,
        application_args: list[Any] | None = None,
        env_vars: dict[str, Any] | None = None,
        verbose: bool = False,
        spark_binary: str | None = None,
        properties_file: str | None = None,
        yarn_queue: str | None = None,
        deploy_mode: str | None = None,
        use_krb5ccache: bool = False,
        post_submit_commands: list[str] | None = None,
        openlineage_inject_parent_job_info: bool = False,
        openlineage_inject_transport_info: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if post_submit_commands:
            notice(f"task {self.task_id!r}: post_submit_commands are not run; put them into a task behind", self.place)
        self.application = application
        self.conf = conf
        self.conn_id = conn_id
        self.files = files
        self.py_files = py_files
        self.archives = archives
        self.driver_class_path = driver_class_path
        self.jars = jars
        self.java_class = java_class
        self.packages = packages
        self.exclude_packages = exclude_packages
        self.repositories = repositories
        self.total_executor_cores = total_executor_cores
        self.executor_cores = executor_cores
        self.executor_memory = executor_memory
        self.driver_memory = driver_memory
        self.keytab = keytab
        self.principal = principal
        self.proxy_user = proxy_user
        self.name = name
        self.num_executors = num_executors
        self.status_poll_interval = status_poll_interval
        self.application_args = application_args
        self.env_vars = env_vars
        self.verbose = verbose
        self.spark_binary = spark_binary
        self.properties_file = properties_file
        self.yarn_queue = yarn_queue
        self.deploy_mode = deploy_mode
        self._hook: SparkSubmitHook | None = None

    def execute(self, context: Context) -> None:
        """Submit and wait."""
        names = (
            "conf", "conn_id", "files", "py_files", "archives", "driver_class_path", "jars", "java_class", "packages",
            "exclude_packages", "repositories", "total_executor_cores", "executor_cores", "executor_memory",
            "driver_memory", "keytab", "principal", "proxy_user", "name", "num_executors", "status_poll_interval",
            "application_args", "env_vars", "verbose", "spark_binary", "properties_file", "yarn_queue", "deploy_mode",
        )  # fmt: skip
        self._hook = SparkSubmitHook(**{name: getattr(self, name) for name in names})
        self._hook.submit(self.application)

    def on_kill(self) -> None:
        """End spark-submit and what it started."""
        if self._hook is not None:
            self._hook.on_kill()
