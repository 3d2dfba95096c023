"""Accounts: who may use the web and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection, fetch_value


@dataclass(frozen=True, slots=True)
class Account:
    """A person. ``is_external``: logs in by OpenID Connect and has no password here."""

    id: int
    username: str
    display_name: str
    role: str
    must_change_password: bool
    is_external: bool
    created_at: datetime
    last_login_at: datetime | None


_ACCOUNTS = """
SELECT id, username, display_name, role, must_change_password, subject IS NOT NULL, created_at, last_login_at
FROM account
"""


def all_accounts(conn: Connection) -> list[Account]:
    """Everybody, by name."""
    return [Account(*row) for row in conn.execute(_ACCOUNTS + "ORDER BY username").fetchall()]


def find(conn: Connection, username: str) -> Account | None:
    """The account of that name."""
    row = conn.execute(_ACCOUNTS + "WHERE username = %s", (username,)).fetchone()
    return Account(*row) if row else None


def of_subject(conn: Connection, subject: str) -> Account | None:
    """The account of that person at an OpenID provider."""
    row = conn.execute(_ACCOUNTS + "WHERE subject = %s", (subject,)).fetchone()
    return Account(*row) if row else None


def is_empty(conn: Connection) -> bool:
    """Whether there is no account at all."""
    return not fetch_value(conn, "SELECT EXISTS (SELECT FROM account)")


def password(conn: Connection, username: str) -> str | None:
    """The hash of that account's password, if it has one."""
    found = fetch_value(conn, "SELECT password FROM account WHERE username = %(username)s", {"username": username})
    return None if found is None else str(found)


def insert(
    conn: Connection,
    *,
    username: str,
    role: str,
    display_name: str = "",
    password: str | None = None,
    subject: str | None = None,
    must_change: bool = False,
) -> bool:
    """Make an account; False when the name is taken."""
    return bool(
        conn.execute(
            "INSERT INTO account (username, role, display_name, password, subject, must_change_password)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (username) DO NOTHING",
            (username, role, display_name, password, subject, must_change),
        ).rowcount
    )


def set_role(conn: Connection, username: str, role: str) -> bool:
    """Give an account a role; False when there is none of that name."""
    return bool(conn.execute("UPDATE account SET role = %s WHERE username = %s", (role, username)).rowcount)


def set_display_name(conn: Connection, username: str, display_name: str) -> None:
    """Change how a person is called on pages."""
    conn.execute("UPDATE account SET display_name = %s WHERE username = %s", (display_name, username))


def set_password(conn: Connection, username: str, password: str, *, must_change: bool) -> bool:
    """Store a password's hash; False when no account of that name has a password."""
    return bool(
        conn.execute(
            "UPDATE account SET password = %s, must_change_password = %s WHERE username = %s AND subject IS NULL",
            (password, must_change, username),
        ).rowcount
    )


def note_login(conn: Connection, account: int) -> None:
    """Remember that this person has logged in now."""
    conn.execute("UPDATE account SET last_login_at = now() WHERE id = %s", (account,))


def delete(conn: Connection, username: str) -> bool:
    """Delete an account with its sessions and tokens; False when there is none of that name."""
    return bool(conn.execute("DELETE FROM account WHERE username = %s", (username,)).rowcount)


def lock_admins(conn: Connection) -> list[str]:
    """The names of all admins, who stay admins until this transaction ends."""
    rows = conn.execute("SELECT username FROM account WHERE role = 'admin' ORDER BY username FOR UPDATE").fetchall()
    return [row[0] for row in rows]
