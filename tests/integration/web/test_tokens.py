"""API tokens: what they reach, when they end, what cannot be done with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from headway.metastore.queries import event_log
from support.webs import Served


def make(web: Served, role: str, name: str, *scopes: str, **more: object) -> dict[str, object]:
    answer = web.as_(role).post("/tokens", json={"name": name, "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


def bearer(web: Served, token: object) -> httpx.Client:
    return web.as_(None, headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_shown_once_and_kept_as_a_hash(web: Served) -> None:
    token = str(make(web, "operator", "once", "read")["token"])
    assert token.startswith("hw_")
    listed = web.as_("operator").get("/tokens")
    assert "once" in listed.text
    assert token not in listed.text
    rows = web.conn.execute("SELECT t::text FROM api_token t").fetchall()
    assert all(token not in row[0] for row in rows)


def test_scopes_take_from_the_role_and_never_add_to_it(web: Served) -> None:
    reader = bearer(web, make(web, "admin", "reader", "read")["token"])
    assert reader.get("/roles").status_code == 200
    refused = reader.get("/users")
    assert (refused.status_code, refused.json()["remedy"][:32]) == (403, "make a token with the scope admi")
    assert refused.json()["detail"] == "this needs the scope admin; the token reader of admin may read at most"
    assert reader.get("/session").json()["user"]["role"] == "viewer"
    administrator = bearer(web, make(web, "admin", "administrator", "admin")["token"])
    assert administrator.get("/users").status_code == 200
    refused = web.as_("viewer").post("/tokens", json={"name": "more", "scopes": ["operate"]})
    assert refused.status_code == 422
    web.conn.execute("UPDATE account SET role = 'viewer' WHERE username = 'admin'")
    try:
        assert administrator.get("/users").status_code == 403
    finally:
        web.conn.execute("UPDATE account SET role = 'admin' WHERE username = 'admin'")


def test_a_token_needs_no_csrf_token_and_its_use_is_told(web: Served) -> None:
    made = make(web, "admin", "worker", "admin")
    answer = bearer(web, made["token"]).put("/nowhere")
    assert answer.status_code == 404
    new = {"username": "by-token", "role": "viewer", "password": "long enough a word"}
    assert bearer(web, made["token"]).post("/users", json=new).status_code == 201
    (event,) = event_log.events(web.conn, subject="user by-token")
    assert event.actor == "admin (token worker)"
    (listed,) = [each for each in web.as_("admin").get("/tokens").json()["tokens"] if each["name"] == "worker"]
    assert listed["last_used_at"]


def test_a_token_makes_no_tokens_and_ends_no_sessions(web: Served) -> None:
    made = make(web, "admin", "breeder", "admin")
    client = bearer(web, made["token"])
    assert client.post("/tokens", json={"name": "child", "scopes": ["admin"]}).status_code == 403
    assert client.delete(f"/tokens/{made['id']}").status_code == 403
    assert client.delete("/session").status_code == 403
    assert client.post("/session/password", json={"old": "x", "new": "long enough"}).status_code == 403


def test_an_expired_token_and_a_revoked_one_are_worth_nothing(web: Served) -> None:
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    ending, revoked = make(web, "operator", "ending", "read", expires_at=end), make(web, "operator", "revoked", "read")
    clients = [bearer(web, made["token"]) for made in (ending, revoked)]
    assert [client.get("/roles").status_code for client in clients] == [200, 200]
    web.conn.execute("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE id = %s", (ending["id"],))
    assert web.as_("operator").delete(f"/tokens/{revoked['id']}").status_code == 204
    assert [client.get("/roles").status_code for client in clients] == [401, 401]


def test_a_wrong_token_is_not_made_good_by_a_cookie(web: Served) -> None:
    client = web.as_("admin", headers={"Authorization": "Bearer hw_wrong"})
    assert client.get("/roles").status_code == 401


def test_tokens_of_others_are_the_admins_to_see_and_to_end(web: Served) -> None:
    made = make(web, "operator", "operators-own", "read")
    assert "operators-own" not in web.as_("viewer").get("/tokens").text
    assert web.as_("viewer").get("/tokens", params={"all": True}).status_code == 403
    assert web.as_("viewer").delete(f"/tokens/{made['id']}").status_code == 404
    assert "operators-own" in web.as_("admin").get("/tokens", params={"all": True}).text
    assert web.as_("admin").delete(f"/tokens/{made['id']}").status_code == 204


def test_an_end_in_the_past_without_a_zone_or_beyond_the_calendar_is_refused(web: Served) -> None:
    client = web.as_("viewer")
    for end in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00", "9999-12-31T23:59:59-01:00"):
        answer = client.post("/tokens", json={"name": "late", "scopes": ["read"], "expires_at": end})
        assert answer.status_code == 422
    assert "late" not in client.get("/tokens").text


def test_a_name_is_used_once(web: Served) -> None:
    make(web, "viewer", "twice", "read")
    again = web.as_("viewer").post("/tokens", json={"name": "twice", "scopes": ["read"]})
    assert again.status_code == 409


def test_the_password_of_a_proxy_is_not_ours(web: Served) -> None:
    """A browser behind a proxy with basic auth sends that to us, too: it neither lets in nor keeps out."""
    basic = {"Authorization": "Basic YWRtaW46YWRtaW4="}
    assert web.as_(None, headers=basic).get("/roles").status_code == 401
    assert web.as_("viewer", headers=basic).get("/roles").status_code == 200
    client = web.as_("admin", headers=basic)
    del client.headers["X-CSRF-Token"]
    assert client.post("/users", json={}).status_code == 403
