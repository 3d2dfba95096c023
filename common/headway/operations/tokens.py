"""API tokens: make and revoke them and leave a trace. A token is shown once; its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from headway.errors import Conflict, InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, logins
from headway.operations.moments import in_utc
from headway.operations.users import get_user
from headway.roles import Role, reach, role_named

PREFIX = "hw_"  # so that scanners for leaked secrets can tell what it is


def create_token(
    conn: Connection,
    username: str,
    name: str,
    *,
    scopes: list[str],
    expires_at: datetime | None,
    actor: str,
    most: Role = Role.ADMIN,
) -> tuple[int, str]:
    """Make a token of a user's; return its id and the token, which nobody can ask for again.

    Raises ``InvalidInput`` for scopes beyond the user's role (or ``most``) and an end that is past, ``Conflict`` for
    a name that the user's tokens have already.
    """
    account = get_user(conn, username)
    if reach(scopes) > min(most, role_named(account.role)):
        raise InvalidInput(f"a token of {username} ({account.role}) cannot have the scopes {', '.join(scopes)}")
    if expires_at is not None:
        _check_end(expires_at)
    token = PREFIX + secrets.token_urlsafe(32)
    with conn.transaction():
        made = logins.add_token(
            conn, account=account.id, name=name, digest=digest(token), scopes=scopes, expires_at=expires_at
        )
        if made is None:
            raise Conflict(f"{username} has a token {name!r} already", "choose another name, or delete that one")
        detail = {"scopes": scopes, "expires_at": expires_at.isoformat() if expires_at else None}
        event_log.record(conn, actor=actor, action="token.create", subject=f"token {username}/{name}", detail=detail)
    return made, token


def _check_end(end: datetime) -> None:
    if end.tzinfo is None or in_utc(end, "end of the token") <= datetime.now(UTC):
        raise InvalidInput("expected an end in the future, with a time zone", "leave it out for a token without end")


def delete_token(conn: Connection, number: int, *, actor: str, username: str | None = None) -> None:
    """Revoke a token, only one of ``username``'s if that is given; raises ``NotFound``."""
    with conn.transaction():
        gone = logins.delete_token(conn, number, username=username)
        event_log.record(conn, actor=actor, action="token.delete", subject=f"token {gone.username}/{gone.name}")


def digest(secret: str) -> str:
    """The SHA-256 of a token or of a session's secret: these are random, so no slower hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
