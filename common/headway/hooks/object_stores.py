"""fsspec file systems with the credentials of connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.authoring.connections import Connection
from headway.hooks.base import BaseHook
from headway.hooks.library import library


def file_system(protocol: str, conn_id: str | None, options: Mapping[str, Any]) -> Any:
    """The file system of a protocol (``s3``, ``gs``, ``abfs``, ``memory`` …); ``options`` go to fsspec."""
    fsspec = library("fsspec", "object-storage")
    found = _options(protocol, BaseHook.get_connection(conn_id)) if conn_id else {}
    return fsspec.filesystem(protocol, **{**found, **options})


def _options(protocol: str, connection: Connection) -> dict[str, Any]:
    extra = dict(connection.extra_dejson)
    if protocol not in ("s3", "s3a"):
        return extra
    region = extra.get("region_name")
    found = {
        "key": connection.login or extra.get("aws_access_key_id"),
        "secret": connection.password or extra.get("aws_secret_access_key"),
        "token": extra.get("aws_session_token"),
        "endpoint_url": extra.get("endpoint_url"),
        "client_kwargs": {"region_name": region} if region else None,
    }
    return {name: value for name, value in found.items() if value}
