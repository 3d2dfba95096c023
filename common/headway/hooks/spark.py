"""``SparkSubmitHook``: runs ``spark-submit``, follows it and can end it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from functools import cached_property
from typing import Any

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException, AirflowNotFoundException
from headway.hooks.base import BaseHook
from headway.operators.shell import CommandProcess

_BINARIES = ("spark-submit", "spark2-submit", "spark3-submit")
_YARN_APPLICATION = re.compile(r"application_\d+_\d+")
_DRIVER = re.compile(r"driver-\d+-\d+")
_DRIVER_STATE = re.compile(r'"driverState"\s*:\s*"(\w+)"')
_DRIVER_WORKS = ("SUBMITTED", "RUNNING", "RELAUNCHING", "UNKNOWN")
_KILL_TIMEOUT = 30.0
#: Options of spark-submit that are one text, by argument of the hook.
_OPTIONS = {
    "files": "--files",
    "py_files": "--py-files",
    "archives": "--archives",
    "driver_class_path": "--driver-class-path",
    "jars": "--jars",
    "packages": "--packages",
    "exclude_packages": "--exclude-packages",
    "repositories": "--repositories",
    "num_executors": "--num-executors",
    "total_executor_cores": "--total-executor-cores",
    "executor_cores": "--executor-cores",
    "executor_memory": "--executor-memory",
    "driver_memory": "--driver-memory",
    "keytab": "--keytab",
    "principal": "--principal",
    "proxy_user": "--proxy-user",
    "properties_file": "--properties-file",
    "name": "--name",
    "java_class": "--class",
    "queue": "--queue",
    "deploy_mode": "--deploy-mode",
}


class SparkSubmitHook(BaseHook):
    """Submits applications to the master that a connection names: ``yarn``, ``local[2]``, ``spark://host:7077``.

    Extras: ``queue``, ``deploy-mode`` (client, cluster), ``spark-binary`` (spark-submit), ``namespace``
    (Kubernetes). Without the connection the master is yarn. ``options`` are arguments as in ``_OPTIONS``.
    """

    conn_type = "spark"
    conn_name_attr = "conn_id"
    default_conn_name = "spark_default"
    hook_name = "Spark"

    def __init__(
        self,
        conf: dict[str, Any] | None = None,
        conn_id: str = default_conn_name,
        *,
        application_args: list[Any] | None = None,
        env_vars: dict[str, Any] | None = None,
        spark_binary: str | None = None,
        yarn_queue: str | None = None,
        status_poll_interval: float = 1,
        verbose: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.conf = conf or {}
        self.application_args = application_args or []
        self.env_vars = env_vars or {}
        self.status_poll_interval = status_poll_interval
        self.verbose = verbose
        self.options = {"queue": yarn_queue, **options}
        self._given_binary = spark_binary
        self.application_id: str | None = None
        self.driver_id: str | None = None
        self._process: CommandProcess | None = None

    @cached_property
    def connection(self) -> Connection:
        """The master's connection; yarn when there is none."""
        try:
            return self.get_connection(self.conn_id)
        except AirflowNotFoundException:
            self.log.info("There is no connection %r: the master is yarn", self.conn_id)
            return Connection(self.conn_id, "spark", host="yarn")

    @property
    def master(self) -> str:
        """The master as spark-submit wants it."""
        host = self.connection.host or "yarn"
        if "://" not in host and self.connection.port:  # a URI's scheme is the connection's type
            host = f"spark://{host}"
        return f"{host}:{self.connection.port}" if self.connection.port else host

    @property
    def deploy_mode(self) -> str | None:
        """client, cluster, or None for spark-submit's own choice."""
        extra = self.connection.extra_dejson
        return self.options.get("deploy_mode") or extra.get("deploy-mode") or extra.get("deploy_mode")

    def get_conn(self) -> None:
        """Nothing: the client is a program."""

    def command(self, application: str) -> list[str]:
        """The whole command that submits ``application``."""
        extra = self.connection.extra_dejson
        options = {**self.options, "deploy_mode": self.deploy_mode}
        options["queue"] = options.get("queue") or extra.get("queue")
        made = [self._binary(), "--master", self.master]
        for name, value in self._conf().items():
            made += ["--conf", f"{name}={value}"]
        for name, option in _OPTIONS.items():
            if options.get(name) not in (None, ""):
                made += [option, str(options[name])]
        if self.verbose:
            made.append("--verbose")
        return [*made, application, *map(str, self.application_args)]

    def submit(self, application: str = "", **_: Any) -> None:
        """Submit and wait for the end; ``AirflowException`` when it failed."""
        code = self._run(self.command(application))
        if code != 0:
            raise AirflowException(f"spark-submit ended with code {code}", remedy="the lines above are what it printed")
        if self._follows_driver and self.driver_id:
            self._follow_driver(self.driver_id)

    def on_kill(self) -> None:
        """End spark-submit, and the application that it left with a cluster."""
        if self._process is not None:
            self._process.stop()
        if self.application_id and self.master.startswith("yarn"):
            self._quietly(["yarn", "application", "-kill", self.application_id])
        if self._follows_driver and self.driver_id:
            self._quietly([self._binary(), "--master", self.master, "--kill", self.driver_id])

    @property
    def _follows_driver(self) -> bool:
        """Whether the driver runs on a standalone cluster, where spark-submit does not wait for it."""
        return self.master.startswith("spark://") and self.deploy_mode == "cluster"

    def _conf(self) -> dict[str, Any]:
        found = {f"spark.yarn.appMasterEnv.{name}": value for name, value in self.env_vars.items()}
        if not self.master.startswith("yarn"):
            found = {}
        if self.master.startswith("k8s://") and (namespace := self.connection.extra_dejson.get("namespace")):
            found["spark.kubernetes.namespace"] = namespace
        return {**found, **self.conf}

    def _binary(self) -> str:
        name = self._given_binary or self.connection.extra_dejson.get("spark-binary") or "spark-submit"
        if name not in _BINARIES and os.sep not in name:
            raise AirflowException(
                f"spark-binary: expected {', '.join(_BINARIES)} or a path, got {name!r}", remedy="choose one of them"
            )
        found = shutil.which(name)
        if found is None:
            raise AirflowException(
                f"there is no {name} on this host",
                remedy="install Spark's client on every worker of the task's queue, and put its bin folder on PATH",
            )
        return found

    def _run(self, command: list[str]) -> int:
        self.log.info("Running command: %s", _without_secrets(command))
        environment = {**os.environ, **{name: str(value) for name, value in self.env_vars.items()}}
        with CommandProcess(command, None, environment) as self._process:
            return self._process.wait(heard=self._heard)[0]

    def _heard(self, line: str) -> None:
        """Learn from spark-submit's output what it started."""
        if self.application_id is None and (found := _YARN_APPLICATION.search(line)):
            self.application_id = found.group()
        if self.driver_id is None and (found := _DRIVER.search(line)):
            self.driver_id = found.group()

    def _follow_driver(self, driver: str) -> None:
        state = "UNKNOWN"
        while state in _DRIVER_WORKS:
            time.sleep(self.status_poll_interval)
            state = self._driver_state(driver)
        if state != "FINISHED":
            raise AirflowException(f"driver {driver} ended as {state}", remedy="look at its log on the cluster")

    def _driver_state(self, driver: str) -> str:
        states: list[str] = []
        command = [self._binary(), "--master", self.master, "--status", driver]
        with CommandProcess(command, None, os.environ) as self._process:
            code, _ = self._process.wait(heard=lambda line: states.extend(_DRIVER_STATE.findall(line)))
        if code != 0 and not states:
            raise AirflowException(f"the state of driver {driver} cannot be asked", remedy="the lines above say why")
        return states[-1] if states else "UNKNOWN"

    def _quietly(self, command: list[str]) -> None:
        try:
            subprocess.run(command, check=False, timeout=_KILL_TIMEOUT, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            self.log.exception("%s failed; the application may go on", command[0])


def _without_secrets(command: list[str]) -> str:
    """The command with the values of what looks like a password hidden."""
    text = " ".join(command)
    return re.sub(r"(?i)(\S*(?:secret|password|token)\S*?=)\S+", r"\1***", text)
