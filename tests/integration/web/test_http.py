"""What stands around every request: headers, hosts, sizes, tags, problems."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from headway_web.security.headers import MAX_BODY
from support.webs import Served, serve


def raw(web: Served, request: bytes) -> bytes:
    """The answer to a request that no decent client would send."""
    place = urlsplit(web.url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("path", ["/api/v1/version", "/api/v1/nothing", "/api/v1/users", "/", "/static/nothing.js"])
def test_every_answer_tells_the_browser_to_be_careful(web: Served, path: str) -> None:
    headers = httpx.get(web.url + path, timeout=30).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("access-control")]  # other sites may not read anything


def test_other_names_are_refused_on_loopback(web: Served) -> None:
    client = web.as_(None)
    for host in ("evil.example.com", "evil.example.com:8080", "[bad", "localhost.evil.example.com"):
        assert client.get("/version", headers={"Host": host}).status_code == 421, host
    for host in ("localhost", "127.0.0.1:1", "[::1]:80"):
        assert client.get("/version", headers={"Host": host}).status_code == 200, host


def test_behind_a_proxy_only_its_name_passes_and_only_it_is_believed(web: Served) -> None:
    public = {"public_url": "https://headway.example.com", "trusted_proxies": ["127.0.0.1"]}
    with serve(web.settings.model_copy(update={"web": web.settings.web.model_copy(update=public)})) as served:
        client = served.as_(None, headers={"Host": "headway.example.com", "X-Forwarded-For": "203.0.113.9"})
        client.post("/session", json={"username": "admin", "password": "not this one"})
        assert client.get("/version", headers={"Host": "other.example.com"}).status_code == 421
    untrusted = web.as_(None, headers={"X-Forwarded-For": "203.0.113.10"})
    untrusted.post("/session", json={"username": "admin", "password": "not this one"})
    addresses = {row[0] for row in web.conn.execute("SELECT address FROM login_try").fetchall()}
    assert addresses == {"203.0.113.9", "127.0.0.1"}


def test_bodies_that_are_too_large_are_refused(web: Served) -> None:
    client = web.as_("admin")
    answer = client.post("/tokens", content=b" " * (MAX_BODY + 1), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_does_not_tell_its_length_is_cut_off(web: Served) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 65536 + 2):
            yield b" " * 65536

    client = web.as_("admin")
    try:
        status = client.post("/tokens", content=chunks(), headers={"Content-Type": "application/json"}).status_code
    except httpx.TransportError:
        status = 400
    assert status in (400, 413, 422)
    assert client.get("/tokens").status_code == 200


def test_what_a_browser_has_is_not_sent_again(web: Served) -> None:
    client = web.as_("viewer")
    first = client.get("/roles")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert "private" in first.headers["cache-control"]
    again = client.get("/roles", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/roles", headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.get("/nothing", headers={"If-None-Match": "*"}).status_code == 404


def test_a_problem_names_the_fault_the_place_and_the_remedy(web: Served) -> None:
    problem = web.as_("admin").get("/users/nobody").json()
    assert problem == {
        "type": "headway:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no user 'nobody'",
        "instance": "/api/v1/users/nobody",
        "remedy": "`headway users list` shows them",
    }


def test_a_problem_names_each_field(web: Served) -> None:
    problem = web.as_("admin").post("/users", json={"username": 5, "role": "king"}).json()
    assert problem["status"] == 422
    assert [error["field"] for error in problem["errors"]] == ["username", "role", "password"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"username": king}', "expecting value at line 1, column 14"),
        (b'{\n "username": "k",\n}', "property name enclosed in double quotes at line 3, column 1"),
    ],
)
def test_a_body_that_is_no_json_is_called_so_and_has_no_field(web: Served, body: bytes, where: str) -> None:
    answer = web.as_("admin").post("/users", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert (problem["status"], "errors" in problem) == (422, False)
    assert problem["detail"].startswith("the body is not valid JSON: ")
    assert problem["detail"].endswith(where)
    assert problem["remedy"].startswith("send a JSON object")


def test_json_that_is_not_called_so_says_what_is_missing(web: Served) -> None:
    answer = web.as_("admin").post("/users", content=b'{"username": "king"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, "errors" in answer.json()) == (422, False)
    assert answer.json()["detail"] == "expected a body of JSON, its Content-Type says otherwise"


@pytest.mark.parametrize("path", ["/users/a%00b", "/users/%ED%A0%80", "/users/%FF"])
def test_text_that_postgresql_cannot_hold_is_no_fault(web: Served, path: str) -> None:
    assert web.as_("admin").get(path).status_code in (404, 422)


def test_half_a_surrogate_pair_is_no_fault(web: Served) -> None:
    for name in ('"a\\u0000b"', '"\\ud800"'):
        answer = web.as_("viewer").post(
            "/tokens",
            content=f'{{"name": {name}, "scopes": ["read"]}}'.encode(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 422, name


@pytest.mark.parametrize(
    "path",
    [b"/../app.py", b"/static/../../app.py", b"/%2e%2e/app.py", b"/static/%2e%2e%2f%2e%2e%2fapp.py", b"//etc/passwd"],
)
def test_no_file_outside_the_ui_is_served(web: Served, path: bytes) -> None:
    answer = raw(web, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b"create_app" not in answer
    assert b"root:" not in answer


def test_below_a_path_the_page_is_there_with_and_without_a_slash(web: Served) -> None:
    public = web.settings.web.model_copy(update={"public_url": "http://localhost/ops"})
    with serve(web.settings.model_copy(update={"web": public})) as served:
        assert {httpx.get(served.url + path, timeout=30).headers["content-type"] for path in ("", "/", "/dags")} == {
            "text/html; charset=utf-8"
        }
        assert httpx.get(served.api + "/version", timeout=30).status_code == 200
        assert httpx.get(served.url.removesuffix("/ops") + "/api/v1/version", timeout=30).status_code == 404
