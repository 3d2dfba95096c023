"""What a connection of each type needs: the fields of a form, and what its extra may hold.

Data only, so that whoever shows a form need not import the hooks and their libraries. Types of provider packages
that are installed here are named by the packages' own metadata, of which no code is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from headway.hooks.registry import HOOKS

#: The standard fields, with the label that they have unless a type calls them otherwise.
STANDARD = {
    "host": "Host",
    "port": "Port",
    "schema": "Schema",
    "login": "Login",
    "password": "Password",
    "extra": "Extra (JSON)",
}


@dataclass(frozen=True, slots=True)
class Extra:
    """A value in ``extra``; ``kind`` is text, secret, number, boolean or json."""

    name: str
    label: str
    kind: str = "text"
    help: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionType:
    """A type; ``fields`` are those of ``STANDARD`` that it uses, with its own labels; ``placeholders`` are examples.

    ``testable``: its hook can say whether the outside system answers.
    """

    conn_type: str
    label: str
    fields: dict[str, str]
    extras: Sequence[Extra] = ()
    placeholders: dict[str, str] = field(default_factory=dict)
    testable: bool = True
    built_in: bool = True


def _fields(*names: str, **labels: str) -> dict[str, str]:
    return {name: labels.get(name, STANDARD[name]) for name in (*names, "extra")}


_DATABASE = _fields("host", "port", "schema", "login", "password", schema="Database")
_AWS_FIELDS = _fields("login", "password", login="Access key id", password="Secret access key")  # noqa: S106 (labels)
_AWS_EXTRAS = (
    Extra("region_name", "Region"),
    Extra("endpoint_url", "Endpoint URL", help="of an S3 server that is not Amazon's"),
    Extra("aws_session_token", "Session token", "secret"),
    Extra("role_arn", "Role ARN", help="to be assumed"),
    Extra("external_id", "External id", help="for the role"),
    Extra("verify", "Verify certificates", "boolean"),
    Extra("config_kwargs", "botocore configuration", "json"),
)
_TLS_MAIL = (
    Extra("from_email", "From", help="sender, where a task names none"),
    Extra("disable_ssl", "Without SSL", "boolean"),
    Extra("disable_tls", "Without STARTTLS", "boolean"),
    Extra("timeout", "Timeout (seconds)", "number"),
    Extra("retry_limit", "Tries", "number"),
)

TYPES: dict[str, ConnectionType] = {
    each.conn_type: each
    for each in (
        ConnectionType("aws", "Amazon Web Services", _AWS_FIELDS, _AWS_EXTRAS),
        ConnectionType(
            "docker",
            "Docker registry",
            _fields("host", "port", "login", "password", host="Registry"),
            (Extra("email", "E-mail"), Extra("reauth", "Log in again", "boolean")),
            {"host": "registry.example.com"},
            testable=False,
        ),
        ConnectionType("elasticsearch", "Elasticsearch", _fields("host", "port", "schema", "login", "password")),
        ConnectionType("fs", "File (path)", _fields(), (Extra("path", "Base path"),), {"extra": '{"path": "/data"}'}),
        ConnectionType(
            "http",
            "HTTP",
            _fields("host", "port", "schema", "login", "password", schema="Scheme (http or https)"),
            placeholders={"host": "api.example.com", "extra": '{"X-Header": "value"}'},
        ),
        ConnectionType("https", "HTTPS", _fields("host", "port", "login", "password")),
        ConnectionType(
            "mysql",
            "MySQL",
            _DATABASE,
            (
                Extra("charset", "Character set"),
                Extra("cursor", "Cursor", help="dictcursor, sscursor, ssdictcursor"),
                Extra("local_infile", "LOAD DATA LOCAL", "boolean"),
                Extra("ssl", "TLS", "json"),
            ),
            {"port": "3306"},
        ),
        ConnectionType(
            "postgres",
            "PostgreSQL",
            _DATABASE,
            (
                Extra("sslmode", "TLS", help="disable, prefer, require, verify-ca, verify-full"),
                Extra("cursor", "Cursor", help="dictcursor, realdictcursor, namedtuplecursor"),
                Extra("options", "Options", help="for the server"),
            ),
            {"port": "5432"},
        ),
        ConnectionType("s3", "Amazon S3", _AWS_FIELDS, _AWS_EXTRAS),
        ConnectionType(
            "slack",
            "Slack API",
            _fields("password", password="Slack API token"),  # noqa: S106 (a label)
            (Extra("timeout", "Timeout (s)", "number"),),
        ),
        ConnectionType(
            "slackwebhook",
            "Slack webhook",
            _fields("host", "password", host="Address", password="Webhook token or URL"),  # noqa: S106 (a label)
            testable=False,
        ),
        ConnectionType("smtp", "SMTP", _fields("host", "port", "login", "password"), _TLS_MAIL, {"port": "465"}),
        ConnectionType(
            "spark",
            "Spark",
            _fields("host", "port", host="Master"),
            (
                Extra("queue", "Queue"),
                Extra("deploy-mode", "Deploy mode", help="client or cluster"),
                Extra("spark-binary", "spark-submit program"),
                Extra("namespace", "Kubernetes namespace"),
            ),
            {"host": "spark://master.example.com", "port": "7077"},
            testable=False,
        ),
        ConnectionType("sqlite", "SQLite", _fields("host", host="File"), placeholders={"host": "/data/local.db"}),
    )
}


def connection_types() -> list[ConnectionType]:
    """Every type that a hook of ours serves, by label, then those that installed provider packages announce."""
    return [*sorted(TYPES.values(), key=lambda each: each.label.lower()), *_of_providers()]


def _of_providers() -> list[ConnectionType]:
    """A provider's types are known by its code alone; without running it, the package's name has to do."""
    names = sorted({point.dist.name for point in entry_points(group="apache_airflow_provider") if point.dist})
    return [
        ConnectionType(
            name.removeprefix("apache-airflow-providers-"), name, dict(STANDARD), testable=False, built_in=False
        )
        for name in names
        if name.removeprefix("apache-airflow-providers-") not in HOOKS
    ]
