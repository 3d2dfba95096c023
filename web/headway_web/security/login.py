"""Logging in and out: the password's way from the form to a session."""

from __future__ import annotations

import secrets

from fastapi import Request, Response

from headway.metastore.database import Connection
from headway.metastore.queries import accounts, event_log, logins
from headway.operations.passwords import fits
from headway.operations.tokens import digest
from headway.settings import WebSettings
from headway_web.security.identify import COOKIE
from headway_web.security.refusals import NotLoggedIn, TooManyTries


def check_password(conn: Connection, username: str, password: str, address: str) -> int:
    """The account's id; raises ``NotLoggedIn`` (name or password, it does not say which) and ``TooManyTries``."""
    wait = logins.begin_try(conn, username=username, address=address)
    if wait:
        raise TooManyTries("too many failed logins", f"wait {wait // 60} minutes", seconds=wait)
    account = accounts.find(conn, username)
    if not fits(accounts.password(conn, username), password) or account is None:
        # A name that nobody has may be a password that was typed into the wrong field.
        subject = f"user {username}" if account else "unknown user"
        event_log.record(
            conn, actor="nobody", action="session.login_failed", subject=subject, detail={"address": address}
        )
        raise NotLoggedIn("the user name or the password is wrong")
    logins.forget_tries(conn, username=username, address=address)
    return account.id


def open_session(conn: Connection, account: int, username: str, address: str, settings: WebSettings) -> str:
    """Log a person in; return the session's secret, which only the browser keeps."""
    secret = secrets.token_urlsafe(32)
    with conn.transaction():
        logins.open_session(conn, key=digest(secret), account=account, address=address, hours=settings.session_hours)
        accounts.note_login(conn, account)
        event_log.record(
            conn, actor=username, action="session.login", subject=f"user {username}", detail={"address": address}
        )
    return secret


def close_session(conn: Connection, secret: str, username: str) -> None:
    """Log a browser out."""
    with conn.transaction():
        logins.end_session(conn, digest(secret))
        event_log.record(conn, actor=username, action="session.logout", subject=f"user {username}")


def set_cookie(response: Response, secret: str, request: Request, settings: WebSettings) -> None:
    """Give the browser the session's secret, out of the reach of scripts and of other sites' forms."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(settings.session_hours * 3600),
        path=settings.base_path or "/",
        secure=is_secure(request, settings),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, settings: WebSettings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, path=settings.base_path or "/", httponly=True, samesite="lax")


def is_secure(request: Request, settings: WebSettings) -> bool:
    """Whether the browser speaks TLS, with us or with the proxy."""
    return settings.public_url.startswith("https:") or request.url.scheme == "https"


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""
