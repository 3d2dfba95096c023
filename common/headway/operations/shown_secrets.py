"""Variables and connections as pages show and change them: secrets go in and never come out.

The value of a variable is shown unless its name announces a secret, of JSON without what sensitive keys hold; a
connection's password never, its extra without what sensitive keys hold. What was shown with ``***`` in it may be sent
back as it is: each stands for what is stored in its place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from headway.authoring.sensitive import is_sensitive
from headway.crypto import VaultError
from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import secrets as queries
from headway.metastore.queries.secrets import StoredConnection, StoredVariable
from headway.operations import secrets
from headway.operations.redaction import redacted_text, restored_text
from headway.operations.secrets import ConnectionFields, OpenVault
from headway.urls import hide_password

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShownVariable:
    """A variable; ``value`` is None where it is secret, or under a key that this host does not have."""

    key: str
    value: str | None
    description: str
    is_secret: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ShownConnection:
    """A connection; ``extra`` is JSON text without secrets, None also under a key that this host does not have."""

    conn_id: str
    conn_type: str
    description: str
    host: str | None
    schema: str | None
    login: str | None
    port: int | None
    extra: str | None
    has_password: bool
    changed_at: datetime


def variables(
    conn: Connection, vault: OpenVault, *, limit: int, after: str | None = None, text: str | None = None
) -> list[ShownVariable]:
    """Variables by key: those behind ``after`` that have ``text`` in key or description."""
    found = queries.variables_page(conn, limit=limit, after=after, text=text)
    opened = cache(vault)  # once for all of them
    return [_variable(each, opened) for each in found]


def find_variable(conn: Connection, vault: OpenVault, key: str) -> ShownVariable:
    """One variable; raises ``NotFound``."""
    found = queries.variable(conn, key)
    if found is None:
        raise secrets.no_variable(conn, key)
    return _variable(found, vault)


def create_variable(
    conn: Connection, vault: OpenVault, key: str, value: str, *, description: str, actor: str
) -> ShownVariable:
    """Make a variable; raises ``Conflict`` when there is one of this key."""
    with conn.transaction():
        if queries.variable(conn, key) is not None:
            raise Conflict(f"there is a variable {key!r} already", "change that one, or choose another key")
        secrets.set_variable(conn, vault(), key, value, description=description, actor=actor)
    return find_variable(conn, vault, key)


def update_variable(
    conn: Connection, vault: OpenVault, key: str, value: str | None, *, description: str | None, actor: str
) -> ShownVariable:
    """Change what is not None; raises ``NotFound``."""
    with conn.transaction():
        stored = secrets.get_variable(conn, vault, key)
        new = stored.value if value is None else restored_text(value, stored.value)
        secrets.set_variable(conn, vault(), key, new, description=description, actor=actor)
    return find_variable(conn, vault, key)


def connections(
    conn: Connection,
    vault: OpenVault,
    *,
    limit: int,
    after: str | None = None,
    text: str | None = None,
    conn_type: str | None = None,
) -> list[ShownConnection]:
    """Connections by id: those behind ``after`` of ``conn_type`` that have ``text`` in id, host or description."""
    found = queries.connections_page(conn, limit=limit, after=after, text=text, conn_type=conn_type)
    opened = cache(vault)  # once for all of them
    return [_connection(each, opened) for each in found]


def find_connection(conn: Connection, vault: OpenVault, conn_id: str) -> ShownConnection:
    """One connection; raises ``NotFound``."""
    found = queries.connection(conn, conn_id)
    if found is None:
        raise secrets.no_connection(conn, conn_id)
    return _connection(found, vault)


def create_connection(
    conn: Connection, vault: OpenVault, conn_id: str, fields: ConnectionFields, *, actor: str
) -> ShownConnection:
    """Make a connection; raises ``Conflict`` when there is one of this id, ``InvalidInput`` as ``set_connection``."""
    with conn.transaction():
        if queries.connection(conn, conn_id) is not None:
            raise Conflict(f"there is a connection {conn_id!r} already", "change that one, or choose another id")
        secrets.set_connection(conn, vault(), conn_id, fields, actor=actor)
    return find_connection(conn, vault, conn_id)


def update_connection(
    conn: Connection, vault: OpenVault, conn_id: str, changes: Mapping[str, Any], *, actor: str
) -> ShownConnection:
    """Change the fields that ``changes`` names; raises ``NotFound`` and ``InvalidInput``."""
    with conn.transaction():
        stored = secrets.get_connection(conn, vault, conn_id)
        secrets.set_connection(conn, vault(), conn_id, _changed(stored, changes), actor=actor)
    return find_connection(conn, vault, conn_id)


def typed_connection(conn: Connection, vault: OpenVault, conn_id: str, changes: Mapping[str, Any]) -> ConnectionFields:
    """A connection as saving ``changes`` would make it, in clear; nothing is stored. Raises ``InvalidInput``."""
    stored = secrets.find_connection(conn, vault, conn_id) or ConnectionFields()
    typed = _changed(stored, changes)
    secrets.check_connection(conn_id, typed)
    return typed


def _changed(stored: ConnectionFields, changes: Mapping[str, Any]) -> ConnectionFields:
    new = dict(changes)
    if new.get("extra"):
        new["extra"] = restored_text(new["extra"], stored.extra)
    if stored.host and new.get("host") == _shown_host(stored.host):
        new["host"] = stored.host
    return dataclasses.replace(stored, **new)


def _variable(stored: StoredVariable, vault: OpenVault) -> ShownVariable:
    secret = is_sensitive(stored.key)
    value = None if secret else _if_readable(lambda: redacted_text(vault().decrypt(stored.value)))
    return ShownVariable(stored.key, value, stored.description, secret, stored.changed_at)


def _connection(stored: StoredConnection, vault: OpenVault) -> ShownConnection:
    fields = _if_readable(lambda: secrets.clear_fields(stored, vault))
    extra = redacted_text(fields.extra) if fields and fields.extra else None
    return ShownConnection(
        conn_id=stored.conn_id,
        conn_type=stored.conn_type,
        description=stored.description,
        host=_shown_host(stored.host),
        schema=stored.schema,
        login=stored.login,
        port=stored.port,
        extra=extra,
        has_password=bool(fields.password) if fields else True,
        changed_at=stored.changed_at,
    )


def _shown_host(host: str | None) -> str | None:
    return hide_password(host) if host and "://" in host else host


def _if_readable(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except VaultError:
        return None
