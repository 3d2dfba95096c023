"""Every DAG in ``dags/examples`` runs to the end that ``examples.toml`` says, all of them together on one cluster."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from headway.metastore.queries import dag_list
from headway.operations import tasks
from headway.standalone.valkey import EmbeddedValkey
from headway.states import FINISHED_RUNS, RunState
from support import services
from support.clusters import TestCluster
from support.command import Command
from support.outside import outside
from support.services import Databases
from support.waiting import wait_for

EXAMPLES = Path(__file__).parents[2] / "dags" / "examples"
USERS_FILE = Path("/tmp/processed_user.csv")  # the DAG of a user writes it
USERS_DAG = Path(__file__).parents[1] / "seeds" / "user_processing.py"


@dataclass(frozen=True)
class Expected:
    """How one DAG ends; see the head of ``examples.toml``."""

    run: str = "success"
    skipped: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    upstream_failed: tuple[str, ...] = ()
    xcoms: dict[str, str] = field(default_factory=dict)
    conf: dict[str, Any] = field(default_factory=dict)
    by: str = ""

    def state(self, task_id: str) -> str:
        """The state in which a task ends."""
        others = ("skipped", "failed", "upstream_failed")
        return next((state for state in others if task_id in getattr(self, state)), "success")


def read_table() -> dict[str, Expected]:
    listed = tomllib.loads(Path(__file__).with_name("examples.toml").read_text())
    return {dag_id: Expected(**values) for dag_id, values in listed.items()}


EXPECTED = read_table()


@pytest.fixture(scope="module")
def users_database(databases: Databases) -> Iterator[str]:
    """The URL of the PostgreSQL database into which the DAG of a user writes."""
    name = databases.create()
    USERS_FILE.unlink(missing_ok=True)
    yield databases.url(name)
    USERS_FILE.unlink(missing_ok=True)
    databases.drop(name)


@pytest.fixture(scope="module")
def cluster(databases: Databases, migrated: str, valkey: EmbeddedValkey, users_database: str) -> Iterator[TestCluster]:
    """A scheduler and a worker that have read the examples, and what these work with."""
    database = databases.create(template=migrated)
    with services.open_folder("examples") as folder:
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(database),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
        )
        shutil.copytree(EXAMPLES, cluster.dags, dirs_exist_ok=True)
        shutil.copytree(EXAMPLES.parent / "plugins", cluster.dags / "plugins")
        cluster.write(USERS_DAG.name, USERS_DAG.read_text())
        with outside(cluster, folder, users_database):
            cluster.start({"default": 4})
            cluster.start_node("triggerer", ["triggerer"])
            yield cluster
            cluster.stop()
    databases.drop(database)


@pytest.fixture(scope="module")
def runs(cluster: TestCluster) -> dict[str, str]:
    """The runs by DAG id: all are triggered before anyone waits."""
    cluster.wait_until(lambda: {dag.dag_id for dag in dag_list.dags(cluster.conn)} >= EXPECTED.keys(), 60, "all DAGs")
    return {
        dag_id: cluster.trigger(dag_id, conf=expected.conf) for dag_id, expected in EXPECTED.items() if not expected.by
    }


def test_every_example_is_in_the_table(cluster: TestCluster, runs: dict[str, str]) -> None:
    assert dag_list.file_errors(cluster.conn) == []
    assert {dag.dag_id for dag in dag_list.dags(cluster.conn)} == EXPECTED.keys()


@pytest.mark.parametrize("dag_id", EXPECTED)
def test_an_example_ends_as_it_should(cluster: TestCluster, runs: dict[str, str], dag_id: str) -> None:
    expected = EXPECTED[dag_id]
    run_id = runs[dag_id] if not expected.by else started_run(cluster, dag_id)
    cluster.wait_run(dag_id, run_id, expected.run)
    states = cluster.states(dag_id, run_id)
    assert states == {task_id: expected.state(task_id) for task_id in states}
    assert {*expected.skipped, *expected.failed, *expected.upstream_failed} <= states.keys()
    for task_id, value in expected.xcoms.items():
        assert xcom(cluster, dag_id, run_id, task_id) == json.loads(value), task_id


def test_instances_of_a_mapped_task_have_their_names(cluster: TestCluster, runs: dict[str, str]) -> None:
    cluster.wait_run("example_mapping", runs["example_mapping"], "success")
    found = tasks.states(cluster.conn, "example_mapping", runs["example_mapping"], "weigh").tasks
    assert [(each.map_index, each.name) for each in found[:2]] == [
        (0, "apples on the big scale"),
        (1, "pears on the big scale"),
    ]


def test_a_plugin_hears_of_tasks_and_a_notifier_tells(cluster: TestCluster, runs: dict[str, str]) -> None:
    run_id = started_run(cluster, "example_plugins")
    key = cluster.tasks("example_plugins", run_id)["water"].ti

    def log() -> str:
        rows = cluster.conn.execute("SELECT text FROM task_log WHERE ti_id = %s ORDER BY byte_offset", [key])
        return "".join(row[0] for row in rows.fetchall())

    wait_for(lambda: "garden: water went from running to success" in log(), 60, "the listener's line")
    command = Command(cluster.home)
    assert command("variables", "get", "garden_diary", "--output", "json").json["value"] == "water is done"


def test_a_users_file_does_its_work(cluster: TestCluster, users_database: str) -> None:
    """HTTP sensor and operator, pandas, COPY: `user_processing` as its author wrote it, in its scheduled run."""
    run_id = started_run(cluster, "user_processing")
    assert set(cluster.states("user_processing", run_id).values()) == {"success"}
    with psycopg.connect(users_database) as conn:
        rows = conn.execute("SELECT * FROM users").fetchall()
    assert rows == [("Ada", "Example", "Norway", "ada", "s3cret-of-ada", "ada@example.com")]


def started_run(cluster: TestCluster, dag_id: str) -> str:
    """The run of a DAG that another run starts; there must be one only."""

    def ended() -> list[tuple[str, str]]:
        rows = cluster.conn.execute("SELECT run_id, state FROM dag_run WHERE dag_id = %s", [dag_id]).fetchall()
        return rows if rows and all(RunState(state) in FINISHED_RUNS for _, state in rows) else []

    ((run_id, _),) = cluster.wait_until(ended, 60, f"the end of a run of {dag_id}")
    return str(run_id)


def xcom(cluster: TestCluster, dag_id: str, run_id: str, task_id: str) -> Any:
    row = cluster.conn.execute(
        "SELECT value FROM xcom WHERE ti_id = %s AND key = 'return_value'", [cluster.tasks(dag_id, run_id)[task_id].ti]
    ).fetchone()
    return json.loads(row[0]) if row else None
