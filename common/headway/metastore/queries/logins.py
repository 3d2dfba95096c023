"""Sessions, tokens, and the tries at logging in. Only hashes of what the browser or the program holds are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.errors import NotFound
from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a session or a token belongs to. ``scopes`` is None for a session; ``token`` is the token's name."""

    account_id: int
    username: str
    role: str
    must_change_password: bool
    is_stale: bool
    token: str = ""
    scopes: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is shown; the token itself is not kept."""

    id: int
    username: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def open_session(conn: Connection, *, key: str, account: int, address: str, hours: float) -> None:
    """Enter a session that ends after ``hours``, and forget those that have ended."""
    conn.execute(
        "WITH ended AS (DELETE FROM session WHERE expires_at < now())"
        " INSERT INTO session (id, account_id, address, expires_at)"
        " VALUES (%s, %s, %s, now() + make_interval(secs => %s))",
        (key, account, address, hours * 3600),
    )


def session_bearer(conn: Connection, key: str, *, idle_hours: float) -> Bearer | None:
    """Whose session this is; None when there is none, it has ended or lain idle too long."""
    row = conn.execute(
        "SELECT a.id, a.username, a.role, a.must_change_password, s.seen_at < now() - interval '1 minute'"
        " FROM session s JOIN account a ON a.id = s.account_id"
        " WHERE s.id = %s AND s.expires_at > now() AND s.seen_at > now() - make_interval(secs => %s)",
        (key, idle_hours * 3600),
    ).fetchone()
    return Bearer(*row) if row else None


def touch_session(conn: Connection, key: str) -> None:
    """The session is in use."""
    conn.execute("UPDATE session SET seen_at = now() WHERE id = %s", (key,))


def end_session(conn: Connection, key: str) -> None:
    """Log one browser out."""
    conn.execute("DELETE FROM session WHERE id = %s", (key,))


def end_sessions(conn: Connection, username: str, *, but: str = "") -> None:
    """Log all browsers of a person out, but for the session ``but``."""
    conn.execute(
        "DELETE FROM session WHERE account_id = (SELECT id FROM account WHERE username = %s) AND id <> %s",
        (username, but),
    )


def add_token(
    conn: Connection,
    *,
    account: int,
    name: str,
    digest: str,
    scopes: list[str],
    expires_at: datetime | None,
) -> int | None:
    """Store a token's hash; its id, or None when the person has a token of that name."""
    row = conn.execute(
        "INSERT INTO api_token (account_id, name, hash, scopes, expires_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (account_id, name) DO NOTHING RETURNING id",
        (account, name, digest, scopes, expires_at),
    ).fetchone()
    return int(row[0]) if row else None


def token_bearer(conn: Connection, digest: str) -> Bearer | None:
    """Whose token this is; None when there is none or it has expired."""
    row = conn.execute(
        "SELECT a.id, a.username, a.role, false, coalesce(t.last_used_at < now() - interval '1 minute', true),"
        " t.name, t.scopes FROM api_token t JOIN account a ON a.id = t.account_id"
        " WHERE t.hash = %s AND (t.expires_at IS NULL OR t.expires_at > now())",
        (digest,),
    ).fetchone()
    return Bearer(*row) if row else None


def touch_token(conn: Connection, digest: str) -> None:
    """The token is in use."""
    conn.execute("UPDATE api_token SET last_used_at = now() WHERE hash = %s", (digest,))


_TOKENS = """
SELECT t.id, a.username, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at
FROM api_token t JOIN account a ON a.id = t.account_id
"""


def tokens(conn: Connection, username: str | None = None) -> list[Token]:
    """The tokens of one person, or everybody's."""
    which = "WHERE %(username)s::text IS NULL OR a.username = %(username)s ORDER BY a.username, t.name"
    return [Token(*row) for row in conn.execute(_TOKENS + which, {"username": username}).fetchall()]


def delete_token(conn: Connection, number: int, *, username: str | None = None) -> Token:
    """Delete a token, of that person only if one is named; return it. Raises ``NotFound``."""
    which = "WHERE t.id = %(id)s AND (%(username)s::text IS NULL OR a.username = %(username)s)"
    row = conn.execute(_TOKENS + which, {"id": number, "username": username}).fetchone()
    if row is None:
        raise NotFound(f"there is no token {number}", "`headway tokens list` shows them")
    conn.execute("DELETE FROM api_token WHERE id = %s", (number,))
    return Token(*row)


def delete_tokens(conn: Connection, username: str) -> None:
    """Revoke every token of a person."""
    conn.execute("DELETE FROM api_token WHERE account_id = (SELECT id FROM account WHERE username = %s)", (username,))


_MINUTES = 15
#: Tries within that time: of one name from one address, from one address, of one name.
_TOGETHER, _ADDRESS, _NAME = 5, 30, 100

_TRY = """
WITH old AS (
    DELETE FROM login_try WHERE at < now() - make_interval(mins => %(minutes)s)
), recent AS (
    SELECT count(*) FILTER (WHERE username = %(username)s AND address = %(address)s) AS together,
           count(*) FILTER (WHERE address = %(address)s) AS from_address,
           count(*) FILTER (WHERE username = %(username)s) AS of_name
    FROM login_try WHERE at > now() - make_interval(mins => %(minutes)s)
)
INSERT INTO login_try (username, address)
SELECT %(username)s, %(address)s FROM recent
WHERE together < %(together)s AND from_address < %(from_address)s AND of_name < %(of_name)s
"""


def begin_try(conn: Connection, *, username: str, address: str) -> int:
    """Count a try at logging in before it is judged; 0 when it may go on, else the seconds to wait."""
    allowed = conn.execute(
        _TRY,
        {
            "username": username,
            "address": address,
            "minutes": _MINUTES,
            "together": _TOGETHER,
            "from_address": _ADDRESS,
            "of_name": _NAME,
        },
    ).rowcount
    return 0 if allowed else _MINUTES * 60


def forget_tries(conn: Connection, *, username: str, address: str) -> None:
    """The login succeeded: what failed before it is forgiven."""
    conn.execute("DELETE FROM login_try WHERE username = %s AND address = %s", (username, address))
