"""Every route of the API is asked by nobody, by every role, and by tokens: what the table does not allow is refused."""

from __future__ import annotations

import re

import httpx
import pytest

from headway_web.app import api_routes, role_of
from support.webs import ROLES as USERS
from support.webs import Served

from .roles import ROLES

_STREAMS = re.compile(r"/events$|/stream$")


def found() -> dict[str, str | None]:
    """The role that each route's guard asks for."""
    return {f"{method} {route.path_format}": role_of(route) for route in api_routes() for method in route.methods or ()}


def ask(client: httpx.Client, operation: str) -> httpx.Response:
    """Ask with placeholders for parameters and without a body."""
    method, path = operation.split()
    return client.request(method, re.sub(r"\{[^}]*\}", "1", path))


def above(role: str) -> tuple[str, ...]:
    return USERS[USERS.index(role) :]


GUARDED = [operation for operation, role in ROLES.items() if role != "public"]


def test_the_table_has_every_route_with_its_role() -> None:
    assert found() == ROLES


def test_nobody_gets_nothing_but_what_is_public(web: Served) -> None:
    nobody = web.as_(None)
    assert {ask(nobody, operation).status_code for operation in GUARDED} == {401}


@pytest.mark.parametrize("role", USERS)
def test_a_role_gets_what_it_may_and_nothing_else(web: Served, role: str) -> None:
    wrong = []
    client = web.as_(role)
    for operation in GUARDED:
        if _STREAMS.search(operation) or operation == "DELETE /session":
            continue
        status = ask(client, operation).status_code
        allowed = role in above(ROLES[operation])
        if (status == 403) == allowed or status >= 500 or status == 401:
            wrong.append((operation, status))
    assert wrong == []


def test_no_change_is_made_without_the_csrf_token(web: Served) -> None:
    client = web.as_("admin")
    del client.headers["X-CSRF-Token"]
    changes = [operation for operation in GUARDED if not operation.startswith("GET ")]
    assert len(changes) > 20
    assert {ask(client, operation).status_code for operation in changes} == {403}
