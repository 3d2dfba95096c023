"""From a request to who asks: a bearer token, or a session's cookie and, for changes, its CSRF token."""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request

from headway.metastore.database import Connection
from headway.metastore.queries import logins
from headway.metastore.queries.logins import Bearer
from headway.operations.tokens import digest
from headway.roles import reach, role_named
from headway.settings import WebSettings
from headway_web.security.actor import Actor
from headway_web.security.refusals import Forbidden, NotLoggedIn

COOKIE = "headway_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = ("GET", "HEAD", "OPTIONS")


def identify(request: Request, conn: Connection, settings: WebSettings) -> Actor:
    """Who asks; raises ``NotLoggedIn``, and ``Forbidden`` for a change that another site may have caused."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":  # which no browser adds by itself, as it does cookies: no CSRF
        return _by_token(conn, token.strip())
    secret = request.cookies.get(COOKIE, "")
    actor = _by_session(conn, secret, settings)
    if request.method not in _SAFE and not _same(request.headers.get(CSRF_HEADER, ""), csrf_token(secret)):
        raise Forbidden(f"this change needs the header {CSRF_HEADER}", "take its value from GET /api/v1/session")
    return actor


def csrf_token(secret: str) -> str:
    """What a page of ours can know of its session, and another site cannot."""
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest()


def _by_token(conn: Connection, token: str) -> Actor:
    hashed = digest(token)
    bearer = logins.token_bearer(conn, hashed)
    if bearer is None:
        raise NotLoggedIn("this token is unknown, revoked or expired", "make another on the Tokens page")
    if bearer.is_stale:
        logins.touch_token(conn, hashed)
    return _actor(bearer)


def _by_session(conn: Connection, secret: str, settings: WebSettings) -> Actor:
    hashed = digest(secret)
    bearer = logins.session_bearer(conn, hashed, idle_hours=settings.idle_hours) if secret else None
    if bearer is None:
        raise NotLoggedIn("this needs a login", "log in, or send `Authorization: Bearer <token>`")
    if bearer.is_stale:
        logins.touch_session(conn, hashed)
    return _actor(bearer)


def _actor(bearer: Bearer) -> Actor:
    role = role_named(bearer.role)
    if bearer.scopes is not None:
        role = min(role, reach(bearer.scopes))
    return Actor(bearer.account_id, bearer.username, role, bearer.must_change_password, bearer.token)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
