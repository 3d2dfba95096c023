"""Flower behind its password: nothing without it, no control with it, no secret where others can see it."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.standalone.server import free_port
from support.clusters import TestCluster
from support.waiting import wait_for


@pytest.fixture
def flower(make_cluster: Callable[..., TestCluster]) -> TestCluster:
    cluster = make_cluster(sections={"flower": {"port": free_port()}})
    cluster.start_node("flower", ["flower"])
    wait_for(lambda: status(cluster, "/healthcheck") == 200, 60, "Flower")
    return cluster


def password(cluster: TestCluster) -> str:
    return (cluster.home / "flower.password").read_text().strip()


def status(cluster: TestCluster, path: str, *, login: str = "", method: str = "GET") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{cluster.settings.flower.port}{path}", method=method)
    if method == "POST":
        request.data = b""
    if login:
        request.add_header("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_pages_and_api_need_the_password(flower: TestCluster) -> None:
    for path in ("/workers", "/tasks", "/api/workers", "/api/tasks", "/metrics"):
        assert status(flower, path) == 401
        assert status(flower, path, login="headway:wrong") == 401
        assert status(flower, path, login=f"headway:{password(flower)}") == 200


def test_workers_cannot_be_controlled(flower: TestCluster) -> None:
    login = f"headway:{password(flower)}"
    for path in ("/api/worker/shutdown/celery@x", "/api/worker/pool/grow/celery@x", "/api/task/revoke/1"):
        assert status(flower, path, login=login, method="POST") == 403


def test_the_password_is_nowhere_to_be_seen(flower: TestCluster) -> None:
    process = Path(f"/proc/{flower.nodes['flower'].pid}")
    assert password(flower) not in (process / "cmdline").read_text()
    assert password(flower) not in (process / "environ").read_text()
    assert password(flower) not in flower.log("flower")
    assert (flower.home / "flower.password").stat().st_mode & 0o777 == 0o600


def test_a_password_of_ones_own_is_used(make_cluster: Callable[..., TestCluster]) -> None:
    cluster = make_cluster(sections={"flower": {"port": free_port()}})
    (cluster.home / "headway.toml").write_text(f"[flower]\npassword = {json.dumps('my own')}\n")
    cluster.start_node("flower", ["flower"])
    wait_for(lambda: status(cluster, "/api/tasks", login="headway:my own") == 200, 60, "Flower")
    assert not (cluster.home / "flower.password").exists()


def test_queues_of_workers_that_start_later_are_shown(flower: TestCluster) -> None:
    login = f"headway:{password(flower)}"
    shown: set[str] = set()
    for queue in ("default", "high_cpu"):
        flower.start_worker(queue, concurrency=1)
        shown.add(queue)
        wait_for(lambda: queues(flower, login) == shown, 60, f"{shown} in Flower")


def queues(cluster: TestCluster, login: str) -> set[str]:
    """The queues on Flower's page of the broker."""
    url = f"http://127.0.0.1:{cluster.settings.flower.port}/api/queues/length"
    request = urllib.request.Request(url)
    request.add_header("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return {queue["name"] for queue in json.load(answer)["active_queues"]}
