"""What is installed here, and what answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headway.cli.output import Format, Output, counted, show_facts, show_json, tell
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from headway.operations import health


def info(output: Output = Format.TABLE) -> None:
    """Show versions, the Headway home, what answers, the schema and the key's fingerprint.

    Exits with 1 when metastore, broker or log store do not answer, or when the schema does not fit this Headway.

    Example: headway info --output json
    """
    from headway.operations import health
    from headway.settings import load_settings

    found = health.check(load_settings())
    if output is Format.JSON:
        show_json(found)
    else:
        show_facts(
            {
                "Headway": found.version,
                "Python": f"{found.python} on {found.platform}",
                "home": found.home,
                "DAG files": found.dag_folder,
                "metastore": _server(found.metastore),
                "broker": _server(found.broker),
                "schema": f"{found.schema or 'none'} (this Headway needs {found.schema_expected})",
                "key": found.key_fingerprint or "none yet: made when the first secret is stored",
                "task logs": "metastore" if found.log_store.place == "metastore" else _server(found.log_store),
                "nodes": ", ".join(counted(count, kind) for kind, count in found.nodes.items()) or "none running",
                "packages": ", ".join(f"{name} {version}" for name, version in found.packages.items()),
            }
        )
    answer = found.metastore.answers and found.broker.answers and found.log_store.answers
    healthy = answer and found.schema == found.schema_expected
    if not healthy:
        raise HeadwayError(*_trouble(found))


def version(output: Output = Format.TABLE) -> None:
    """Show the version of Headway.

    Example: headway version
    """
    from importlib.metadata import version as installed

    tell(output, {"version": installed("headway")}, f"headway {installed('headway')}")


def _server(server: health.Server) -> str:
    if not server.answers:
        return f"{server.place or 'not configured'}: {server.problem}"
    return f"{server.place} {server.detail} ({server.milliseconds} ms)".replace("  ", " ")


def _trouble(found: health.Health) -> tuple[str, str]:
    silent = [server.name for server in (found.metastore, found.broker) if not server.answers]
    if silent:
        return (
            f"{' and '.join(silent)} cannot be used",
            "start a cluster with `headway standalone`, or correct the URLs",
        )
    if not found.log_store.answers:
        return found.log_store.problem, "correct logs.store and logs.store_options, or install what the message names"
    return (
        f"the schema is {found.schema or 'empty'}, this Headway needs {found.schema_expected}",
        "`headway db upgrade` brings an older one up to date",
    )
