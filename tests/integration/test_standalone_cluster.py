"""The cluster that ``headway standalone`` runs: whose servers it uses, where they listen, what it tells nodes."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from headway.metastore.database import connect
from headway.metastore.queries import nodes
from headway.standalone.cli import login
from headway.standalone.cluster import Cluster, Plan, Sections, bury_the_dead
from headway.standalone.server import free_port, port_taken
from support.scraping import scrape
from support.waiting import wait_for

ELSEWHERE = "127.0.0.2"  # another address of this machine: stands for one that other hosts reach


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def make(open_folder: Path, reports: list[str]) -> Iterator[Callable[..., Cluster]]:
    made: list[Cluster] = []

    def make(sections: Sections | None = None, **more: object) -> Cluster:
        plan = Plan(
            open_folder / "home", workers={}, flower=False, **{"web": False, "sections": sections or {}, **more}
        )
        made.append(Cluster(plan, reports.append))
        return made[-1]

    yield make
    for cluster in made:
        cluster.hurry()
        cluster.stop()


def test_servers_that_are_configured_are_used(
    make: Callable[..., Cluster], metastore_url: str, valkey_url: str
) -> None:
    port = two_free_ports()
    given = {"metastore": {"url": metastore_url}, "broker": {"url": valkey_url}, "metrics": {"port": port}}
    cluster = make(given)
    settings = cluster.start()
    assert settings.metastore.url.get_secret_value() == metastore_url
    assert settings.broker.url.get_secret_value() == valkey_url
    assert not (cluster.home / "servers" / "postgres").exists()
    with connect(settings.metastore) as conn:
        wait_for(lambda: nodes.live_schedulers(conn), what="the scheduler")
    for node in (port, port + 1):  # the scheduler, the triggerer
        wait_for(lambda node=node: port_taken(node), 60, f"metrics on port {node}")
        assert "headway_info" in scrape(node)


def two_free_ports() -> int:
    """The first of two neighbours outside the range that systems give away by themselves."""
    return next(
        port for port in range(21_000 + os.getpid() % 5000, 32_000) if not (port_taken(port) or port_taken(port + 1))
    )


def test_other_hosts_reach_only_the_address_that_was_asked_for(make: Callable[..., Cluster]) -> None:
    cluster = make()
    settings = cluster.start()
    for url in (settings.metastore.url, settings.broker.url):
        assert not _answers(url.get_secret_value().replace("127.0.0.1", ELSEWHERE))
    cluster.stop()
    listening = make(listen=ELSEWHERE)
    settings = listening.start()
    for url in (settings.metastore.url, settings.broker.url):
        assert _answers(url.get_secret_value())
        assert _answers(url.get_secret_value().replace("127.0.0.1", ELSEWHERE))
        assert not _answers(url.get_secret_value().replace("127.0.0.1", ELSEWHERE).replace("//", "//x", 1))


def test_ports_passwords_and_key_stay_the_same(make: Callable[..., Cluster]) -> None:
    first = make()
    first.start()
    join = (first.home / "join.toml").read_text()
    first.stop()
    second = make()
    second.start()
    assert (second.home / "join.toml").read_text() == join


def test_servers_that_are_killed_come_back(make: Callable[..., Cluster]) -> None:
    cluster = make()
    settings = cluster.start()
    urls = [each.url.get_secret_value() for each in (settings.metastore, settings.broker)]
    with connect(settings.metastore) as conn:
        (server,) = conn.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").fetchone()
    postmaster = psutil.Process(server).parent()
    for process in (postmaster, *_listening_on(settings.broker.url.get_secret_value())):
        process.kill()
    wait_for(lambda: {"postgres": 1, "valkey": 1}.items() <= cluster.restarts().items(), 60, "both restarts")
    wait_for(lambda: all(_answers(url) for url in urls), 60, "both servers")
    with connect(settings.metastore) as conn:
        wait_for(lambda: nodes.live_schedulers(conn), what="the scheduler")


def test_a_taken_flower_port_is_no_reason_to_fail(make: Callable[..., Cluster], reports: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        cluster = make({"flower": {"port": taken}})
        assert cluster.start().flower.port != taken


def test_only_the_surely_dead_are_buried(metastore_url: str, make: Callable[..., Cluster]) -> None:
    cluster = make({"metastore": {"url": metastore_url}})
    here, child = socket.gethostname(), _ended_process()
    with connect(cluster.settings.metastore) as conn:
        for name, hostname, pid in (("dead", here, child), ("elsewhere", "other-host", child), ("alive", here, 1)):
            _register(conn, name, hostname, pid)
        bury_the_dead(conn, cluster.settings)
        assert {node.name for node in nodes.all_nodes(conn)} == {"elsewhere", "alive"}


def _register(conn: psycopg.Connection, name: str, hostname: str, pid: int) -> None:
    node = f"00000000-0000-0000-0000-{abs(hash(name)) % 10**12:012d}"
    nodes.register(
        conn, node=node, kind="worker", name=name, hostname=hostname, pid=pid, version="0", lease=600, queues=["q"]
    )


def _listening_on(url: str) -> list[psutil.Process]:
    port = urlsplit(url).port
    found = [each.pid for each in psutil.net_connections("tcp") if each.laddr.port == port and each.status == "LISTEN"]
    return [psutil.Process(pid) for pid in set(found)]


def _ended_process() -> int:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    return child.pid


def _answers(url: str) -> bool:
    try:
        if url.startswith("postgresql"):
            psycopg.connect(url, connect_timeout=2).close()
        else:
            with redis.Redis.from_url(url, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
                client.ping()
    except (psycopg.OperationalError, redis.RedisError):
        return False
    return True


def test_the_ui_comes_with_a_login(make: Callable[..., Cluster], metastore_url: str, valkey_url: str) -> None:
    cluster = make(
        {"metastore": {"url": metastore_url}, "broker": {"url": valkey_url}, "web": {"port": free_port()}}, web=True
    )
    settings = cluster.start()
    user, _, password = login(settings).removeprefix("user ").partition(", password ")
    kept = settings.home / "web.password"
    assert (kept.read_text().strip(), kept.stat().st_mode & 0o777) == (password, 0o600)
    with httpx.Client(base_url=f"{cluster.web_url}/api/v1", trust_env=False) as client:
        wait_for(lambda: _is_up(client), 60, "the web node")
        assert client.get("/dags").status_code == 401
        assert client.post("/session", json={"username": user, "password": password}).status_code == 201
        assert client.get("/dags").status_code == 200
    assert password not in (cluster.logs / "web.log").read_text()


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False
