"""Logs elsewhere, on real nodes: followed while they are written, read after, whatever dies or is away meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet

from headway.crypto import open_vault
from headway.operations.secrets import ConnectionFields, set_connection
from headway.standalone.server import free_port
from headway.standalone.valkey import EmbeddedValkey
from headway_scheduler.log_mover.mover import Mover
from support import services
from support.clusters import TestCluster
from support.command import Command
from support.log_stores import TestStore
from support.outside import s3_server
from support.proxy import Proxy
from support.scraping import scrape
from support.services import Databases
from support.sse import listening
from support.webs import Served, serve

FILE = """
import os, time
from datetime import datetime
from airflow import DAG
from airflow.hooks.base import BaseHook
from airflow.operators.python import PythonOperator

def work(run_id, dag_run):
    print("begun")
    print(sorted(os.environ.items()))
    print("the password is", BaseHook.get_connection("shop").password)
    gate = os.path.join(os.environ["HEADWAY_HOME"], dag_run.conf["gate"])
    while not os.path.exists(gate):
        time.sleep(0.05)
    print("done")

with DAG("logs", start_date=datetime(2026, 1, 1), schedule=None, max_active_runs=50):
    PythonOperator(task_id="t", python_callable=work)
"""


@dataclass(frozen=True)
class World:
    """A cluster whose logs go to a bucket behind a proxy."""

    cluster: TestCluster
    store: TestStore
    proxy: Proxy
    web: Served
    metrics: int

    def begin(self, gate: str, run_id: str | None = None) -> str:
        return self.cluster.trigger("logs", conf={"gate": gate}, run_id=run_id or gate)

    def open(self, gate: str) -> None:
        (self.cluster.home / gate).touch()

    def run(self, name: str) -> str:
        """A run from its beginning to its end; its id."""
        self.open(name)
        run_id = self.begin(name)
        self.cluster.wait_run("logs", run_id)
        return run_id

    def await_moved(self, run_id: str, seconds: float = 60) -> str:
        """The key of the one object that holds all of a task's log, which the metastore has no longer."""
        ti = self.cluster.tasks("logs", run_id)["t"].ti
        query = (
            "SELECT key FROM moved_log m WHERE ti_id = %s AND NOT doomed"
            " AND NOT EXISTS (SELECT 1 FROM task_log l WHERE l.ti_id = m.ti_id)"
        )
        row = self.cluster.wait_until(
            lambda: self.cluster.conn.execute(query, [ti]).fetchone(), seconds, f"the log of {run_id} in the store"
        )
        return str(row[0])

    def stored(self, run_id: str) -> str:
        """What the store has of a task's log, once it has all of it."""
        key = self.await_moved(run_id)
        return self.store.objects()[key]

    def path(self, run_id: str) -> str:
        return f"/dags/logs/dagRuns/{quote(run_id, safe='')}/taskInstances/t/-1/logs/0"

    def rest(self, run_id: str) -> str:
        answer = self.web.as_("viewer").get(self.path(run_id), headers={"Accept": "text/plain"})
        assert answer.status_code == 200, answer.text
        return answer.text

    def command(self) -> Command:
        sections = self.cluster.sections["logs"]
        return Command(self.cluster.home, LOGS__STORE=sections["store"], LOGS__STORE_OPTIONS=sections["store_options"])

    def cli(self, run_id: str) -> str:
        done = self.command()("tasks", "logs", "logs", "t", run_id)
        assert done.status == 0, done.err
        return done.out


@pytest.fixture(scope="module")
def world(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[World]:
    name = databases.create(template=migrated)
    with services.open_folder("logs") as folder, s3_server() as s3:
        proxy = Proxy(s3)
        store = TestStore.bucket(proxy.url, "of the tests")
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections={
                "logs": store.section,
                "lease": {"length": 4.0, "renewal": 0.5, "margin": 1.0},
                "scheduler": {"sweep_interval": 0.5},
            },
        )
        vault = open_vault(cluster.settings, cluster.conn)
        fields = ConnectionFields(conn_type="generic", password="s3same")
        set_connection(cluster.conn, vault, "shop", fields, actor="test")
        cluster.write("logs.py", FILE)
        short = cluster.sections["lease"]
        cluster.sections["lease"] = {**short, "length": 300.0}  # else a busy machine could cost a try
        cluster.start_worker("default", concurrency=2)
        cluster.sections["lease"] = short  # of the scheduler, which judges after one
        port = free_port()
        cluster.sections["metrics"] = {"port": port}  # of the scheduler alone
        cluster.start_node("scheduler", ["scheduler"])
        del cluster.sections["metrics"]
        with serve(cluster.settings) as web:
            yield World(cluster, store, proxy, web, port)
        cluster.stop()
        proxy.take_away()
    databases.drop(name)


#: As odd as a run id may be.
FIRST = "..~a:b+c.."


def works(world: World) -> float:
    """What the scheduler's metrics say of the store."""
    return scrape(world.metrics)["headway_log_store_works"][()]


def test_a_log_is_followed_live_then_moved_then_read(world: World) -> None:
    run_id = world.begin("first", FIRST)
    with listening(world.web.as_("viewer"), world.path(run_id) + "/stream") as stream:
        text = ""

        def heard(word: str) -> bool:
            nonlocal text
            text = "".join(event.data["text"] for event in stream.events if event.kind == "text")
            return word in text

        world.cluster.wait_until(lambda: heard("the password is"), 60, "the log while the task runs")
        assert not world.cluster.conn.execute("SELECT 1 FROM moved_log").fetchone()
        world.open("first")
        world.cluster.wait_until(lambda: heard("done"), 60, "the end of the log")
        assert stream.ended.wait(60)
    assert [event.data["end"] for event in stream.events if event.kind == "ended"] == ["complete"]
    assert world.stored(run_id) == text
    assert world.rest(run_id) == text
    assert text in world.cli(run_id)
    shown = world.web.as_("viewer").get(world.path(run_id)).json()
    assert (shown["complete"], shown["parts"][0]["end"]) == (True, "complete")


def test_secrets_reach_neither_the_task_nor_the_store_nor_the_nodes_logs(world: World) -> None:
    run_id = world.run("secrets")
    stored = world.stored(run_id)
    assert "the password is ***" in stored
    assert "s3same" not in stored
    for secret in ("s3cret-of-the-logs", "STORE_OPTIONS"):
        assert secret not in stored
        for node in ("scheduler", "worker-default"):
            assert secret not in world.cluster.log(node)


def test_what_a_killed_worker_has_shipped_moves_too(world: World) -> None:
    run_id = world.begin("killed")
    world.cluster.wait_task("logs", run_id, "t", "running")
    world.cluster.wait_until(lambda: "the password is" in world.rest(run_id), 60, "the first words")
    world.cluster.kill_for_good("worker-default")
    world.open("killed")
    world.cluster.start_worker("default", concurrency=2, name="second")  # the first one's guard may still have the name
    world.cluster.wait_run("logs", run_id)
    attempts = "SELECT count(*) FROM task_attempt WHERE ti_id = %s"
    ti = world.cluster.tasks("logs", run_id)["t"].ti
    assert world.cluster.conn.execute(attempts, [ti]).fetchone() == (2,)

    def whole() -> str:
        text = world.rest(run_id)
        return text if text.count("begun") == 2 and "done" in text else ""

    before = world.cluster.wait_until(whole, 60, "the logs of both attempts")
    hasty = Mover(world.store.open(), patience=timedelta(0))  # as when ten minutes have gone by
    here = "SELECT 1 FROM task_log WHERE ti_id = %s"

    def gone() -> bool:
        hasty.round(world.cluster.conn)
        return world.cluster.conn.execute(here, [ti]).fetchone() is None

    world.cluster.wait_until(gone, 60, "both logs in the store")
    assert world.rest(run_id) == before
    assert sum("/killed/" in key for key in world.store.objects()) == 2


def test_while_the_store_is_away_nothing_is_lost(world: World) -> None:
    world.proxy.take_away()
    run_id = world.run("away")
    failed = "the log store s3://logs/of the tests does not do what it should"
    world.cluster.wait_until(lambda: failed in world.cluster.log("scheduler"), 60, "a warning of the scheduler")
    world.cluster.wait_until(lambda: works(world) == 0, 60, "the metric")
    world.cluster.wait_until(lambda: "done" in world.rest(run_id), 60, "the log, which the metastore still has")
    info = world.command()("info")
    assert info.status == 1
    assert "s3://logs/of the tests" in info.error
    assert "logs.store" in info.remedy
    refused = world.web.as_("viewer").get(world.path(FIRST), headers={"Accept": "application/json"})
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    world.proxy.bring_back()
    world.await_moved(run_id)
    reads = world.web.as_("viewer")
    world.cluster.wait_until(lambda: reads.get(world.path(run_id)).is_success, 60, "the log, from the store")
    assert "done" in world.rest(run_id)
    world.cluster.wait_until(lambda: works(world) == 1, 60, "the metric")
    assert scrape(world.metrics)["headway_logs_moved"][()] > 0


def test_old_logs_are_deleted_in_the_store(world: World) -> None:
    run_id = "secrets"
    key = world.await_moved(run_id)
    world.cluster.conn.execute("UPDATE moved_log SET day = day - 20 WHERE key = %s", [key])
    cleaned = world.command()("db", "clean", "--table", "logs", "--older-than", "14d", "--yes")
    assert cleaned.status == 0, cleaned.err
    world.cluster.wait_until(lambda: key not in world.store.objects(), 60, "the object's end")
    assert "done" not in world.cli(run_id)


def test_another_store_can_take_over_and_old_logs_stay_readable(world: World) -> None:
    cluster = world.cluster
    folder = TestStore.folder(cluster.home / "shared logs")
    cluster.stop_node("scheduler")
    cluster.sections["logs"]["store"] = folder.url
    cluster.start_node("scheduler", ["scheduler"])
    run_id = world.run("shared")
    key = world.await_moved(run_id)
    assert "done" in folder.objects()[key]
    for each in (FIRST, run_id):
        assert "done" in world.cli(each)
        assert "done" in world.rest(each)
