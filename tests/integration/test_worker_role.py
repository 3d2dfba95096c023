"""Workers with a database role of their own: tasks do all they do, and users, code and audit are out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from headway.crypto import open_vault
from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection, connect
from headway.metastore.tables import metadata
from headway.operations.secrets import set_variable
from headway.operations.worker_role import HIDDEN, WRITTEN, grant_worker
from headway.settings import load_settings
from headway.standalone.postgres import EmbeddedPostgres
from support.clusters import TestCluster

ROLE = "test_worker"

BUSY = """
    from datetime import datetime, timedelta
    from airflow import DAG
    from airflow.datasets import Dataset
    from airflow.decorators import task
    from airflow.models import Variable
    from airflow.operators.trigger_dagrun import TriggerDagRunOperator

    with DAG("called", start_date=datetime(2022, 1, 1), schedule=None):
        @task
        def answer():
            return 42

        answer()

    def told(context):
        print("the callback ran")

    with DAG("busy", start_date=datetime(2022, 1, 1), schedule=None, on_success_callback=told):
        @task(retries=1, retry_delay=timedelta(seconds=0.1), outlets=[Dataset("s3://bucket/table")])
        def first(ti=None):
            print("a line of log")
            if ti.try_number == 1:
                raise RuntimeError("once")
            return [1, 2, 3]

        @task
        def each(number):
            return number * int(Variable.get("factor"))

        call = TriggerDagRunOperator(
            task_id="call", trigger_dag_id="called", wait_for_completion=True, poke_interval=0.2
        )
        each.expand(number=first()) >> call
"""


@pytest.fixture
def owner(metastore_url: str) -> Iterator[Connection]:
    with psycopg.connect(metastore_url, autocommit=True) as conn:
        conn.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'of-the-worker'")
        yield conn
        conn.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


@pytest.fixture
def worker_url(owner: Connection, metastore_url: str) -> str:
    """The metastore as workers reach it."""
    grant_worker(owner, ROLE, actor="test")
    place = urlsplit(metastore_url)
    return place._replace(netloc=f"{ROLE}:of-the-worker@{place.hostname}:{place.port}").geturl()


def test_a_busy_run_succeeds_on_a_worker_with_few_rights(
    make_cluster: Callable[..., TestCluster], worker_url: str
) -> None:
    cluster = make_cluster()
    cluster.write("busy.py", BUSY)
    cluster.start_node("scheduler", ["scheduler"])
    cluster.sections = {**cluster.sections, "metastore": {"url": worker_url}}
    cluster.start_worker("default")
    vault = open_vault(cluster.settings, cluster.conn)
    set_variable(cluster.conn, vault, "factor", "2", description=None, actor="test")
    run = cluster.run_to_end("busy", seconds=60)
    assert set(cluster.states("busy", run.run_id).values()) == {"success"}
    assert "permission denied" not in cluster.log("worker-default")


def test_users_code_and_audit_are_out_of_reach(worker_url: str) -> None:
    with connect(load_settings(metastore={"url": worker_url}).metastore) as conn:
        for table in sorted(HIDDEN):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SELECT FROM {table}")
        for table in sorted(metadata.tables.keys() - WRITTEN):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"DELETE FROM {table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("CREATE TABLE mine (x int)")


def test_an_owner_or_an_unknown_role_is_refused(owner: Connection, postgres: EmbeddedPostgres) -> None:
    with pytest.raises(Conflict):
        grant_worker(owner, owner.info.user, actor="test")
    with pytest.raises(NotFound):
        grant_worker(owner, "nobody_at_all", actor="test")
