"""Variables, connections and the fingerprint of the key that encrypts them. Values here are ciphertext."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection, fetch_value

_FINGERPRINT = "key_fingerprint"


@dataclass(frozen=True, slots=True)
class StoredVariable:
    """A variable; ``value`` is encrypted."""

    key: str
    value: str
    description: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection; ``secret`` is the encrypted JSON of password and extra, None when it has neither."""

    conn_id: str
    conn_type: str
    host: str | None
    login: str | None
    schema: str | None
    port: int | None
    secret: str | None
    description: str
    changed_at: datetime


def key_fingerprint(conn: Connection) -> str | None:
    """The fingerprint of the key in use; None when nothing was ever encrypted."""
    found = fetch_value(conn, "SELECT value FROM meta WHERE key = %(key)s", {"key": _FINGERPRINT})
    return None if found is None else str(found)


def remember_key_fingerprint(conn: Connection, fingerprint: str) -> str:
    """Enter the first key's fingerprint; return the one that counts (another host may have been first)."""
    conn.execute(
        "INSERT INTO meta (key, value) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING", (_FINGERPRINT, fingerprint)
    )
    return str(key_fingerprint(conn))


def ciphertexts(conn: Connection) -> list[tuple[str, str, str]]:
    """Everything that is encrypted, as table, name and text; nobody else writes until the transaction ends."""
    conn.execute("LOCK TABLE variable, connection IN SHARE ROW EXCLUSIVE MODE")
    return conn.execute(
        "SELECT 'variable', key, value FROM variable"
        " UNION ALL SELECT 'connection', conn_id, secret FROM connection WHERE secret IS NOT NULL"
    ).fetchall()


def replace_ciphertexts(conn: Connection, *, variables: dict[str, str], connections: dict[str, str]) -> None:
    """Store other ciphertexts of the same values, by key and connection id; nothing counts as changed by that."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "UPDATE variable SET value = %s WHERE key = %s", [(text, key) for key, text in variables.items()]
        )
        cursor.executemany(
            "UPDATE connection SET secret = %s WHERE conn_id = %s", [(text, name) for name, text in connections.items()]
        )


def replace_key_fingerprint(conn: Connection, fingerprint: str) -> None:
    """Enter the fingerprint of the key that everything is encrypted with from now on."""
    conn.execute(
        "INSERT INTO meta (key, value) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_FINGERPRINT, fingerprint),
    )


def variables(conn: Connection) -> list[StoredVariable]:
    """Every variable by key."""
    rows = conn.execute("SELECT key, value, description, changed_at FROM variable ORDER BY key").fetchall()
    return [StoredVariable(*row) for row in rows]


def variables_page(
    conn: Connection, *, limit: int, after: str | None = None, text: str | None = None
) -> list[StoredVariable]:
    """Variables by key: those behind ``after`` that have ``text`` in key or description."""
    rows = conn.execute(
        "SELECT key, value, description, changed_at FROM variable"
        " WHERE (%(after)s::text IS NULL OR key > %(after)s) AND (%(text)s::text IS NULL"
        " OR strpos(lower(key), lower(%(text)s)) > 0 OR strpos(lower(description), lower(%(text)s)) > 0)"
        " ORDER BY key LIMIT %(limit)s",
        {"after": after, "text": text, "limit": limit},
    ).fetchall()
    return [StoredVariable(*row) for row in rows]


def variable(conn: Connection, key: str) -> StoredVariable | None:
    """One variable."""
    row = conn.execute("SELECT key, value, description, changed_at FROM variable WHERE key = %s", (key,)).fetchone()
    return StoredVariable(*row) if row else None


def set_variable(conn: Connection, key: str, value: str, description: str | None) -> None:
    """Write a variable; ``description`` None keeps the present one."""
    conn.execute(
        "INSERT INTO variable (key, value, description) VALUES (%(key)s, %(value)s, coalesce(%(text)s, ''))"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = now(),"
        " description = coalesce(%(text)s, variable.description)",
        {"key": key, "value": value, "text": description},
    )


def delete_variable(conn: Connection, key: str) -> bool:
    """Delete a variable; whether there was one."""
    return conn.execute("DELETE FROM variable WHERE key = %s", (key,)).rowcount == 1


_CONNECTION = "SELECT conn_id, conn_type, host, login, schema, port, secret, description, changed_at FROM connection"


def connections(conn: Connection) -> list[StoredConnection]:
    """Every connection by id."""
    return [StoredConnection(*row) for row in conn.execute(f"{_CONNECTION} ORDER BY conn_id").fetchall()]


_CONNECTIONS_PAGE = f"""
{_CONNECTION}
WHERE (%(after)s::text IS NULL OR conn_id > %(after)s) AND (%(type)s::text IS NULL OR conn_type = %(type)s)
  AND (%(text)s::text IS NULL OR strpos(lower(conn_id), lower(%(text)s)) > 0
       OR strpos(lower(coalesce(host, '')), lower(%(text)s)) > 0
       OR strpos(lower(description), lower(%(text)s)) > 0)
ORDER BY conn_id LIMIT %(limit)s
"""


def connections_page(
    conn: Connection,
    *,
    limit: int,
    after: str | None = None,
    text: str | None = None,
    conn_type: str | None = None,
) -> list[StoredConnection]:
    """Connections by id: those behind ``after`` of ``conn_type`` that have ``text`` in id, host or description."""
    parameters = {"after": after, "text": text, "type": conn_type, "limit": limit}
    return [StoredConnection(*row) for row in conn.execute(_CONNECTIONS_PAGE, parameters).fetchall()]


def connection(conn: Connection, conn_id: str) -> StoredConnection | None:
    """One connection."""
    row = conn.execute(f"{_CONNECTION} WHERE conn_id = %s", (conn_id,)).fetchone()
    return StoredConnection(*row) if row else None


_SET_CONNECTION = """
INSERT INTO connection (conn_id, conn_type, host, login, schema, port, secret, description)
VALUES (%(conn_id)s, %(conn_type)s, %(host)s, %(login)s, %(schema)s, %(port)s, %(secret)s, %(description)s)
ON CONFLICT (conn_id) DO UPDATE
SET conn_type = excluded.conn_type, host = excluded.host, login = excluded.login, schema = excluded.schema,
    port = excluded.port, secret = excluded.secret, description = excluded.description, changed_at = now()
"""


def set_connection(
    conn: Connection,
    *,
    conn_id: str,
    conn_type: str,
    host: str | None,
    login: str | None,
    schema: str | None,
    port: int | None,
    secret: str | None,
    description: str,
) -> None:
    """Write a whole connection in the place of the one that was there."""
    conn.execute(
        _SET_CONNECTION,
        {
            "conn_id": conn_id,
            "conn_type": conn_type,
            "host": host,
            "login": login,
            "schema": schema,
            "port": port,
            "secret": secret,
            "description": description,
        },
    )


def delete_connection(conn: Connection, conn_id: str) -> bool:
    """Delete a connection; whether there was one."""
    return conn.execute("DELETE FROM connection WHERE conn_id = %s", (conn_id,)).rowcount == 1
