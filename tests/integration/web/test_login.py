"""Passwords: logging in with one, trying too often, changing it; what a session's end is."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from headway.metastore.queries import accounts, event_log
from headway.operations.first_login import ensure_admin
from headway.operations.passwords import fits
from headway.operations.users import create_user, set_password
from headway.settings import load_settings
from headway_web.security import login
from headway_web.security.identify import COOKIE
from support.webs import Served, serve

PASSWORD = "correct horse battery"


def make_user(web: Served, name: str, *, must_change: bool = False) -> None:
    create_user(web.conn, name, role="operator", password=PASSWORD, actor="test", must_change=must_change)


def log_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    answer = client.post("/session", json={"username": name, "password": password})
    client.headers["X-CSRF-Token"] = answer.json().get("csrf_token", "")
    return answer


def events(web: Served, subject: str) -> list[tuple[str, str]]:
    return [(event.action, event.actor) for event in event_log.events(web.conn, subject=subject)]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(web: Served) -> None:
    make_user(web, "cookie")
    answer = log_in(web.as_(None), "cookie")
    assert answer.status_code == 201
    flags = {part.strip().partition("=")[0].lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite", "path"} <= flags
    assert "secure" not in flags  # plain HTTP on loopback


def test_what_the_metastore_has_logs_nobody_in(web: Served) -> None:
    make_user(web, "hashed")
    log_in(web.as_(None), "hashed")
    (stored, password), *_ = web.conn.execute(
        "SELECT s.id, a.password FROM session s JOIN account a ON a.id = s.account_id WHERE a.username = 'hashed'"
    ).fetchall()
    assert password.startswith("$argon2id$")
    thief = web.as_(None)
    thief.cookies.set(COOKIE, stored, domain="127.0.0.1")
    assert thief.get("/session").status_code == 401


def test_a_wrong_password_and_an_unknown_name_look_alike(web: Served) -> None:
    make_user(web, "known")
    answers = [log_in(web.as_(None), name, "wrong password").json() for name in ("known", "unknown")]
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 401
    assert ("session.login_failed", "nobody") in events(web, "user known")
    assert events(web, "user unknown") == []  # it may be a password that was typed into the wrong field


def test_too_many_tries_are_refused_even_with_the_right_password(web: Served) -> None:
    make_user(web, "target")
    client = web.as_(None)
    assert [log_in(client, "target", f"wrong password {n}").status_code for n in range(5)] == [401] * 5
    refused = log_in(client, "target")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    make_user(web, "bystander")
    assert log_in(web.as_(None), "bystander").status_code == 201


def test_one_address_cannot_try_many_names(web: Served) -> None:
    web.conn.execute(
        "INSERT INTO login_try (username, address) SELECT 'somebody-' || n, '127.0.0.1' FROM generate_series(1, 30) n"
    )
    try:
        assert log_in(web.as_(None), "anybody").status_code == 429
    finally:
        web.conn.execute("DELETE FROM login_try")


def test_tries_are_forgotten_in_time_and_by_a_login(web: Served) -> None:
    make_user(web, "forgetful")
    for _ in range(4):
        log_in(web.as_(None), "forgetful", "wrong password")
    assert log_in(web.as_(None), "forgetful").status_code == 201
    for _ in range(5):
        log_in(web.as_(None), "forgetful", "wrong password")
    assert log_in(web.as_(None), "forgetful").status_code == 429
    web.conn.execute("UPDATE login_try SET at = at - interval '16 minutes'")
    assert log_in(web.as_(None), "forgetful").status_code == 201


@pytest.mark.parametrize("way", ["made", "reset"])
def test_a_password_that_somebody_else_set_must_be_changed_first(web: Served, way: str) -> None:
    name = f"fresh-{way}"
    create_user(web.conn, name, role="operator", password=PASSWORD, actor="test", must_change=way == "made")
    if way == "reset":
        set_password(web.conn, name, PASSWORD, actor="test")
    client = web.as_(None)
    assert log_in(client, name).json()["user"]["must_change_password"]
    assert client.get("/roles").status_code == 403
    same = client.post("/session/password", json={"old": PASSWORD, "new": PASSWORD})
    assert (same.status_code, same.json()["detail"]) == (422, "the new password is the present one")
    assert client.get("/session").status_code == 200
    change = {"old": PASSWORD, "new": "another fine one"}
    assert client.post("/session/password", json=change).status_code == 204
    assert client.get("/roles").status_code == 200


def test_a_new_password_ends_every_other_session(web: Served) -> None:
    make_user(web, "changer")
    here, elsewhere = web.as_(None), web.as_(None)
    for client in (here, elsewhere):
        log_in(client, "changer")
    wrong = here.post("/session/password", json={"old": "no, not this", "new": "another fine one"})
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "the present password is wrong")
    short = here.post("/session/password", json={"old": PASSWORD, "new": "short"})
    assert short.status_code == 422
    assert "short" not in short.json()["detail"]
    assert here.post("/session/password", json={"old": PASSWORD, "new": "another fine one"}).status_code == 204
    assert here.get("/session").status_code == 200
    assert elsewhere.get("/session").status_code == 401
    assert ("user.set_password", "changer") in events(web, "user changer")


@pytest.mark.parametrize("column", ["expires_at", "seen_at"])
def test_a_session_ends_by_time_and_by_idleness(web: Served, column: str) -> None:
    client = web.as_("viewer")
    assert client.get("/session").status_code == 200
    web.conn.execute(f"UPDATE session SET {column} = now() - interval '13 hours'")
    assert client.get("/session").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "../../etc/passwd", "é".encode().decode("latin-1"), "a" * 4000])
def test_a_forged_cookie_is_nobodys(web: Served, cookie: str) -> None:
    answer = httpx.get(f"{web.api}/session", timeout=30, headers={"Cookie": f"{COOKIE}={cookie}".encode("latin-1")})
    assert answer.status_code == 401


def test_logging_in_and_out_is_audited(web: Served) -> None:
    make_user(web, "audited")
    client = web.as_(None)
    log_in(client, "audited")
    client.delete("/session")
    assert events(web, "user audited")[:2] == [("session.logout", "audited"), ("session.login", "audited")]


def test_a_form_of_another_site_cannot_log_anybody_in(web: Served) -> None:
    """Browsers send forms anywhere, but never as JSON without asking first."""
    make_user(web, "lured")
    body = f'{{"username": "lured", "password": "{PASSWORD}"}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = web.as_(None).post("/session", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 422


def test_behind_tls_the_cookie_is_secure_and_stays_below_its_path(web: Served) -> None:
    settings = web.settings.model_copy(
        update={"web": web.settings.web.model_copy(update={"public_url": "https://headway.example.com/ops"})}
    )
    make_user(web, "tls")
    with serve(settings) as served:
        cookie = log_in(served.as_(None), "tls").headers["set-cookie"].lower()
        assert "secure" in cookie
        assert "path=/ops;" in cookie
        assert "max-age=31536000" in served.as_(None).get("/version").headers["strict-transport-security"]


def test_the_first_user_is_made_once(web: Served) -> None:
    settings = load_settings(home=web.settings.home, metastore=web.settings.metastore.model_dump())
    assert not ensure_admin(web.conn, settings)


def test_the_first_password_may_stay(web: Served, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, metastore=web.settings.metastore.model_dump())
    with web.conn.transaction(force_rollback=True):
        web.conn.execute("DELETE FROM account")
        assert ensure_admin(web.conn, settings)
        (admin,) = accounts.all_accounts(web.conn)
    assert (admin.username, admin.must_change_password) == ("admin", False)


def test_few_passwords_are_judged_at_once(web: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB: a crowd at the login must not take the host's memory."""
    judged, lock, running = [], threading.Lock(), 0

    def counted(stored: str | None, password: str) -> bool:
        nonlocal running
        with lock:
            running += 1
            judged.append(running)
        try:
            return fits(stored, password)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(login, "fits", counted)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: log_in(web.as_(None), f"crowd-{number}"), range(8)))
    web.conn.execute("DELETE FROM login_try")
    assert len(judged) == 8
    assert max(judged) <= 2
