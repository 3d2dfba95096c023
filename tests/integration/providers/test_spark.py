"""``spark-submit`` as a program of the test's own: what it is given, how it is followed, that it is ended."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from headway.authoring.exceptions import AirflowException
from headway.hooks.spark import SparkSubmitHook
from headway.operators.spark import SparkSubmitOperator
from headway.states import Outcome
from support.one_task import Bench, shop
from support.waiting import wait_for

from .conftest import Connect

SUBMIT = """#!/usr/bin/env python3
import json, os, subprocess, sys
from pathlib import Path
here = Path(__file__).parent
with (here / "calls").open("a") as file:
    file.write(json.dumps({"args": sys.argv[1:], "env": os.environ.get("GREETING")}) + "\\n")
%s
"""


class Program:
    """A fake ``spark-submit`` first on PATH; ``does`` is its body."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def does(self, body: str, name: str = "spark-submit") -> None:
        file = self.folder / name
        file.write_text(SUBMIT % body)
        file.chmod(0o755)

    @property
    def calls(self) -> list[dict[str, object]]:
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/local/bin:/usr/bin:/bin")
    return Program(tmp_path)


def test_the_whole_command(program: Program, connect: Connect, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    connect("spark_default", "spark://local%5B2%5D?deploy-mode=client&queue=etl")
    program.does('print("counting"); print("done", file=sys.stderr)')
    with shop():
        task = SparkSubmitOperator(
            task_id="count",
            application="/jobs/count.py",
            name="count {{ ds }}",
            conf={"spark.x": 1, "spark.password": "hidden-one"},
            py_files="a.zip",
            executor_memory="2g",
            num_executors=3,
            application_args=["--day", "{{ ds }}", 7],
            env_vars={"GREETING": "hello"},
            verbose=True,
        )
    with caplog.at_level("INFO"):
        assert bench.run(task).outcome is Outcome.SUCCESS
    assert program.calls == [
        {
            "args": [
                "--master", "local[2]", "--conf", "spark.x=1", "--conf", "spark.password=hidden-one",
                "--py-files", "a.zip", "--num-executors", "3", "--executor-memory", "2g", "--name", "count 2026-03-01",
                "--queue", "etl", "--deploy-mode", "client", "--verbose", "/jobs/count.py", "--day", "2026-03-01", "7",
            ],
            "env": "hello",
        }
    ]  # fmt: skip
    assert "counting" in caplog.text
    assert "done" in caplog.text
    assert "hidden-one" not in caplog.text


@pytest.mark.parametrize(
    ("uri", "master"),
    [
        (None, "yarn"),
        ("spark://yarn", "yarn"),
        ("spark://host:7077", "spark://host:7077"),
        ("spark://spark%3A%2F%2Fhost:7077", "spark://host:7077"),
        ("spark://k8s%3A%2F%2Fhttps%3A%2F%2Fhost:443", "k8s://https://host:443"),
    ],
)
def test_masters(connect: Connect, bench: Bench, program: Program, uri: str | None, master: str) -> None:
    program.does("pass")
    if uri:
        connect("spark_default", uri)
    with shop():
        task = SparkSubmitOperator(task_id="t", application="x.py")
    assert bench.run(task).error is None
    assert program.calls[0]["args"][:2] == ["--master", master]


def test_a_failed_job(program: Program, connect: Connect, bench: Bench) -> None:
    connect("spark_default", "spark://yarn")
    program.does("sys.exit(7)")
    with shop():
        task = SparkSubmitOperator(task_id="t", application="x.py")
        other = SparkSubmitOperator(task_id="u", application="x.py", spark_binary="spark3-submit")
        strange = SparkSubmitOperator(task_id="v", application="x.py", spark_binary="rm")
    assert "spark-submit ended with code 7" in str(bench.run(task).error)
    assert "no spark3-submit on this host" in str(bench.run(other).error)
    assert "expected spark-submit" in str(bench.run(strange).error)


def test_a_driver_on_a_cluster_is_followed(program: Program, connect: Connect, bench: Bench) -> None:
    connect("spark_default", "spark://host:6066?deploy-mode=cluster")
    program.does(
        """
if "--status" in sys.argv:
    asked = len((here / "calls").read_text().splitlines())
    print('"driverState" : "%s"' % ("RUNNING" if asked < 4 else (here / "end").read_text()))
else:
    print("submitted as driver-20260301-0001")
"""
    )
    with shop():
        task = SparkSubmitOperator(task_id="t", application="x.py", status_poll_interval=0.01)
    (program.folder / "end").write_text("FINISHED")
    assert bench.run(task).error is None
    assert len(program.calls) == 4
    (program.folder / "end").write_text("KILLED")
    assert "driver-20260301-0001 ended as KILLED" in str(bench.run(task).error)


def test_stopping_ends_the_program_and_the_application(program: Program, connect: Connect) -> None:
    connect("spark_default", "spark://yarn")
    program.does(
        'print("Submitted application_1700000000_0001", flush=True)\n'
        'child = subprocess.Popen(["sleep", "1000"]); (here / "child").write_text(str(child.pid)); child.wait()'
    )
    program.does("pass", "yarn")
    hook = SparkSubmitHook()
    ended: list[BaseException] = []

    def submit() -> None:
        try:
            hook.submit("x.py")
        except AirflowException as error:
            ended.append(error)

    thread = threading.Thread(target=submit, daemon=True)
    thread.start()
    wait_for(lambda: hook.application_id and (program.folder / "child").exists(), 60, "the application")
    child = int(wait_for(lambda: (program.folder / "child").read_text(), 60, "the child's id"))
    hook.on_kill()
    thread.join(60)
    assert "ended with code -15" in str(ended[0])
    wait_for(lambda: not _runs(child), 60, "the end of what spark-submit had started")
    assert program.calls[-1]["args"] == ["application", "-kill", "application_1700000000_0001"]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
