"""Logging in and out."""

from __future__ import annotations

from headway_web.security.identify import COOKIE
from support.webs import Served


def test_nobody_is_told_to_log_in(web: Served) -> None:
    answer = web.as_(None).get("/session")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "this needs a login"


def test_a_session_says_who_it_is(web: Served) -> None:
    answer = web.as_("operator").get("/session")
    assert answer.headers["cache-control"] == "no-store"
    session = answer.json()
    assert session["user"]["username"] == "operator"
    assert session["user"]["role"] == "operator"


def test_a_change_needs_the_csrf_token(web: Served) -> None:
    client = web.as_("admin")
    del client.headers["X-CSRF-Token"]
    assert client.post("/tokens", json={"name": "x", "scopes": ["read"]}).status_code == 403
    client.headers["X-CSRF-Token"] = "0" * 64
    assert client.post("/tokens", json={"name": "x", "scopes": ["read"]}).status_code == 403


def test_logging_out_ends_the_session(web: Served) -> None:
    client = web.as_("viewer")
    stolen = client.cookies[COOKIE]
    left = client.delete("/session")
    assert (left.status_code, left.headers["clear-site-data"]) == (204, '"cache"')
    client.cookies.set(COOKIE, stolen, domain="127.0.0.1")
    assert client.get("/session").status_code == 401
