"""``headway web`` and the commands for users and tokens, as a person runs them."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from headway.metastore.database import Connection, connection
from headway.metastore.queries import accounts, nodes
from headway.settings import load_settings
from headway.standalone.server import free_port
from support.command import Command
from support.waiting import wait_for


@pytest.fixture
def headway(metastore_url: str, valkey_url: str, tmp_path: Path) -> Command:
    return Command(tmp_path / "home", METASTORE__URL=metastore_url, BROKER__URL=valkey_url)


@pytest.fixture
def conn(metastore_url: str) -> Iterator[Connection]:
    with connection(load_settings(metastore={"url": metastore_url}).metastore, name="test") as opened:
        yield opened


@pytest.fixture
def started(headway: Command) -> Iterator[list[subprocess.Popen[str]]]:
    """What a test starts is ended with it."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait(60)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_web_node_from_its_first_login_to_ctrl_c(
    headway: Command, conn: Connection, started: list[subprocess.Popen[str]]
) -> None:
    port = free_port()
    started.append(headway.start("web", "--port", str(port)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False, timeout=60) as client:
        wait_for(lambda: answers(client) or started[0].poll() is not None, 60, "the web node")
        assert started[0].poll() is None, started[0].stderr.read()
        user, _, password = started[0].stdout.readline().strip().removeprefix("The first login: user ").partition(", ")
        login = {"username": user, "password": password.removeprefix("password ")}
        assert client.post("/session", json=login).status_code == 201
        assert client.get("/health").json()["metastore"] == {"status": "healthy"}
        wait_for(lambda: [node.kind for node in nodes.all_nodes(conn)] == ["web"], 60, "its row")
        taken = headway("web", "--port", str(port))
        assert (taken.status, "Address already in use" in taken.error) == (1, True)
        assert "--port" in taken.remedy
        started[0].send_signal(signal.SIGINT)
        assert started[0].wait(60) == 0
    said = started[0].stderr.read()
    assert "Traceback" not in said
    assert login["password"] not in said
    assert nodes.all_nodes(conn) == []


def test_an_address_that_this_host_lacks_is_refused(headway: Command) -> None:
    refused = headway("web", "--listen", "192.0.2.1")
    assert "cannot listen on 192.0.2.1" in refused.error


def must_change(conn: Connection) -> set[str]:
    """Who must choose a password of their own before anything else works."""
    return {account.username for account in accounts.all_accounts(conn) if account.must_change_password}


def test_users_from_the_command_line(headway: Command, conn: Connection) -> None:
    made = headway("users", "create", "night", "--role", "operator", "--generate", "-o", "json").json
    assert (made["username"], len(made["password"]) >= 16) == ("night", True)
    assert headway("users", "create", "boss", "--role", "admin", stdin="long enough a word\n").status == 0
    assert headway("users", "set-role", "night", "viewer").status == 0
    listed = headway("users", "list", "-o", "json").json
    assert [(user["username"], user["role"]) for user in listed] == [("boss", "admin"), ("night", "viewer")]
    assert must_change(conn) == {"boss", "night"}
    conn.execute("UPDATE account SET must_change_password = false")
    assert "short" not in headway("users", "set-password", "night", stdin="short\n").error
    assert headway("users", "set-password", "night", stdin="another long word\n").status == 0
    assert must_change(conn) == {"night"}
    assert "last admin" in headway("users", "delete", "boss", "--yes").error
    assert headway("users", "delete", "night", "--yes").status == 0
    assert "no user 'night'" in headway("users", "set-role", "night", "admin").error


def test_tokens_from_the_command_line(headway: Command) -> None:
    headway("users", "create", "robot", "--generate")
    made = headway("tokens", "create", "robot", "export", "-o", "json").json
    assert made["token"].startswith("hw_")
    (listed,) = headway("tokens", "list", "-o", "json").json
    assert (listed["name"], listed["scopes"], "token" in listed) == ("export", ["read"], False)
    assert "cannot have the scopes" in headway("tokens", "create", "robot", "more", "--scope", "admin").error
    assert headway("tokens", "delete", str(made["id"])).status == 0
    assert "no token" in headway("tokens", "delete", str(made["id"])).error


def test_a_taken_port_is_found_before_anything_is_made(headway: Command, conn: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = headway("web", "--port", str(other.getsockname()[1]))
    assert refused.status == 1
    assert headway("users", "list", "-o", "json").json == []


def test_a_first_password_that_is_too_short_is_refused(headway: Command) -> None:
    refused = headway("web", "--port", str(free_port()), WEB__ADMIN_PASSWORD="short")
    assert refused.error.startswith("error: web.admin_password: expected a password of 10")
    assert "short" not in refused.out
