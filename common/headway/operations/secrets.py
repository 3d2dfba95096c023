"""Variables and connections: encrypted on the way in, decrypted on the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from headway.authoring.nesting import is_too_deep
from headway.crypto import Vault
from headway.errors import InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, triggers
from headway.metastore.queries import secrets as queries
from headway.metastore.queries.secrets import StoredConnection
from headway.operations.nearest import nearest

if TYPE_CHECKING:
    from headway.authoring.connections import Connection as Parsed

#: Opens the vault when there is something to decrypt: a host without the key may read what is no secret.
OpenVault = Callable[[], Vault]

_NAME = re.compile(r"[^\s/]{1,250}")


@dataclass(frozen=True, slots=True)
class VariableEntry:
    """A variable in a list: everything but its value."""

    key: str
    description: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in clear."""

    key: str
    value: str
    description: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """A connection in a list; ``has_secret``: it has a password or extra, which the list does not show."""

    conn_id: str
    conn_type: str
    host: str | None
    login: str | None
    schema: str | None
    port: int | None
    has_secret: bool
    description: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionFields:
    """A connection in clear; ``extra`` is JSON text."""

    conn_type: str = ""
    host: str | None = None
    login: str | None = None
    password: str | None = None
    schema: str | None = None
    port: int | None = None
    extra: str | None = None
    description: str = ""

    def as_mapping(self, conn_id: str) -> dict[str, Any]:
        """The fields by name, as a task's runtime hands them out."""
        return {
            "conn_id": conn_id,
            "conn_type": self.conn_type,
            "host": self.host,
            "login": self.login,
            "password": self.password,
            "schema": self.schema,
            "port": self.port,
            "extra": self.extra,
            "description": self.description,
        }


def list_variables(conn: Connection) -> list[VariableEntry]:
    """Every variable by key, without values."""
    return [VariableEntry(each.key, each.description, each.changed_at) for each in queries.variables(conn)]


def find_variable(conn: Connection, vault: OpenVault, key: str) -> Variable | None:
    """A variable in clear, or None; raises ``VaultError`` when the key does not fit."""
    found = queries.variable(conn, key)
    if found is None:
        return None
    return Variable(found.key, vault().decrypt(found.value), found.description, found.changed_at)


def get_variable(conn: Connection, vault: OpenVault, key: str) -> Variable:
    """A variable in clear; raises ``NotFound``."""
    found = find_variable(conn, vault, key)
    if found is None:
        raise no_variable(conn, key)
    return found


def set_variable(
    conn: Connection, vault: Vault, key: str, value: str, *, description: str | None = None, actor: str
) -> None:
    """Write a variable; ``description`` None keeps the present one."""
    _check_name("variable", key)
    with conn.transaction():
        queries.set_variable(conn, key, vault.encrypt(value), description)
        event_log.record(conn, actor=actor, action="variable.set", subject=f"variable {key}")


def delete_variable(conn: Connection, key: str, *, actor: str) -> None:
    """Delete a variable; raises ``NotFound``."""
    with conn.transaction():
        if not queries.delete_variable(conn, key):
            raise no_variable(conn, key)
        event_log.record(conn, actor=actor, action="variable.delete", subject=f"variable {key}")


def list_connections(conn: Connection) -> list[ConnectionEntry]:
    """Every connection by id, without passwords and extra."""
    return [_entry(each) for each in queries.connections(conn)]


def find_connection(conn: Connection, vault: OpenVault, conn_id: str) -> ConnectionFields | None:
    """A connection in clear, or None; raises ``VaultError`` when the key does not fit."""
    found = queries.connection(conn, conn_id)
    return None if found is None else clear_fields(found, vault)


def clear_fields(found: StoredConnection, vault: OpenVault) -> ConnectionFields:
    """What is stored, in clear; raises ``VaultError``."""
    secret = json.loads(vault().decrypt(found.secret)) if found.secret else {}
    return ConnectionFields(
        conn_type=found.conn_type,
        host=found.host,
        login=found.login,
        password=secret.get("password"),
        schema=found.schema,
        port=found.port,
        extra=secret.get("extra"),
        description=found.description,
    )


def get_connection(conn: Connection, vault: OpenVault, conn_id: str) -> ConnectionFields:
    """A connection in clear; raises ``NotFound``."""
    found = find_connection(conn, vault, conn_id)
    if found is None:
        raise no_connection(conn, conn_id)
    return found


def set_connection(conn: Connection, vault: Vault, conn_id: str, fields: ConnectionFields, *, actor: str) -> None:
    """Write a whole connection; raises ``InvalidInput`` for an ``extra`` that is no JSON object."""
    check_connection(conn_id, fields)
    secret = {"password": fields.password, "extra": fields.extra}
    kept = {name: value for name, value in secret.items() if value is not None}
    with conn.transaction():
        queries.set_connection(
            conn,
            conn_id=conn_id,
            conn_type=fields.conn_type,
            host=fields.host,
            login=fields.login,
            schema=fields.schema,
            port=fields.port,
            secret=vault.encrypt(json.dumps(kept)) if kept else None,
            description=fields.description,
        )
        event_log.record(conn, actor=actor, action="connection.set", subject=f"connection {conn_id}")


def delete_connection(conn: Connection, conn_id: str, *, actor: str) -> None:
    """Delete a connection; raises ``NotFound``."""
    with conn.transaction():
        if not queries.delete_connection(conn, conn_id):
            raise no_connection(conn, conn_id)
        event_log.record(conn, actor=actor, action="connection.delete", subject=f"connection {conn_id}")


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation encrypted anew, and the fingerprint of the key that it used; ``triggers`` wait at this moment."""

    variables: int
    connections: int
    key: str
    triggers: int = 0


def rotate_key(conn: Connection, vault: Vault, *, actor: str) -> Rotated:
    """Encrypt every variable, connection and waiting trigger with the first key of ``vault``, whichever it was under.

    Raises ``VaultError``, and changes nothing, when one is under a key that ``vault`` does not hold.
    """
    found: dict[str, dict[str, str]] = {"variable": {}, "connection": {}}
    with conn.transaction():
        for table, name, text in queries.ciphertexts(conn):
            found[table][name] = vault.encrypt_anew(text)
        queries.replace_ciphertexts(conn, variables=found["variable"], connections=found["connection"])
        sealed = {ti: vault.encrypt_anew(text) for ti, text in triggers.ciphertexts(conn)}
        triggers.replace_ciphertexts(conn, sealed)
        queries.replace_key_fingerprint(conn, vault.fingerprint)
        event_log.record(conn, actor=actor, action="key.rotate", subject=f"key {vault.fingerprint}")
    return Rotated(len(found["variable"]), len(found["connection"]), vault.fingerprint, len(sealed))


def fields_of(text: str, conn_id: str) -> ConnectionFields:
    """A connection written as a URI or as a JSON object; raises ``InvalidInput``, never showing the text."""
    from headway.authoring.connections import Connection as Parser

    return fields_of_connection(Parser.from_text(conn_id, text))


def fields_of_connection(connection: Parsed) -> ConnectionFields:
    """The fields of a connection that was read from a text or a file."""
    fields = connection.as_dict()
    return ConnectionFields(
        conn_type=fields["conn_type"] or "",
        host=fields["host"],
        login=fields["login"],
        password=fields["password"],
        schema=fields["schema"],
        port=fields["port"],
        extra=fields["extra"],
        description=fields["description"] or "",
    )


def _entry(stored: StoredConnection) -> ConnectionEntry:
    return ConnectionEntry(
        conn_id=stored.conn_id,
        conn_type=stored.conn_type,
        host=stored.host,
        login=stored.login,
        schema=stored.schema,
        port=stored.port,
        has_secret=stored.secret is not None,
        description=stored.description,
        changed_at=stored.changed_at,
    )


def _check_name(kind: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{kind} name {name!r}: expected 1 to 250 characters without spaces and /", "choose another")


def check_connection(conn_id: str, fields: ConnectionFields) -> None:
    """Raise ``InvalidInput`` unless the connection can be stored as it is."""
    _check_name("connection", conn_id)
    _check_extra(conn_id, fields.extra)


def _check_extra(conn_id: str, extra: str | None) -> None:
    if not extra:
        return
    try:
        found = json.loads(extra)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or is_too_deep(found):
        raise InvalidInput(f"connection {conn_id!r}: extra is not a JSON object", """write it as {"name": "value"}""")


def no_variable(conn: Connection, key: str) -> NotFound:
    """That there is no variable of this key, with the nearest ones."""
    known = [each.key for each in queries.variables(conn)]
    return NotFound(
        f"there is no variable {key!r}", nearest(key, known) or f"make it: `headway variables set {key} VALUE`"
    )


def no_connection(conn: Connection, conn_id: str) -> NotFound:
    """That there is no connection of this id, with the nearest ones."""
    known = [each.conn_id for each in queries.connections(conn)]
    return NotFound(
        f"there is no connection {conn_id!r}",
        nearest(conn_id, known) or f"make it: `headway connections set {conn_id}`",
    )
