"""Variables and connections: secrets go in, and never come out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from headway.broker.bus import open_bus
from headway.broker.redis_bus import list_name
from headway.crypto import open_vault
from headway.metastore.queries import event_log
from headway.operations import secrets, shown_secrets
from support.stage import Stage
from support.webs import Served

SECRET = "s3cr3t-Wert/ÿ"


def test_a_variable_from_its_making_to_its_end(web: Served) -> None:
    admin = web.as_("admin")
    made = admin.post("/variables", json={"key": "region", "value": "eu-1", "description": "where"})
    assert made.status_code == 201
    assert (made.json()["value"], made.json()["is_secret"]) == ("eu-1", False)
    assert event_log.page(web.conn, limit=1)[0].action == "variable.set"
    assert admin.post("/variables", json={"key": "region", "value": "x"}).status_code == 409
    changed = admin.patch("/variables/region", json={"value": "eu-2"}).json()
    assert (changed["value"], changed["description"]) == ("eu-2", "where")
    assert admin.patch("/variables/region", json={"description": ""}).json()["value"] == "eu-2"
    assert admin.delete("/variables/region").status_code == 204
    for answer in (
        admin.get("/variables/region"),
        admin.patch("/variables/region", json={"value": "x"}),
        admin.delete("/variables/region"),
    ):
        assert answer.status_code == 404


def test_a_secret_variable_shows_nothing(web: Served) -> None:
    admin = web.as_("admin")
    made = admin.post("/variables", json={"key": "api_token", "value": SECRET})
    listed = admin.get("/variables", params={"q": "token"})
    for answer in (made, listed, admin.get("/variables/api_token"), admin.patch("/variables/api_token", json={})):
        assert SECRET not in answer.text
    assert listed.json()["variables"][0] | {"changed_at": ""} == {
        "key": "api_token", "value": None, "description": "", "is_secret": True, "changed_at": "",
    }  # fmt: skip
    assert _stored_variable(web, "api_token") == SECRET


def test_json_comes_back_whole_from_one_who_was_shown_part_of_it(web: Served) -> None:
    admin = web.as_("admin")
    admin.post("/variables", json={"key": "db", "value": f'{{"host": "a", "in": [{{"password": "{SECRET}"}}]}}'})
    shown = admin.get("/variables/db").json()["value"]
    assert shown == '{"host": "a", "in": [{"password": "***"}]}'
    admin.patch("/variables/db", json={"value": shown.replace('"a"', '"b"')})
    assert _stored_variable(web, "db") == f'{{"host": "b", "in": [{{"password": "{SECRET}"}}]}}'.replace(
        SECRET, "s3cr3t-Wert/\\u00ff"
    )


@pytest.mark.parametrize(
    "body", [{"key": "a b", "value": ""}, {"key": "", "value": ""}, {"key": "k"}, {"key": "k\0", "value": "x"}]
)
def test_a_variable_that_cannot_be(web: Served, body: dict[str, Any]) -> None:
    assert web.as_("admin").post("/variables", json=body).status_code == 422


def test_a_connection_from_its_making_to_its_end(web: Served) -> None:
    admin = web.as_("admin")
    body = {"connection_id": "warehouse", "conn_type": "postgres", "host": "db", "port": 5432, "schema": "sales",
            "login": "reader", "password": SECRET, "extra": '{"sslmode": "require", "api_key": "abc-def"}'}  # fmt: skip
    made = admin.post("/connections", json=body)
    assert made.status_code == 201
    for answer in (made, admin.get("/connections"), admin.get("/connections/warehouse")):
        assert SECRET not in answer.text
        assert "abc-def" not in answer.text
    shown = made.json()
    assert shown["schema"] == "sales"
    assert shown["extra"] == '{"sslmode": "require", "api_key": "***"}'
    assert shown["has_password"] is True
    assert admin.post("/connections", json=body).status_code == 409
    admin.patch("/connections/warehouse", json={"host": "db2", "extra": shown["extra"].replace("require", "prefer")})
    stored = _stored_connection(web, "warehouse")
    assert (stored.host, stored.password, stored.port) == ("db2", SECRET, 5432)
    assert stored.extra == '{"sslmode": "prefer", "api_key": "abc-def"}'
    assert admin.patch("/connections/warehouse", json={"password": None}).json()["has_password"] is False
    assert admin.delete("/connections/warehouse").status_code == 204
    for answer in (
        admin.get("/connections/warehouse"),
        admin.patch("/connections/warehouse", json={"host": "x"}),
        admin.delete("/connections/warehouse"),
    ):
        assert answer.status_code == 404


def test_a_password_in_a_host_is_hidden_and_kept(web: Served) -> None:
    admin = web.as_("admin")
    for name, host, shown in (
        ("odd", "https://me:pass-word@example.com", "https://me:***@example.com"),
        ("unreadable", "https://me:pass-word@[example", "***"),
    ):
        made = admin.post("/connections", json={"connection_id": name, "host": host})
        assert made.json()["host"] == shown
        admin.patch(f"/connections/{name}", json={"host": shown, "port": 1})
        assert _stored_connection(web, name).host == host
    assert admin.get("/connections").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"connection_id": "a/b"},
        {"connection_id": "a", "extra": "[1]"},
        {"connection_id": "a", "extra": "{"},
        {"connection_id": "a", "extra": '{"deep": ' + "[" * 200 + "]" * 200 + "}"},
        {"connection_id": "a", "port": 70000},
        {"connection_id": "a", "host": "x\0"},
        {},
    ],
)
def test_a_connection_that_cannot_be(web: Served, body: dict[str, Any]) -> None:
    for address in ("/connections", "/connections/test"):
        answer = web.as_("admin").post(address, json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_values_to_be_tested_are_those_that_saving_would_make_and_are_not_stored(web: Served) -> None:
    admin = web.as_("admin")
    made = admin.post("/connections", json={"connection_id": "api", "password": SECRET, "extra": '{"api_key": "abc"}'})
    changes = {"host": "elsewhere", "extra": made.json()["extra"]}
    typed = shown_secrets.typed_connection(web.conn, lambda: open_vault(web.settings, web.conn), "api", changes)
    assert (typed.host, typed.password, typed.extra) == ("elsewhere", SECRET, '{"api_key": "abc"}')
    refused = admin.post("/connections/test", json={"connection_id": "api", **changes})
    assert (refused.status_code, refused.json()["remedy"]) == (409, "start one: `headway worker`")
    admin.post("/connections/test", json={"connection_id": "new", **changes})
    assert admin.get("/connections/new").status_code == 404
    assert _stored_connection(web, "api").host is None


def test_connections_are_found_by_text_and_type_and_come_in_pages(web: Served) -> None:
    admin = web.as_("admin")
    for name, kind in (("z1", "http"), ("z2", "mysql"), ("z3", "http")):
        admin.post("/connections", json={"connection_id": name, "conn_type": kind, "description": "of Z"})

    def ids(**filters: Any) -> list[str]:
        return [each["connection_id"] for each in admin.get("/connections", params=filters).json()["connections"]]

    assert ids(q="OF z") == ["z1", "z2", "z3"]
    assert ids(q="z", conn_type="http") == ["z1", "z3"]
    first = admin.get("/connections", params={"q": "of z", "limit": 2}).json()
    assert ids(q="of z", limit=2, cursor=first["next_cursor"]) == ["z3"]


def test_a_key_that_this_host_does_not_have_hides_values_and_breaks_nothing(web: Served) -> None:
    web.conn.execute("INSERT INTO variable (key, value) VALUES ('foreign', 'gAAAAAB-not-ours')")
    web.conn.execute("INSERT INTO connection (conn_id, secret) VALUES ('foreign', 'gAAAAAB-not-ours')")
    admin = web.as_("admin")
    assert admin.get("/variables/foreign").json()["value"] is None
    shown = admin.get("/connections/foreign").json()
    assert (shown["extra"], shown["has_password"]) == (None, True)


def test_the_types_of_connections_say_what_a_form_needs(web: Served) -> None:
    types = {each["conn_type"]: each for each in web.as_("viewer").get("/connections/types").json()["connection_types"]}
    postgres = types["postgres"]
    assert (postgres["label"], postgres["fields"]["schema"]) == ("PostgreSQL", "Database")
    assert {"sslmode", "cursor"} <= {each["name"] for each in postgres["extras"]}
    assert types["aws"]["fields"] == {
        "login": "Access key id", "password": "Secret access key", "extra": "Extra (JSON)",
    }  # fmt: skip


def _stored_variable(web: Served, key: str) -> str:
    return secrets.get_variable(web.conn, lambda: open_vault(web.settings, web.conn), key).value


def _stored_connection(web: Served, conn_id: str) -> secrets.ConnectionFields:
    return secrets.get_connection(web.conn, lambda: open_vault(web.settings, web.conn), conn_id)


def test_a_test_of_a_connection_is_a_workers(web: Served) -> None:
    admin, operator = web.as_("admin"), web.as_("operator")
    admin.post("/connections", json={"connection_id": "tried", "conn_type": "http", "host": "example.com"})
    assert web.as_("viewer").post("/connections/tried/test").status_code == 403
    assert operator.post("/connections/nothing/test").status_code == 404
    nobody = operator.post("/connections/tried/test")
    assert (nobody.status_code, nobody.json()["detail"]) == (409, "no worker is running to test the connection")
    stage = Stage(web.conn)
    stage.join_worker("tests")
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(operator.post, "/connections/tried/test")
        order = _take_order(web, "tests")
        assert order["connection"] == "tried"
        bus = open_bus(web.settings)
        bus.send_event(order["reply_to"], json.dumps({"ok": False, "message": "no route", "worker": "w1"}).encode())
        bus.close()
        answer = asked.result(20)
    assert answer.status_code == 200
    assert answer.json() | {"seconds": 0} == {"ok": False, "message": "no route", "worker": "w1", "seconds": 0}
    (entry,) = event_log.page(web.conn, limit=5, action="connection.test", subject="connection tried")
    assert entry.detail == {"ok": False, "message": "no route", "worker": "w1"}
    web.conn.execute("DELETE FROM node")


def _take_order(web: Served, queue: str) -> dict[str, Any]:
    """The argument of the most urgent Celery message of a queue."""
    with redis.Redis.from_url(web.settings.broker.url.get_secret_value()) as client:
        found = client.brpop([list_name(queue, 0)], 20)
    assert found is not None, "no message has come"
    order: dict[str, Any] = json.loads(json.loads(found[1])["body"])[0][0]
    return order
