"""Which hook serves which type of connection."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowException

if TYPE_CHECKING:
    from headway.authoring.connections import Connection

HOOKS: dict[str, str] = {
    "aws": "headway.hooks.aws:AwsBaseHook",
    "docker": "headway.hooks.docker:DockerHook",
    "elasticsearch": "headway.hooks.elasticsearch:ElasticsearchSQLHook",
    "fs": "headway.hooks.filesystem:FSHook",
    "http": "headway.hooks.http:HttpHook",
    "https": "headway.hooks.http:HttpHook",
    "mysql": "headway.hooks.mysql:MySqlHook",
    "postgres": "headway.hooks.postgres:PostgresHook",
    "s3": "headway.hooks.s3:S3Hook",
    "slack": "headway.hooks.slack:SlackHook",
    "slackwebhook": "headway.hooks.slack:SlackWebhookHook",
    "smtp": "headway.hooks.smtp:SmtpHook",
    "spark": "headway.hooks.spark:SparkSubmitHook",
    "sqlite": "headway.hooks.sqlite:SqliteHook",
}


def hook_of(connection: Connection, arguments: dict[str, Any] | None = None) -> Any:
    """The hook for a connection's type, made with its id and ``arguments``.

    Types that Headway does not know are those of the provider packages that are installed here. Raises
    ``AirflowException`` for a type that no hook serves.
    """
    conn_type = connection.conn_type or ""
    target = HOOKS.get(conn_type) or _of_installed_providers(conn_type)
    if target is None:
        raise AirflowException(
            f"connection {connection.conn_id!r} has the type {connection.conn_type!r}, which no hook serves",
            remedy=f"set its type to one of {', '.join(HOOKS)}, install a provider package, or use the hook's class",
        )
    module, _, name = target.partition(":")
    hook = getattr(import_module(module), name)
    return hook(**{hook.conn_name_attr: connection.conn_id, **(arguments or {})})


def _of_installed_providers(conn_type: str) -> str | None:
    """The class that a provider package of Airflow's announces for a type of connections."""
    for point in entry_points(group="apache_airflow_provider"):
        for served in point.load()().get("connection-types", ()):
            if served["connection-type"] == conn_type:
                module, _, name = served["hook-class-name"].rpartition(".")
                return f"{module}:{name}"
    return None
