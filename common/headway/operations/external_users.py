"""Users who log in by OpenID Connect: made at their first login, their role taken from the provider at each."""

from __future__ import annotations

from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import accounts, event_log, logins
from headway.metastore.queries.accounts import Account
from headway.operations.users import check_name, get_user


def admit(conn: Connection, *, subject: str, username: str, display_name: str, role: str) -> Account:
    """The account of this person, with this role from now on.

    ``subject`` is the provider's address and its name for the person: an account without it is somebody else's, and
    ``Conflict`` is raised for its name. Also raises ``InvalidInput`` for what is no user name.
    """
    with conn.transaction():
        known = accounts.of_subject(conn, subject)
        if known is None:
            _make(conn, subject=subject, username=username, display_name=display_name, role=role)
        elif known.role != role:
            accounts.set_role(conn, known.username, role)
            _record(conn, "user.set_role", known.username, role)
    return get_user(conn, known.username if known else username)


def shut_out(conn: Connection, *, subject: str) -> None:
    """The provider gives this person no role any more: end all sessions, and keep only what a viewer may do."""
    with conn.transaction():
        known = accounts.of_subject(conn, subject)
        if known is not None:
            accounts.set_role(conn, known.username, "viewer")
            logins.end_sessions(conn, known.username)
            logins.delete_tokens(conn, known.username)
            _record(conn, "user.shut_out", known.username, "")


def _make(conn: Connection, *, subject: str, username: str, display_name: str, role: str) -> None:
    check_name(username)
    if not accounts.insert(conn, username=username, role=role, display_name=display_name, subject=subject):
        raise Conflict(f"the user name {username!r} belongs to somebody else here", "an admin can rename or delete it")
    _record(conn, "user.create", username, role)


def _record(conn: Connection, action: str, username: str, role: str) -> None:
    detail = {"role": role, "by": "OpenID"}
    event_log.record(conn, actor=username, action=action, subject=f"user {username}", detail=detail)
