"""Scheduler and worker together through an outage of the metastore: longer than three leases, nothing lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from headway.metastore.database import connect
from headway_worker import processes
from support.clusters import TestCluster
from support.proxy import Proxy
from support.services import Databases
from support.waiting import wait_for

from .conftest import OUTAGE_LEASE

DAG = """
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
import os, time
HOME = os.environ["HEADWAY_HOME"]
def wait():
    with open(HOME + "/ran", "a") as file:
        file.write(f"{os.getpid()} ")
    while not os.path.exists(HOME + "/go"):
        time.sleep(0.02)
def after():
    with open(HOME + "/after", "a") as file:
        file.write("x")
with DAG("outage", start_date=datetime(2026, 1, 1), schedule=None):
    PythonOperator(task_id="wait", python_callable=wait) >> PythonOperator(task_id="after", python_callable=after)
"""


@pytest.fixture
def proxy(databases: Databases, migrated: str) -> Iterator[Proxy]:
    name = databases.create(migrated)
    made = Proxy(databases.url(name))
    yield made
    made.close()
    databases.drop(name)


def test_a_task_runs_through_an_outage_of_three_leases(proxy: Proxy, valkey_url: str, tmp_path: Path) -> None:
    cluster = TestCluster(
        tmp_path / "home",
        metastore=proxy.url,
        broker=valkey_url,
        key=Fernet.generate_key().decode(),
        sections={"lease": OUTAGE_LEASE, "worker": {"kill_grace": 1.0}},
    )
    try:
        cluster.write("outage.py", DAG)
        cluster.start({"default": 1})
        run_id = cluster.trigger("outage")
        ran = cluster.home / "ran"
        child = int(wait_for(lambda: ran.exists() and ran.read_text(), 60, "the task"))
        proxy.take_away()
        began = time.monotonic()
        wait_for(lambda: time.monotonic() - began > 3 * OUTAGE_LEASE["length"], 60, "three leases")
        assert processes.exists(child), cluster.story("the task was killed")
        (cluster.home / "go").write_text("go")
        wait_for(lambda: list((cluster.home / "spool").glob("*.json")), 60, "the spooled result")
        proxy.bring_back()
        cluster.conn.close()
        cluster.conn = connect(cluster.settings.metastore, name="test")
        cluster.wait_run("outage", run_id)
        assert ran.read_text() == f"{child} "
        assert (cluster.home / "after").read_text() == "x"
    finally:
        cluster.stop()
