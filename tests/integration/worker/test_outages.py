"""The metastore goes away at the worst moments: nothing is lost, killed or run twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from headway.metastore.database import Connection, connect
from headway_worker import processes
from support.proxy import Proxy
from support.waiting import wait_for
from support.worker_stage import Stage

from .conftest import OUTAGE_LEASE

COUNT = """
import os, time
HOME = os.environ["HEADWAY_HOME"]
def f():
    open(HOME + "/ran", "a").write("x")
    while not os.path.exists(HOME + "/go"):
        time.sleep(0.02)
    return "value"
"""


@pytest.fixture
def stage(make_stage: Callable[..., Stage], request: pytest.FixtureRequest) -> Stage:
    """With the parameter as its lease, where a test has one."""
    return make_stage(lease=getattr(request, "param", {}))


@pytest.fixture
def proxy(stage: Stage) -> Iterator[Proxy]:
    made = Proxy(stage.metastore)
    yield made
    made.close()


def go(stage: Stage) -> None:
    (stage.home / "go").write_text("go")


def ran(stage: Stage) -> str:
    return stage.await_file(stage.home / "ran")


@pytest.mark.parametrize("statement", [b"INSERT INTO node", b"SET state = 'gone'"], ids=["entry", "burial"])
def test_a_worker_goes_on_when_the_metastore_is_lost_in_its_start(stage: Stage, proxy: Proxy, statement: bytes) -> None:
    """It had answered a moment ago."""
    if statement != b"INSERT INTO node":
        stage.kill(stage.worker())  # the next one of its name says that it is gone
    proxy.lose_reply_to(statement)
    stage.worker(metastore=proxy.url)
    assert proxy.lost.is_set()


def test_a_claim_whose_reply_is_lost_is_found_again(stage: Stage, proxy: Proxy) -> None:
    staged = stage.task(COUNT)
    proxy.lose_reply_to(b"INSERT INTO claim")
    stage.worker(metastore=proxy.url)
    go(stage)
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    assert proxy.lost.is_set()
    assert (stage.attempts(staged), ran(stage)) == (1, "x")


def test_a_finish_whose_reply_is_lost_is_found_again(stage: Stage, proxy: Proxy) -> None:
    staged = stage.task(COUNT)
    stage.worker(metastore=proxy.url)
    proxy.lose_reply_to(b"INSERT INTO task_attempt")
    go(stage)
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    assert proxy.lost.is_set()
    assert (stage.attempts(staged), stage.xcom(staged)) == (1, "value")
    wait_for(lambda: not list((stage.home / "spool").iterdir()), what="the empty spool")


def beat(stage: Stage, *, ok: bool) -> None:
    stage.bus.broadcast("beats", json.dumps({"scheduler": stage.me, "metastore": ok}).encode())


def beat_until(stage: Stage, condition: Any, seconds: float, what: str, *, ok: bool) -> None:
    """As a scheduler beats while it waits."""

    def look() -> Any:
        beat(stage, ok=ok)
        return condition()

    wait_for(look, seconds, what)


TWO = """
from datetime import datetime
import os, time
from airflow import DAG
from airflow.operators.python import PythonOperator
HOME = os.environ["HEADWAY_HOME"]
def f(ti):
    open(f"{HOME}/ran.{ti.task_id}", "a").write("x")
    while not os.path.exists(f"{HOME}/go.{ti.task_id}"):
        time.sleep(0.02)
    return "value"
with DAG("two", start_date=datetime(2026, 1, 1), schedule=None):
    for name in ("ends", "goes_on"):
        PythonOperator(task_id=name, python_callable=f)
"""


@pytest.mark.parametrize("stage", [OUTAGE_LEASE], indirect=True, ids=["short"])
def test_an_outage_of_three_leases_loses_no_result_and_kills_no_task(stage: Stage, proxy: Proxy) -> None:
    tasks = stage.run("two.py", TWO, "two", {"ends": {}, "goes_on": {}})
    worker = stage.worker(metastore=proxy.url, concurrency=2)
    for name, staged in tasks.items():
        stage.send(staged)
        stage.await_file(stage.home / f"ran.{name}")
    proxy.take_away()
    (stage.home / "go.ends").touch()
    spool = stage.home / "spool"
    beat_until(stage, lambda: list(spool.glob("*.json")), 60, "the spooled result", ok=False)
    [path] = spool.glob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    since = _lease_until(stage) - stage.settings.lease.length
    beat_until(stage, lambda: _age(stage, since) > 3 * stage.settings.lease.length, 60, "three leases", ok=False)
    with stage.conn.transaction():  # the result has to wait: renewals must name it all the same
        stage.conn.execute("SELECT FROM task_instance WHERE id = %s FOR UPDATE", (tasks["ends"].id,))
        proxy.bring_back()
        with connect(stage.settings.metastore) as other:
            wait_for(lambda: _renewed_since_outage(other) > 3 * stage.settings.lease.renewal, 60, "renewals")
            assert other.execute("SELECT max(missed) FROM claim").fetchone() == (0,)
    assert stage.await_event(tasks["ends"]).state == "success"
    wait_for(lambda: not list(spool.glob("*.json")), 60, "the empty spool")
    assert stage.state(tasks["goes_on"]) == "running"
    (stage.home / "go.goes_on").touch()
    assert stage.await_event(tasks["goes_on"]).state == "success"
    for name, staged in tasks.items():
        assert (stage.attempts(staged), stage.xcom(staged)) == (1, "value")
        assert (stage.home / f"ran.{name}").read_text() == "x"
    assert not worker.wait(0)


@pytest.mark.parametrize("stage", [{**OUTAGE_LEASE, "length": 7.0, "margin": 4.0}], indirect=True, ids=["short"])
def test_a_worker_that_alone_is_cut_off_kills_its_tasks_in_time(stage: Stage, proxy: Proxy) -> None:
    staged = stage.task(COUNT.replace('HOME + "/ran", "a").write("x")', 'HOME + "/ran", "a").write(str(os.getpid()))'))
    stage.worker(metastore=proxy.url)
    stage.send(staged)
    child = int(ran(stage))
    until = _lease_until(stage)
    proxy.take_away()
    beat_until(stage, lambda: not processes.exists(child), 60, "the end of the task", ok=True)
    now = stage.conn.execute("SELECT extract(epoch FROM now())").fetchone()
    assert now is not None
    assert float(now[0]) < until + stage.settings.lease.renewal


def test_xcoms_wait_for_the_metastore(stage: Stage, proxy: Proxy) -> None:
    staged = stage.task(
        COUNT.replace("def f():", "def f(ti):").replace(
            'return "value"', 'ti.xcom_push(key="k", value=1)\n    return ti.xcom_pull(task_ids="t", key="k")'
        )
    )
    stage.worker(metastore=proxy.url)
    stage.send(staged)
    ran(stage)
    proxy.take_away()
    go(stage)
    since = _lease_until(stage) - stage.settings.lease.length
    beat_until(stage, lambda: _age(stage, since) > 2, 60, "two seconds", ok=False)
    proxy.bring_back()
    assert stage.await_event(staged).state == "success"
    assert stage.xcom(staged) == 1


def _lease_until(stage: Stage) -> float:
    row = stage.conn.execute("SELECT extract(epoch FROM lease_until) FROM node WHERE kind = 'worker'").fetchone()
    assert row is not None
    return float(row[0])


def _renewed_since_outage(conn: Connection) -> float:
    """Seconds from the first renewal after the outage, which opened its connection, to the last one."""
    row = conn.execute(
        "SELECT extract(epoch FROM n.seen_at - a.backend_start) FROM node n, pg_stat_activity a"
        " WHERE n.kind = 'worker' AND a.application_name = 'headway w1@here lease' AND a.datname = current_database()"
    ).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0


def _age(stage: Stage, since: float) -> float:
    row = stage.conn.execute("SELECT extract(epoch FROM now())").fetchone()
    assert row is not None
    return float(row[0]) - since
