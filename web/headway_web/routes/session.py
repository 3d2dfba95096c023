"""Log in and out, change one's own password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from headway.errors import InvalidInput
from headway.metastore.database import Connection
from headway.operations.tokens import digest
from headway.operations.users import get_user, set_password
from headway.version import __version__
from headway_web.dependencies import Db, Means
from headway_web.means import Web
from headway_web.schemas.session import Features, Login, LoginOptions, PasswordChange, Provider, Session, SessionUser
from headway_web.security import login
from headway_web.security.actor import Actor
from headway_web.security.guards import Anyone, AnyPerson, Public
from headway_web.security.identify import COOKIE, csrf_token
from headway_web.security.refusals import NotLoggedIn

router = APIRouter()

_HASHING_AT_ONCE = 2  # each takes 64 MiB and a core


def _hashing() -> Iterator[None]:
    """One's turn to have a password judged, kept until the route has ended."""
    yield


Hashing = Annotated[None, Depends(_hashing, scope="function", max_concurrency=_HASHING_AT_ONCE)]


@router.post("/session", status_code=201)
def log_in(
    _turn: Hashing, body: Login, request: Request, response: Response, web: Means, conn: Db, _: Public
) -> Session:
    """Log in with name and password; the answer sets the session's cookie."""
    settings, address = web.settings.web, login.address_of(request)
    account = login.check_password(conn, body.username, body.password.get_secret_value(), address)
    secret = login.open_session(conn, account, body.username, address, settings)
    login.set_cookie(response, secret, request, settings)
    return _session(conn, web, body.username, None, secret)


@router.get("/session")
def get_session(request: Request, response: Response, web: Means, conn: Db, actor: Anyone) -> Session:
    """Tell who is logged in."""
    response.headers["Cache-Control"] = "no-store"  # it has the CSRF token
    return _session(conn, web, actor.username, actor, request.cookies.get(COOKIE, ""))


@router.delete("/session", status_code=204)
def log_out(request: Request, response: Response, web: Means, conn: Db, actor: AnyPerson) -> None:
    """Log out: the cookie is worth nothing any more."""
    login.close_session(conn, request.cookies.get(COOKIE, ""), actor.username)
    login.drop_cookie(response, web.settings.web)
    response.headers["Clear-Site-Data"] = '"cache"'


@router.get("/session/login-options")
def login_options(web: Means, _: Public) -> LoginOptions:
    """Tell which ways there are to log in."""
    oidc = web.settings.oidc
    if not oidc.issuer:
        return LoginOptions()
    return LoginOptions(oidc=Provider(name=oidc.name, url=f"{web.settings.web.base_path}/api/v1/session/oidc/start"))


@router.post("/session/password", status_code=204)
def change_password(_turn: Hashing, body: PasswordChange, request: Request, conn: Db, actor: AnyPerson) -> None:
    """Choose another password; every other browser of this user is logged out."""
    old, new = body.old.get_secret_value(), body.new.get_secret_value()
    try:
        login.check_password(conn, actor.username, old, login.address_of(request))
    except NotLoggedIn:
        raise InvalidInput("the present password is wrong") from None
    if new == old:
        raise InvalidInput("the new password is the present one", "choose another one")
    here = digest(request.cookies.get(COOKIE, ""))
    set_password(conn, actor.username, new, actor=actor.name, must_change=False, session=here)


def _session(conn: Connection, web: Web, username: str, actor: Actor | None, secret: str) -> Session:
    account = get_user(conn, username)
    return Session(
        user=SessionUser(
            username=account.username,
            display_name=account.display_name or account.username,
            role=actor.role.word if actor else account.role,
            must_change_password=account.must_change_password,
            is_external=account.is_external,
        ),
        csrf_token=csrf_token(secret) if secret else "",
        version=__version__,
        features=Features(
            flower_url=web.settings.web.flower_url or None,
            oidc=bool(web.settings.oidc.issuer),
            timezone_default=web.settings.defaults.timezone,
        ),
    )
