"""Login by OpenID Connect: out to the provider, and back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from headway.errors import Conflict, HeadwayError, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import event_log
from headway.operations.external_users import admit, shut_out
from headway_web.dependencies import Means
from headway_web.means import Web
from headway_web.security import login, oidc
from headway_web.security.guards import Public
from headway_web.security.refusals import Forbidden, NotLoggedIn

log = logging.getLogger(__name__)

router = APIRouter(prefix="/session/oidc")

_KEPT = "headway_oidc"
_AT_ONCE = 4  # logins that wait for the provider, each with a thread: it may be slow, and anybody may begin one


def _asking() -> Iterator[None]:
    """One's turn to wait for the provider, kept until the route has ended."""
    yield


Asking = Annotated[None, Depends(_asking, scope="function", max_concurrency=_AT_ONCE)]

#: What the login page is told, by what went wrong.
_WHY: dict[type[HeadwayError], str] = {NotLoggedIn: "failed", Forbidden: "no-role", Conflict: "name-taken"}


@router.get("/start", status_code=303, response_class=RedirectResponse)
def start_oidc(
    _turn: Asking,
    request: Request,
    web: Means,
    _: Public,
    place: Annotated[
        str,
        Query(alias="next", max_length=4000, description="the page of the UI that it leads to", examples=["/dags"]),
    ] = "/",
) -> RedirectResponse:
    """Send the browser to the provider."""
    settings = web.settings.web
    if not web.settings.oidc.issuer:
        raise NotFound("there is no login by OpenID Connect here", "set oidc.issuer")
    try:
        url, begun = oidc.begin(web.settings, place)
    except NotLoggedIn as error:
        return _to_login(web, error)
    with web.pool.connection() as conn:
        kept = begun.seal(web.vault(conn))
    answer = RedirectResponse(url, 303)
    secure = login.is_secure(request, settings)
    path = f"{settings.base_path}/api/v1{router.prefix}"
    answer.set_cookie(_KEPT, kept, max_age=600, path=path, secure=secure, httponly=True, samesite="lax")
    return answer


@router.get("/callback", status_code=303, response_class=RedirectResponse)
def finish_oidc(
    _turn: Asking,
    request: Request,
    web: Means,
    _: Public,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=5000)] = "",
) -> RedirectResponse:
    """Take the browser back from the provider and log the person in."""
    if not web.settings.oidc.issuer:
        raise NotFound("there is no login by OpenID Connect here", "set oidc.issuer")
    try:
        with web.pool.connection() as conn:
            begun = oidc.Begun.unseal(request.cookies.get(_KEPT, ""), web.vault(conn), state)
        person = oidc.finish(web.settings, begun, code)
        with web.pool.connection() as conn:
            return _welcome(conn, request, web, person, begun.place)
    except (NotLoggedIn, Forbidden, Conflict, InvalidInput) as error:
        return _to_login(web, error)


def _welcome(conn: Connection, request: Request, web: Web, person: oidc.Person, place: str) -> RedirectResponse:
    if person.role is None:
        shut_out(conn, subject=person.subject)
        event_log.record(conn, actor="nobody", action="session.login_failed", subject=f"user {person.username}")
        raise Forbidden(f"the provider gives {person.username} no role here")
    account = admit(
        conn,
        subject=person.subject,
        username=person.username,
        display_name=person.display_name,
        role=person.role.word,
    )
    address = login.address_of(request)
    secret = login.open_session(conn, account.id, account.username, address, web.settings.web)
    answer = RedirectResponse(f"{web.settings.web.base_path}{place}", 303)
    login.set_cookie(answer, secret, request, web.settings.web)
    answer.delete_cookie(_KEPT, path=f"{web.settings.web.base_path}/api/v1{router.prefix}")
    return answer


def _to_login(web: Web, error: HeadwayError) -> RedirectResponse:
    log.warning("login by OpenID Connect: %s", error.message)
    return RedirectResponse(f"{web.settings.web.base_path}/login?oidc={_WHY.get(type(error), 'failed')}", 303)
