"""Users: made, changed, deleted by admins; never the last admin."""

from __future__ import annotations

from headway.metastore.queries import accounts, event_log
from support.webs import Served

PASSWORD = "correct horse battery"


def make(web: Served, name: str) -> None:
    new = {"username": name, "role": "viewer", "password": PASSWORD}
    answer = web.as_("admin").post("/users", json=new)
    assert answer.status_code == 201, answer.text
    assert answer.json()["must_change_password"]


def test_a_user_is_made_changed_and_deleted_and_all_of_it_is_audited(web: Served) -> None:
    admin = web.as_("admin")
    make(web, "passing-by")
    changed = admin.patch("/users/passing-by", json={"role": "operator", "display_name": "Night shift"}).json()
    assert (changed["role"], changed["display_name"]) == ("operator", "Night shift")
    assert "password" not in changed
    assert admin.delete("/users/passing-by").status_code == 204
    assert admin.get("/users/passing-by").status_code == 404
    actions = [event.action for event in event_log.events(web.conn, subject="user passing-by")]
    assert actions == ["user.delete", "user.set_display_name", "user.set_role", "user.create"]
    assert {event.actor for event in event_log.events(web.conn, subject="user passing-by")} == {"admin"}


def test_a_new_role_counts_at_once(web: Served) -> None:
    accounts.insert(web.conn, username="rising", role="viewer")
    client = web.as_("rising")
    refused = client.get("/users").json()
    assert (refused["status"], refused["remedy"]) == (403, "ask an admin for the role admin")
    assert refused["detail"] == "this needs the role admin; rising is a viewer"
    web.as_("admin").patch("/users/rising", json={"role": "admin"})
    assert client.get("/users").status_code == 200
    web.as_("admin").patch("/users/rising", json={"role": "viewer"})
    assert client.get("/users").status_code == 403


def test_a_deleted_user_is_logged_out(web: Served) -> None:
    make(web, "leaving")
    client = web.as_("leaving")
    web.as_("admin").delete("/users/leaving")
    assert client.get("/session").status_code == 401


def test_the_last_admin_stays(web: Served) -> None:
    admin = web.as_("admin")
    assert admin.delete("/users/admin").status_code == 409
    assert admin.patch("/users/admin", json={"role": "viewer"}).status_code == 409


def test_a_password_that_an_admin_sets_logs_the_user_out_and_must_be_changed(web: Served) -> None:
    make(web, "forgot")
    client = web.as_("forgot")
    changed = web.as_("admin").patch("/users/forgot", json={"password": "something else entirely"}).json()
    assert changed["must_change_password"]
    assert client.get("/session").status_code == 401


def test_names_and_passwords_that_cannot_be_used_are_refused(web: Served) -> None:
    admin = web.as_("admin")
    for name in ("", "a b", "<script>", "../x", "x" * 101, ".hidden"):
        new = {"username": name, "role": "viewer", "password": PASSWORD}
        assert admin.post("/users", json=new).status_code == 422, name
    short = admin.post("/users", json={"username": "short", "role": "viewer", "password": "123456789"})
    assert short.status_code == 422
    assert "123456789" not in short.text
    assert admin.post("/users", json={"username": "admin", "role": "admin", "password": PASSWORD}).status_code == 409
