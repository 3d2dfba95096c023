"""Users of the web and the API: make and change them and leave a trace."""

from __future__ import annotations

import re

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import accounts, event_log, logins
from headway.metastore.queries.accounts import Account
from headway.operations.passwords import hash_password
from headway.roles import role_named

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


def get_user(conn: Connection, username: str) -> Account:
    """The account of that name; raises ``NotFound``."""
    found = accounts.find(conn, username)
    if found is None:
        raise NotFound(f"there is no user {username!r}", "`headway users list` shows them")
    return found


def check_name(username: str) -> None:
    """Raise ``InvalidInput`` unless a user may be called so."""
    if not _NAME.fullmatch(username):
        raise InvalidInput(f"{username!r} is no user name", "use letters, digits and . _ @ + -, 100 at most")


def create_user(
    conn: Connection,
    username: str,
    *,
    role: str,
    password: str,
    actor: str,
    display_name: str = "",
    must_change: bool = True,
) -> Account:
    """Make a user who logs in with a password, and who must choose another one first: somebody else knows this one.

    Raises ``InvalidInput``, and ``Conflict`` for a name that is taken.
    """
    check_name(username)
    role_named(role)
    stored = hash_password(password)
    with conn.transaction():
        if not accounts.insert(
            conn,
            username=username,
            role=role,
            display_name=display_name,
            password=stored,
            must_change=must_change,
        ):
            raise Conflict(f"there is a user {username!r} already", "`headway users list` shows them")
        event_log.record(conn, actor=actor, action="user.create", subject=f"user {username}", detail={"role": role})
    return get_user(conn, username)


def set_role(conn: Connection, username: str, role: str, *, actor: str) -> None:
    """Give a user another role; raises ``NotFound``, ``InvalidInput``, and ``Conflict`` for the last admin."""
    role_named(role)
    with conn.transaction():
        if role != "admin":
            _keep_an_admin(conn, username)
        if not accounts.set_role(conn, username, role):
            get_user(conn, username)
        event_log.record(conn, actor=actor, action="user.set_role", subject=f"user {username}", detail={"role": role})


def set_display_name(conn: Connection, username: str, display_name: str, *, actor: str) -> None:
    """Change how a user is called on pages."""
    with conn.transaction():
        accounts.set_display_name(conn, username, display_name)
        event_log.record(conn, actor=actor, action="user.set_display_name", subject=f"user {username}")


def set_password(
    conn: Connection, username: str, password: str, *, actor: str, must_change: bool = True, session: str = ""
) -> None:
    """Give a user another password and end the sessions, but for ``session``.

    ``must_change`` is False only for one that the user chose: until then nothing but choosing one is allowed.
    Raises ``InvalidInput`` for one that is too short, ``NotFound``, and ``Conflict`` for who logs in by OpenID Connect.
    """
    stored = hash_password(password)
    with conn.transaction():
        if not accounts.set_password(conn, username, stored, must_change=must_change):
            get_user(conn, username)
            raise Conflict(f"{username} has no password here", "the password is kept by the OpenID provider")
        logins.end_sessions(conn, username, but=session)
        event_log.record(conn, actor=actor, action="user.set_password", subject=f"user {username}")


def delete_user(conn: Connection, username: str, *, actor: str) -> None:
    """Delete a user with sessions and tokens; raises ``NotFound``, and ``Conflict`` for the last admin."""
    with conn.transaction():
        _keep_an_admin(conn, username)
        if not accounts.delete(conn, username):
            get_user(conn, username)
        event_log.record(conn, actor=actor, action="user.delete", subject=f"user {username}")


def _keep_an_admin(conn: Connection, username: str) -> None:
    if accounts.lock_admins(conn) == [username]:
        raise Conflict(f"{username} is the last admin", "make another user an admin first")
