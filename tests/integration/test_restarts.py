"""Schedulers that start again from the home of one that was killed: they need not wait for its lease.

Leases last an hour here, so whatever goes on has not waited for the end of one.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from headway.seats import Former
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.services import Databases

#: For each test a DAG whose task no worker takes, so that its run goes on, and one that nobody owns yet.
DAGS = """
from datetime import datetime
from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.bash import BashOperator

for test in ("killed", "frozen", "foreign"):
    with DAG(f"held_{test}", start_date=datetime(2026, 1, 1), schedule=None, catchup=False) as dag:
        BashOperator(task_id="a", bash_command="true", queue="nobody")
    globals()[dag.dag_id] = dag
    with DAG(f"free_{test}", start_date=datetime(2026, 1, 1), schedule=None, catchup=False) as dag:
        EmptyOperator(task_id="a")
    globals()[dag.dag_id] = dag
"""

LATER = """
from datetime import datetime
from airflow import DAG

with DAG("later", start_date=datetime(2026, 1, 1), schedule=None, catchup=False):
    pass
"""


@pytest.fixture(scope="module")
def site(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[TestCluster]:
    """A home with a DAG file."""
    name = databases.create(template=migrated)
    with services.open_folder("site") as folder:
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections={"lease": {"length": 3600.0}},
        )
        cluster.write("dags.py", DAGS)
        yield cluster
        cluster.stop()
    databases.drop(name)


@pytest.fixture
def home(site: TestCluster) -> Iterator[TestCluster]:
    """The same for each test, without any scheduler."""
    yield site
    for name in list(site.nodes):
        site.stop_node(name, grace=0)
    site.conn.execute("UPDATE node SET state = 'dead'")


def start(home: TestCluster, name: str) -> str:
    """Start a scheduler; its node id, when it has one."""
    pid = home.start_node(name, ["scheduler"]).pid
    query = "SELECT id::text FROM node WHERE pid = %s AND state = 'up'"
    return str(home.wait_until(lambda: home.conn.execute(query, [pid]).fetchone(), 60, f"the scheduler {name}")[0])


def hold(home: TestCluster, dag_id: str) -> str:
    """Begin a run that does not end; its owner."""
    run_id = home.trigger(dag_id)
    query = "SELECT owner_id::text FROM dag_run WHERE dag_id = %s AND run_id = %s AND state = 'running'"
    return str(home.wait_until(lambda: home.conn.execute(query, [dag_id, run_id]).fetchone(), 60, f"{run_id}")[0])


def owner(home: TestCluster, dag_id: str) -> str:
    row = home.conn.execute("SELECT owner_id::text FROM dag WHERE dag_id = %s", [dag_id]).fetchone()
    assert row is not None
    return str(row[0])


def is_up(home: TestCluster, node: str) -> bool:
    """Whether a node holds its lease."""
    row = home.conn.execute("SELECT state = 'up' AND lease_until > now() FROM node WHERE id = %s", [node]).fetchone()
    assert row is not None
    return bool(row[0])


def test_what_a_killed_scheduler_owned_and_parsed_goes_on_with_the_next_one(home: TestCluster) -> None:
    first = start(home, "scheduler")
    assert hold(home, "held_killed") == first
    lease = home.conn.execute("SELECT lease_until FROM node WHERE id = %s", [first]).fetchone()
    home.kill("scheduler")
    home.write("later.py", LATER)
    again = home.trigger("held_killed")
    second = start(home, "scheduler")
    query = "SELECT start_date FROM dag_run WHERE run_id = %s AND owner_id = %s AND state = 'running'"
    began = home.wait_until(lambda: home.conn.execute(query, [again, second]).fetchone(), 60, "the new run")
    assert lease is not None
    assert began[0] < lease[0]
    assert owner(home, "held_killed") == second
    assert not is_up(home, first)
    home.await_dag("later")


def test_a_frozen_scheduler_keeps_what_it_owns_and_a_second_one_has_a_seat_of_its_own(home: TestCluster) -> None:
    first = start(home, "first")
    assert hold(home, "held_frozen") == first
    home.freeze("first", "headway scheduler%")
    for _ in range(2):
        second = start(home, "second")
        home.run_to_end("free_frozen")
        assert owner(home, "free_frozen") == second  # also what the one before it owned
        assert owner(home, "held_frozen") == first
        assert is_up(home, first)
        home.kill("second")
    home.nodes["first"].signal(signal.SIGCONT)
    assert hold(home, "held_frozen") == first


def test_the_word_of_a_scheduler_of_another_host_is_not_acted_on(home: TestCluster) -> None:
    first = start(home, "scheduler")
    assert hold(home, "held_foreign") == first
    home.kill("scheduler")
    (record,) = (home.home / "schedulers").glob("scheduler@*.json")
    assert Former(**json.loads(record.read_text())).node == first
    record.write_text(json.dumps({"node": first, "boot": "of another kernel"}))
    second = start(home, "scheduler")
    home.run_to_end("free_foreign")
    assert owner(home, "free_foreign") == second
    assert owner(home, "held_foreign") == first
    assert is_up(home, first)
