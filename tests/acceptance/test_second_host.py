"""A second host that has only the installed package and a join file runs tasks of a DAG with helpers and data."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from headway.standalone.process import Command as NodeCommand
from headway.standalone.process import Process
from support import package
from support.clusters import log_ends
from support.command import Command
from support.hosts import Host, two_hosts
from support.services import open_folder
from support.waiting import wait_for

FILES = {
    "far.py": """
        import base64, json, os, subprocess
        from datetime import datetime
        from pathlib import Path

        from airflow import DAG
        from airflow.models import BaseOperator
        from airflow.operators.bash import BashOperator
        from airflow.operators.python import PythonOperator

        from shop.prices import total

        class Query(BaseOperator):
            template_fields = ("sql",)
            template_ext = (".sql",)

            def __init__(self, sql, **kwargs):
                super().__init__(**kwargs)
                self.sql = sql

            def execute(self, context):
                print("query:", self.sql)

        def add_up():
            rows = (Path(__file__).parent / "data" / "prices.csv").read_text().split()
            print("total:", total(rows), "of", len(rows), "on", os.uname().nodename)

        def look_around():
            parents = [Path(f"/proc/{pid}/environ").read_bytes() for pid in ("self", os.getppid())]
            programs = subprocess.run(["env"], capture_output=True).stdout
            seen = [json.dumps(dict(os.environ)).encode(), programs, *parents]
            print("seen:", base64.b64encode(b" ".join(seen)).decode())

        with DAG("far", start_date=datetime(2026, 1, 1), schedule=None, default_args={"queue": "remote"}):
            python = PythonOperator(task_id="add_up", python_callable=add_up)
            python >> [
                Query(task_id="query", sql="sql/films.sql"),
                BashOperator(task_id="report", bash_command="report.sh"),
                PythonOperator(task_id="look_around", python_callable=look_around),
            ]
    """,
    "shop/__init__.py": "",
    "shop/prices.py": "def total(rows):\n    return sum(map(int, rows))\n",
    "data/prices.csv": "10\n20\n12\n",
    "sql/films.sql": "SELECT * FROM films WHERE day = '{{ ds }}' -- {{ dag.dag_id }}\n",
    "report.sh": "echo report of {{ ti.task_id }} on $(uname -n)\n",
}


class Lab:
    """A cluster on the first host, a worker for ``remote`` on the second, and ``headway`` on both."""

    def __init__(self, folder: Path, first: Host, second: Host, installed: Path) -> None:
        self.folder = folder
        self.dags = folder / "first" / "dags"
        self.join = folder / "second" / "worker.toml"
        self.here = first
        self.there = second
        self.first = Command(folder / "first" / "home", program=first.command(sys.executable, "-m", "headway"))
        self.second = Command(folder / "second" / "home", program=second.command(installed))
        self.second.environment = {
            "PATH": f"{installed.parent}:/usr/bin:/bin", "HOME": str(folder / "second"),
            "HEADWAY_HOME": str(folder / "second" / "home"),
        }  # fmt: skip
        standalone = [
            "standalone",
            "--listen",
            first.address,
            "--no-flower",
            "--no-web",
            "-w",
            "default=1",
            "--dags",
            str(self.dags),
        ]
        self._cluster = self._process(self.first, "cluster", *standalone)
        self._worker = self._process(
            self.second, "worker", "worker", "-Q", "remote", "-c", "2", "--join", "worker.toml"
        )

    def start(self) -> None:
        """Start the cluster, carry its join file over, start the worker."""
        for name, text in FILES.items():
            self.write(name, text)
        self._cluster.start()
        self._wait(lambda: "Headway is up" in self.words() or self._cluster.wait(0), "the cluster")
        done = self.first("nodes", "join-file", str(self.join), "--host", self.here.address)
        assert done.status == 0, done.err
        self._worker.start()
        self._wait(lambda: "remote@host-b" in {each["name"] for each in self.nodes()}, "the worker")
        self._wait(lambda: self.first("dags", "show", "far").status == 0, "the DAG")

    def stop(self) -> None:
        self._worker.stop(60)
        self._cluster.stop(60)

    def write(self, name: str, text: str) -> None:
        file = self.dags / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))

    def words(self) -> str:
        return self._cluster.log_tail(100)

    def nodes(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.first("nodes", "list", "-o", "json").json
        return found

    def run(self) -> str:
        """A run to its end; returns its id."""
        done = self.first("dags", "trigger", "far", "--unpause", "--wait", "-o", "json")
        assert done.status == 0, "\n".join([done.err, *self.logs()])
        return str(done.json["run_id"])

    def run_there(self, source: str) -> str:
        """What a Python program prints on the second host."""
        python = Path(self.second.program[-1]).with_name("python")
        argv = self.there.command(python, "-c", source)
        return subprocess.run(
            argv, env=self.second.environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    def log(self, task: str, run_id: str) -> str:
        return self.first("tasks", "logs", "far", task, run_id).out

    def version(self) -> object:
        return self.first("dags", "list", "-o", "json").json[0]["bundle"]

    def secrets(self) -> set[str]:
        joined = tomllib.loads(self.join.read_text())
        passwords = {urlsplit(joined[name]["url"]).password for name in ("metastore", "broker")}
        return {joined["security"]["key"], *(password for password in passwords if password)}

    def logs(self) -> list[str]:
        return [*log_ends(self.folder / "first" / "home"), "--- worker", self._worker.log_tail(40)]

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        try:
            wait_for(condition, 60, what)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), self.words(), *self.logs()])) from None

    def _process(self, command: Command, name: str, *words: str) -> Process:
        place = Path(command.environment["HEADWAY_HOME"]).parent
        place.mkdir(parents=True, exist_ok=True)
        argv = [*command.program, *words]
        return Process(NodeCommand(name, argv, log=self.folder / f"{name}.log", env=command.environment, cwd=place))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with open_folder("hosts") as folder:
        installed = package.install(folder / "second" / "venv")
        (folder / "first").mkdir()
        with two_hosts([*package.CODE, folder / "first"]) as (first, second):
            lab = Lab(folder, first, second, installed)
            try:
                lab.start()
                yield lab
            finally:
                lab.stop()


def test_tasks_run_there_with_helpers_data_and_templates(lab: Lab) -> None:
    assert lab.run_there("import headway; print(headway.__file__)").startswith(str(lab.folder / "second" / "venv"))
    assert lab.run_there(f"import os; print(os.listdir({str(lab.folder / 'first')!r}))") == "[]"
    run_id = lab.run()
    states = lab.first("tasks", "states", "far", run_id, "-o", "json").json["tasks"]
    assert {(each["node"], each["queue"], each["state"]) for each in states} == {("remote@host-b", "remote", "success")}
    assert "total: 42 of 3 on host-b" in lab.log("add_up", run_id)
    assert re.search(r"query: SELECT \* FROM films WHERE day = '\d{4}-\d\d-\d\d' -- far", lab.log("query", run_id))
    assert "report of report on host-b" in lab.log("report", run_id)


def test_a_dag_file_is_a_script_there(lab: Lab) -> None:
    """The wheel lets any Python of its environment import ``airflow``, and costs nothing until somebody does."""
    assert lab.run_there("import sys; print([name for name in sys.modules if 'headway.airflow' in name])") == "[]"
    script = """
        from airflow import DAG
        from airflow.operators.bash import BashOperator
        with DAG("by_hand") as dag:
            BashOperator(task_id="hello", bash_command="echo hello {{ ds }}")
        dag.test(logical_date=__import__("datetime").datetime(2026, 1, 2))
    """
    out = lab.run_there(textwrap.dedent(script)).splitlines()
    assert "hello | hello 2026-01-02" in out
    assert out[-1].startswith("by_hand: success after")


def test_a_changed_helper_runs_at_the_next_run(lab: Lab) -> None:
    before = lab.version()
    lab.write("shop/prices.py", "def total(rows):\n    return 1000 + sum(map(int, rows))\n")
    wait_for(lambda: lab.version() != before, 60, "the new version")
    assert "total: 1042 of 3" in lab.log("add_up", lab.run())


def test_no_secret_is_where_others_see_it(lab: Lab) -> None:
    secrets = {secret.encode() for secret in lab.secrets()}
    assert len(secrets) == 3
    seen = re.search(r"seen: (\S+)", lab.log("look_around", lab.run()))
    assert seen
    environments = base64.b64decode(seen[1])
    assert b"HEADWAY_HOME" in environments
    assert not [secret for secret in secrets if secret in environments]
    lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline")]
    assert any(b"worker.toml" in line for line in lines)
    assert not [line for line in lines for secret in secrets if secret in line]


def test_a_join_file_that_others_may_read_is_refused(lab: Lab) -> None:
    lab.join.chmod(0o644)
    try:
        done = lab.second("worker", "-Q", "other", "--join", str(lab.join))
    finally:
        lab.join.chmod(0o600)
    assert done.status == 1
    assert done.error == f"error: the join file {lab.join} is open to other users of this host (mode 0644)"
    assert done.remedy == f"remedy: chmod 600 {lab.join}"


def test_a_join_file_that_is_not_there_is_named(lab: Lab) -> None:
    done = lab.second("worker", "-Q", "other", "--join", "/nowhere.toml")
    assert (done.status, done.error) == (1, "error: the join file /nowhere.toml does not exist")
    assert "headway nodes join-file" in done.remedy
