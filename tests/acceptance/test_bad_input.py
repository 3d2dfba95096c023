"""Bad input and absent servers: each told where the user looks, while everything else goes on.

One cluster on servers of its own, which these tests may kill. DAG files that are broken lie beside healthy
ones from the start.
"""

from __future__ import annotations

import re
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from headway.metastore import migrate
from headway.metastore.database import connect
from headway.settings import load_settings
from headway.standalone.server import EmbeddedServer
from support import services
from support.clusters import TestCluster
from support.command import Command
from support.services import Databases, open_folder
from support.waiting import wait_for

HEAD = """
from datetime import datetime
from pathlib import Path
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
AT = datetime(2026, 1, 1)
"""

BROKEN = {
    "syntax.py": "from airflow import DAG\n\nwith DAG('syntax' as dag:\n    pass\n",
    "missing.py": "from airflow import DAG\n\nimport pandos.frames\n",
    "unknown_name.py": "from airflow import DAG\nfrom airflow.operators.teleport import TeleportOperator\n",
    "endless.py": "from airflow import DAG\n\nnumber = 0\nwhile True:\n    number += 1\n",
    "cycle.py": """
        from airflow import DAG
        from airflow.operators.empty import EmptyOperator
        with DAG("cycle", schedule=None):
            a, b = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
            a >> b
            b >> a
    """,
    "twin_a.py": "from airflow import DAG\ndag = DAG('twin', schedule=None)\n",
    "twin_b.py": "from airflow import DAG\n\ndag = DAG('twin', schedule=None)\n",
}

GOOD = {
    "healthy.py": """
        with DAG("healthy", start_date=AT, schedule=None):
            BashOperator(task_id="hello", bash_command="echo hello")
    """,
    "nobody.py": """
        with DAG("nobody", start_date=AT, schedule=None):
            BashOperator(task_id="stranded", bash_command="true", queue="nowhere")
    """,
    "values.py": """
        with DAG("values", start_date=AT, schedule=None):
            PythonOperator(task_id="no_json", python_callable=lambda: {"ok": 1, "bad": [object()]})
            PythonOperator(task_id="too_big", python_callable=lambda: "x" * 2_000_000)
            BashOperator(task_id="undefined", bash_command="echo {{ nope.name }}")
            BashOperator(task_id="unfinished", bash_command="echo {{ ds")
    """,
    "gate.py": """
        WAIT = "until [ -e {{ dag_run.conf['gate'] }} ]; do sleep 0.05; done"
        with DAG("gate", start_date=AT, schedule=None):
            BashOperator(task_id="wait", bash_command=WAIT) >> BashOperator(task_id="after", bash_command="true")
    """,
}


class Place:
    """The cluster, its two servers, and the command line."""

    def __init__(self, folder: Path, postgres: EmbeddedServer, valkey: EmbeddedServer) -> None:
        self.servers = {"metastore": postgres, "broker": valkey}
        urls = {name: server.url() for name, server in self.servers.items()}
        migrate.upgrade(load_settings(metastore={"url": urls["metastore"]}))
        key = Fernet.generate_key().decode()
        self.cluster = TestCluster(folder / "home", **urls, key=key, sections={"dags": {"parse_timeout": 2.0}})
        self.headway = Command(self.cluster.home)

    def error(self, name: str) -> str:
        """What ``dags errors`` says of a file: its place, the fault and the remedy."""
        wait_for(lambda: name in self._errors(), 60, f"an error of {name}")
        return self._errors()[name]

    def goes_on(self) -> None:
        """Everything else does."""
        self.cluster.run_to_end("healthy")

    def why(self, dag_id: str) -> dict[str, str]:
        shown = self.headway("tasks", "states", dag_id, "-o", "json").json["tasks"]
        return {each["task_id"]: each["why"] for each in shown}

    def kill(self, name: str) -> None:
        process = self.servers[name].process
        assert process is not None
        process.signal(signal.SIGKILL)
        assert process.wait(60)
        process.forget()

    def revive(self, name: str) -> None:
        self.servers[name].start()
        if name == "metastore":
            self.cluster.conn.close()
            self.cluster.conn = connect(self.cluster.settings.metastore, name="test")

    def _errors(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.headway("dags", "errors").out.splitlines():
            if not line.startswith("  "):
                name = line.partition(":")[0]
            found[name] = f"{found.get(name, '')}{line}\n"
        return found


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with services.postgres() as postgres, services.valkey() as valkey, open_folder("bad") as folder:
        place = Place(folder, postgres, valkey)
        for name, text in BROKEN.items():
            place.cluster.write(name, text)
        for name, text in GOOD.items():
            place.cluster.write(name, HEAD + textwrap.dedent(text))
        try:
            place.cluster.start()
            yield place
        finally:
            place.cluster.stop()


# DAG files


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("syntax.py", r"syntax\.py:3: syntax error: .*\n  remedy: mend this line"),
        (
            "missing.py",
            r"missing\.py:3: No module named 'pandos'\n  remedy: install the package .* pandos .*pip install",
        ),
        ("unknown_name.py", r"unknown_name\.py:2: .*airflow\.operators\.teleport.*\n  remedy: "),
        ("endless.py", r"endless\.py:[45]: the file took longer than 2 s to load.*\n  remedy: .*dags\.parse_timeout"),
        ("cycle.py", r"cycle\.py:\d: DAG 'cycle': tasks wait for each other in a cycle: a -> b -> a\n  remedy: "),
        ("twin_b.py", r"twin_b\.py: the DAG id 'twin' is used by two files: twin_a\.py.*\n  remedy: "),
    ],
)
def test_a_file_that_cannot_be_loaded(place: Place, file: str, told: str) -> None:
    assert re.match(told, place.error(file)), place.error(file)


def test_broken_files_hide_nothing_else(place: Place) -> None:
    place.goes_on()
    listed = place.headway("dags", "list", "-o", "json")
    assert {"healthy", "nobody", "values", "gate"} <= {each["dag_id"] for each in listed.json}
    assert re.search(r"\d files cannot be loaded: `headway dags errors` shows why", place.headway("dags", "list").err)


# Tasks


def test_a_queue_that_nobody_consumes(place: Place) -> None:
    following = place.headway.start("dags", "trigger", "nobody", "--wait")
    assert following.stderr is not None
    why = "nobody consumes queue 'nowhere': headway worker -Q nowhere"
    wait_for(lambda: f"stranded: {why}" in following.stderr.readline(), 60, "the reason")
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=60)
    assert place.why("nobody") == {"stranded": why}
    shown = place.headway("queues").out
    assert re.search(r"^nowhere +1 .*NOBODY: start `headway worker -Q nowhere`$", shown, re.MULTILINE), shown
    place.goes_on()


def test_values_that_cannot_be_stored_and_templates_that_cannot_be_rendered(place: Place) -> None:
    done = place.headway("dags", "trigger", "values", "--wait")
    assert (done.status, done.error.endswith("failed")) == (1, True)
    why = place.why("values")
    assert "'no_json' cannot be stored: value['bad'][0] is an object" in why["no_json"]
    assert "takes 2,000,002 bytes, the cap is 1,048,576" in why["too_big"]
    assert why["undefined"].endswith("task 'undefined', field 'bash_command', line 1: 'nope' is undefined")
    assert "task 'unfinished', field 'bash_command', line 1: unexpected end of template" in why["unfinished"]
    for task, remedy in {
        "no_json": "return plain JSON values",
        "too_big": "xcom.max_bytes",
        "undefined": "spelling",
    }.items():
        log = place.headway("tasks", "logs", "values", task).out
        assert re.search(rf"remedy: .*{remedy}", log), log
        assert "Traceback" not in log
    place.goes_on()


# Servers


def test_servers_that_come_late_are_awaited(place: Place) -> None:
    cluster = place.cluster
    place.kill("broker")
    cluster.start_worker("late", concurrency=1)
    wait_for(lambda: "does not answer" in cluster.log("worker-late"), 60, "the worker's word")
    place.kill("metastore")
    cluster.start_node("second", ["scheduler"])
    wait_for(lambda: "does not answer" in cluster.log("second"), 60, "the scheduler's word")
    for name, away in (("worker-late", "broker"), ("second", "metastore")):
        first = next(line for line in cluster.log(name).splitlines() if "waiting for it" in line)
        assert re.search(rf"the {away} at \S+ does not answer: .*; waiting for it \(check that ", first)
        assert "Traceback" not in cluster.log(name)
    place.revive("broker")
    place.revive("metastore")
    nodes = lambda: place.headway("nodes", "list", "-o", "json").json  # noqa: E731
    wait_for(lambda: [each["kind"] for each in nodes()].count("scheduler") == 2, 60, "the second scheduler")
    wait_for(lambda: any(each["queues"] == ["late"] for each in nodes()), 60, "the late worker")
    assert cluster.stop_node("second") == 0
    assert cluster.stop_node("worker-late") == 0
    place.goes_on()


@pytest.mark.parametrize("name", ["broker", "metastore"])
def test_a_server_that_is_killed_in_mid_run_and_comes_back(place: Place, name: str) -> None:
    cluster, gate = place.cluster, place.cluster.home / f"open-{name}"
    run_id = cluster.trigger("gate", conf={"gate": str(gate)})
    cluster.wait_task("gate", run_id, "wait", "running")
    place.kill(name)
    gate.touch()
    told = place.headway("info")
    assert (told.status, told.error) == (1, f"error: {name} cannot be used")
    place.revive(name)
    cluster.wait_run("gate", run_id)
    assert {each.try_number for each in cluster.tasks("gate", run_id).values()} == {1}
    place.goes_on()


@pytest.mark.parametrize("node", [("scheduler",), ("worker", "-Q", "other")])
@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [
        ("METASTORE__URL", "", "error: no metastore is configured"),
        ("METASTORE__URL", "mysql://u:s3cret@h/db", "error: metastore.url: expected postgresql://, got mysql://"),
        ("BROKER__URL", "kafka://:s3cret@h", "error: broker.url: kafka:// is not a broker that Headway knows"),
        ("BROKER__URL", "redis://:s3cret@h:port/0", "error: broker.url is not a URL with a port number"),
    ],
)
def test_a_node_with_a_wrong_url_ends(
    place: Place, node: tuple[str, ...], setting: str, value: str, error: str
) -> None:
    done = place.headway(*node, **{setting: value})
    assert (done.status, done.error) == (1, error)
    assert "s3cret" not in done.out + done.err


# The schema


def test_an_older_or_newer_schema_is_told_by_everything(place: Place) -> None:
    server = place.servers["metastore"]
    databases = Databases(server)
    name = databases.create()
    url = databases.url(name)
    nodes = (("scheduler",), ("worker", "-Q", "other"))
    commands = (
        "dags list",
        "tasks states x",
        "queues",
        "nodes list",
        "pools list",
        "variables list",
        "connections list",
    )
    for words in (*nodes, *(command.split() for command in commands)):
        done = place.headway(*words, METASTORE__URL=url)
        assert done.status == 1, words
        assert re.match(r"error: the metastore's schema is empty, this Headway needs \w+$", done.error), words
        assert done.remedy.startswith("remedy: run `headway db upgrade`")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE TABLE alembic_version (version_num text)")
        conn.execute("INSERT INTO alembic_version VALUES ('9999')")
    for words in (*nodes, ("db", "upgrade"), ("dags", "list")):
        done = place.headway(*words, METASTORE__URL=url)
        assert done.status == 1, words
        assert done.error == "error: the metastore's schema (9999) was made by a newer Headway than this one"
        assert "install that newer version" in done.remedy
    databases.close()
