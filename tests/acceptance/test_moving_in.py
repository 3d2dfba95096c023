"""A team moves in: the commands as it types them."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.metastore.database import Connection, connection
from headway.settings import load_settings
from support.command import Command
from support.stage import DAG, Stage
from support.structures import task

FILE = """
from airflow.decorators import dag, task
from airflow.models import Variable

@dag(schedule=None)
def shop():
    @task
    def load(ds=None):
        print("into", Variable.get("bucket"))
        return ds
    load()

shop()
"""


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "shop.py").write_text(FILE)
    return folder


@pytest.fixture
def alone(tmp_path: Path) -> Command:
    """A host that has neither metastore nor broker."""
    return Command(tmp_path / "alone")


@pytest.fixture
def headway(metastore_url: str, tmp_path: Path) -> Command:
    return Command(tmp_path / "home", METASTORE__URL=metastore_url)


@pytest.fixture
def conn(metastore_url: str) -> Iterator[Connection]:
    with connection(load_settings(metastore={"url": metastore_url}).metastore, name="test") as opened:
        yield opened


def test_a_dag_and_a_task_without_a_cluster(alone: Command, headway: Command, dags: Path, tmp_path: Path) -> None:
    failed = alone("dags", "test", "shop", "2026-01-31", "--dags", str(dags))
    assert failed.status == 1
    assert "load: failed" in failed.out
    assert (failed.error, failed.remedy) == ("error: run of shop failed", "remedy: mend load")
    values = tmp_path / "variables.json"
    values.write_text('{"bucket": "s3://test"}')
    done = alone("dags", "test", "shop", "2026-01-31", "--dags", str(dags), "--variables", str(values), "-o", "json")
    assert (done.status, done.json["state"], done.json["tasks"][0]["tries"]) == (0, "success", 1)
    assert "load | into s3://test" in done.err
    assert headway("variables", "set", "bucket", "s3://of-the-cluster").status == 0
    one = headway("tasks", "test", "shop", "load", "2026-01-31", "--file", str(dags / "shop.py"), "-o", "json")
    assert one.json["returned"] == "2026-01-31"
    assert "into s3://of-the-cluster" in one.err


def test_a_dag_that_is_nowhere(alone: Command, dags: Path) -> None:
    done = alone("dags", "test", "shoop", "--dags", str(dags))
    assert (done.status, done.remedy) == (1, "remedy: did you mean 'shop'?")


def test_a_file_with_a_command_line_of_its_own(alone: Command, tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    head = "import headway.serve_airflow\nheadway.serve_airflow.stand_by()\n"  # what the .pth file of the wheel does
    script.write_text(head + FILE.replace("shop()\n", "made = shop()\n") + "made.cli()\n")
    by_hand = Command(tmp_path / "alone", program=[sys.executable, str(script)])
    assert by_hand("list").out == "load\n"
    assert by_hand("test").status == 1  # there is no bucket
    wrong = by_hand("run")
    assert (wrong.status, wrong.error) == (2, "error: expected list, test, test TASK or render TASK, got run")


def test_the_check_ends_with_1_while_a_file_does_not_load(alone: Command, dags: Path) -> None:
    assert alone("airflow", "check", str(dags)).status == 0
    (dags / "broken.py").write_text("import airflow.no_such_module  # for a DAG\n")
    done = alone("airflow", "check", str(dags), "--json")
    assert (done.status, done.json["summary"]["files_that_load"]) == (1, 1)
    assert done.error == "error: 1 of 2 files do not load"


def test_values_and_schedules_are_taken_over(headway: Command, conn: Connection, tmp_path: Path) -> None:
    start = "2026-01-01T00:00:00+00:00"
    daily = {"kind": "cron", "crons": ["0 0 * * *"], "timezone": "UTC", "interval": "data"}
    Stage(conn).dag(task("one"), schedule=daily, start_date=start, catchup=True, paused=True)
    database = tmp_path / "airflow.db"
    with sqlite3.connect(database) as airflow:
        airflow.execute("CREATE TABLE dag (dag_id TEXT, is_paused BOOLEAN, is_active BOOLEAN)")
        columns = "dag_id TEXT, run_id TEXT, state TEXT, execution_date DATETIME, run_type TEXT"
        airflow.execute(f"CREATE TABLE dag_run ({columns})")
        airflow.execute("INSERT INTO dag VALUES (?, 0, 1)", [DAG])
        last = (DAG, "s", "success", "2026-01-05 00:00:00.000000", "scheduled")
        airflow.execute("INSERT INTO dag_run VALUES (?, ?, ?, ?, ?)", last)
    connections = tmp_path / "connections.json"
    connections.write_text(json.dumps({"db": "postgres://ann:pa55word@h/shop"}))
    headway.environment["AIRFLOW_DATABASE_URL"] = f"sqlite:///{database}"
    words = ["airflow", "import", "--connections", str(connections), "--database"]
    planned = headway(*words, "--dry-run", "-o", "json")
    assert [(step["kind"], step["what"]) for step in planned.json] == [
        ("connection", "new"), ("run", "new"), ("paused", "change"),
    ]  # fmt: skip
    assert headway("connections", "list", "-o", "json").json == []
    done = headway(*words)
    assert done.status == 0
    assert "last one in Airflow: 2026-01-05 00:00Z; next: 2026-01-06 00:00Z" in done.out
    assert "pa55word" not in planned.out + planned.err + done.out + done.err
    assert headway("connections", "get", "db", "--reveal", "-o", "json").json["password"] == "pa55word"
    listed = headway("dags", "list", "-o", "json").json[0]
    assert (listed["is_paused"], listed["last_run"]) == (False, "scheduled__2026-01-05T00:00:00+00:00")


def test_nothing_to_import(headway: Command) -> None:
    assert headway("airflow", "import").remedy == "remedy: name files of Airflow's, or --database"
