"""What is installed here, and what answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headway.cli.output import Format, Output, counted, show_facts, show_json, tell
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from headway.operations import health


def info(output: Output = Format.TABLE) -> None:
    """Show versions, the Headway home, what answers, the schema and the key's fingerprint.

    Exits with 1 when metastore or broker do not answer, or when the schema does not fit this Headway.

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
                "nodes": ", ".join(counted(count, kind) for kind, count in found.nodes.items()) or "none running",
                "packages": ", ".join(f"{name} {version}" for name, version in found.packages.items()),
            }
        )
    healthy = found.metastore.answers and found.broker.answers and found.schema == found.schema_expected
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
    return (
        f"the schema is {found.schema or 'empty'}, this Headway needs {found.schema_expected}",
        "`headway db upgrade` brings an older one up to date",
    )
