"""Airflow's configuration, where it means something here: its keys and the settings of Headway behind them.

Read from the environment (``AIRFLOW__CORE__DAGS_FOLDER``) and from ``airflow.cfg``, if ``AIRFLOW_CONFIG`` names it or
it lies in ``AIRFLOW_HOME``. It is the weakest source: whatever Headway itself is told goes first. Addresses and secrets
of a running Airflow are never taken over: its broker and its database are not for Headway to use.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "AIRFLOW__"

#: ``section.key`` of Airflow (old names too) and the setting of Headway that it gives a value to.
SETTING_OF: dict[str, str] = {
    "core.dags_folder": "dags.folder",
    "core.dags_are_paused_at_creation": "dags.paused_at_creation",
    "core.max_active_runs_per_dag": "dags.max_active_runs",
    "core.max_active_tasks_per_dag": "dags.max_active_tasks",
    "core.dag_concurrency": "dags.max_active_tasks",
    "core.max_map_length": "dags.max_map_length",
    "core.dagbag_import_timeout": "dags.parse_timeout",
    "dag_processor.parsing_processes": "dags.parse_processes",
    "scheduler.parsing_processes": "dags.parse_processes",
    "scheduler.max_threads": "dags.parse_processes",
    "core.parallelism": "scheduler.parallelism",
    "core.killed_task_cleanup_time": "worker.kill_grace",
    "celery.worker_concurrency": "worker.concurrency",
    "triggerer.capacity": "triggerer.capacity",
    "triggerer.default_capacity": "triggerer.capacity",
    "celery.worker_send_task_events": "worker.task_events",
    "celery.flower_host": "flower.address",
    "celery.flower_port": "flower.port",
    "core.default_timezone": "defaults.timezone",
    "scheduler.catchup_by_default": "defaults.catchup",
    "core.default_task_retries": "defaults.retries",
    "core.default_task_retry_delay": "defaults.retry_delay",
    "core.default_task_execution_timeout": "defaults.execution_timeout",
    "core.default_task_weight_rule": "defaults.weight_rule",
    "operators.default_queue": "defaults.queue",
    "operators.default_deferrable": "defaults.deferrable",
    "celery.default_queue": "defaults.queue",
    "operators.default_owner": "defaults.owner",
    "secrets.backend": "secrets.backend",
    "secrets.backend_kwargs": "secrets.backend_kwargs",
}

#: Why other keys mean nothing here: by ``section.key``, else by section.
REASONS: dict[str, str] = {
    "core.executor": "tasks always run on Celery workers",
    "core.sql_alchemy_conn": "Headway has a metastore of its own: metastore.url",
    "core.fernet_key": "Headway makes a key of its own; exported connections and variables come in clear",
    "core.load_examples": "examples are never mixed with your DAGs; `headway demo` shows them",
    "core.plugins_folder": "plugins are found in plugins/ beside or in the DAG folder",
    "core.base_log_folder": "logs are kept in the metastore",
    "core.default_pool_task_slot_count": "set it with `headway pools set default_pool SLOTS`",
    "core.dag_ignore_file_syntax": "both syntaxes of .airflowignore are recognised by their looks",
    "core.store_dag_code": "each version of the code is stored",
    "core.store_serialized_dags": "DAGs are always stored",
    "core.min_serialized_dag_update_interval": "files are read when they change",
    "core.enable_xcom_pickling": "XComs are JSON",
    "core.donot_pickle": "XComs are JSON",
    "core.xcom_backend": "XComs are kept in the metastore; larger values belong into files or tables",
    "core.max_num_rendered_ti_fields_per_task": "rendered values are kept for days: retention.rendered_days",
    "celery.broker_url": "Headway needs a broker of its own (broker.url), never the one of a running Airflow",
    "celery.result_backend": "Celery results are short-lived here: results.url",
    "celery.flower_basic_auth": "Flower's password is flower.password",
    "scheduler.min_file_process_interval": "files are read when they change",
    "scheduler.dag_dir_list_interval": "files are read when they change",
    "logging.remote_logging": "logs survive their worker anyway; for S3 or a shared folder set logs.store",
    "logging.remote_base_log_folder": "Headway needs a folder or prefix of its own: logs.store",
    "logging.remote_log_conn_id": "what a log store needs to know stands in logs.store_options",
    "database": "Headway has a metastore of its own: metastore.url",
    "celery": "Headway's workers have settings of their own: [worker] and [broker]",
    "scheduler": "Headway's scheduler waits for events and has settings of its own: [scheduler] and [lease]",
    "dag_processor": "files are read when they change",
    "logging": "logs are kept in the metastore: [logs]",
    "webserver": "no web server of Airflow's runs here",
    "api": "no web server of Airflow's runs here",
    "api_auth": "no web server of Airflow's runs here",
    "smtp": "mail servers are connections: make smtp_default",
    "email": "mail servers are connections: make smtp_default",
}

_OTHERS = "Headway itself does not use it; conf.get in DAG files finds it on hosts that have this configuration"

_TRUE, _FALSE = ("true", "t", "1", "yes", "on"), ("false", "f", "0", "no", "off")


@dataclass(frozen=True, slots=True)
class AirflowKey:
    """A key of Airflow's that somebody has set: ``place`` is the variable or the file that does."""

    name: str
    value: str
    place: str

    @property
    def setting(self) -> str | None:
        """The setting of Headway that it gives a value to."""
        return SETTING_OF.get(self.name)

    @property
    def reason(self) -> str:
        """Why it means nothing here; empty for one that does."""
        if self.setting:
            return ""
        return REASONS.get(self.name) or REASONS.get(self.name.partition(".")[0]) or _OTHERS


def config_file(environment: Mapping[str, str]) -> Path | None:
    """The ``airflow.cfg`` that the environment points to, if it exists."""
    named, home = environment.get("AIRFLOW_CONFIG"), environment.get("AIRFLOW_HOME")
    path = Path(named or Path(home or "", "airflow.cfg")).expanduser() if named or home else None
    return path if path is not None and path.is_file() else None


def airflow_keys(environment: Mapping[str, str], file: Path | None) -> list[AirflowKey]:
    """Every key that the environment and the file set; of one that both set, the environment's."""
    found = {key.name: key for key in _of_file(file)} if file is not None else {}
    found |= {key.name: key for key in _of_environment(environment)}
    return sorted(found.values(), key=lambda key: key.name)


def settings_of(keys: list[AirflowKey]) -> dict[str, dict[str, Any]]:
    """Headway's settings that the keys give, by section; keys that come first in the table win."""
    found: dict[str, dict[str, Any]] = {}
    by_name = {key.name: key for key in keys}
    for name, setting in SETTING_OF.items():
        value = _converted(by_name[name].value) if name in by_name else None
        if value is not None:
            section, _, field = setting.partition(".")
            found.setdefault(section, {}).setdefault(field, value)
    return found


def _of_environment(environment: Mapping[str, str]) -> list[AirflowKey]:
    found = []
    for variable, value in environment.items():
        section, separator, key = variable.removeprefix(PREFIX).partition("__")
        # AIRFLOW__CORE__FERNET_KEY_CMD names a command and ..._SECRET a name in a secrets backend, not the value.
        if variable.startswith(PREFIX) and separator and not key.endswith(("_CMD", "_SECRET")):
            found.append(AirflowKey(f"{section.lower()}.{key.lower()}", value, variable))
    return found


def _of_file(file: Path) -> list[AirflowKey]:
    parser = ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
    except ConfigError as error:
        raise ValueError(f"{file} is no configuration of Airflow's: {str(error).splitlines()[0]}") from None
    return [
        AirflowKey(f"{section.lower()}.{key}", value or "", str(file))
        for section in parser.sections()
        for key, value in parser[section].items()
    ]


def _converted(text: str) -> Any:
    lowered = text.strip().lower()
    if lowered in _TRUE + _FALSE and not lowered.isdigit():
        return lowered in _TRUE
    if lowered in ("", "none"):
        return None
    return "UTC" if lowered == "utc" else text.strip()
