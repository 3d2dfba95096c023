"""``headway standalone`` as a person runs it: quick to the first task, clean to stop, nothing left when killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.broker.bus import open_bus
from headway.metastore.database import Connection, connect
from headway.metastore.queries import dag_list, run_list, task_list
from headway.operations.dags import unpause
from headway.operations.trigger import trigger
from headway.operations.wake import wake_schedulers
from headway.settings import headway_home, load_settings
from headway.standalone.process import Command, Process
from support.clusters import log_ends
from support.orphans import processes_in
from support.waiting import wait_for

QUICK = """
    from datetime import datetime
    from airflow import DAG
    from airflow.operators.bash import BashOperator

    with DAG("quick", start_date=datetime(2022, 1, 1), schedule=None):
        BashOperator(task_id="hello", bash_command="echo hello")
    with DAG("slow", start_date=datetime(2022, 1, 1), schedule=None):
        BashOperator(task_id="wait", bash_command="cd FOLDER; sleep 300; true")
"""


class Standalone:
    """A ``headway standalone`` process in a home of its own."""

    def __init__(self, home: Path, dags: Path) -> None:
        self.home = home
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
        self.process = Process(
            Command(
                "standalone",
                [sys.executable, "-m", "headway", "standalone", "--no-flower", "--dags", str(dags), "-w", "default=2"],
                log=home.parent / "standalone.log",
                env={**environment, "HEADWAY_HOME": str(home), "HEADWAY_WORKER__DRAIN_GRACE": "0"},
            )
        )

    def start(self) -> Connection:
        """Start it; returns a connection to its metastore once everything is up."""
        self.process.start()
        wait_for(lambda: "Headway is up" in self.output() or self.process.wait(0), 60, "the start")
        assert self.process.running(), self.output()
        return connect(load_settings(home=self.home).metastore)

    def output(self) -> str:
        return self.process.log_tail(1000)


@pytest.fixture
def dags(open_folder: Path) -> Path:
    folder = open_folder / "dags"
    folder.mkdir()
    (folder / "quick.py").write_text(textwrap.dedent(QUICK).replace("FOLDER", str(open_folder)))
    return folder


@pytest.fixture
def standalone(open_folder: Path, dags: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standalone]:
    monkeypatch.setenv("HEADWAY_HOME", str(open_folder / "home"))
    started = Standalone(open_folder / "home", dags)
    yield started
    started.process.stop(60)


def run(conn: Connection, dag_id: str) -> str:
    wait_for(lambda: dag_list.dag(conn, dag_id), what=f"DAG {dag_id}")
    unpause(conn, [dag_id], actor="test")
    run_id = trigger(conn, dag_id, actor="test").run_id
    bus = open_bus(load_settings(), name="test")
    wake_schedulers(conn, bus, "test")
    bus.close()
    return run_id


def await_state(conn: Connection, dag_id: str, run_id: str, state: str) -> None:
    def reached() -> bool:
        found = run_list.run(conn, dag_id, run_id)
        assert found
        return any(each.state == state for each in task_list.instances(conn, found.key))

    try:
        wait_for(reached, 60, f"a task of {dag_id} in state {state}")
    except AssertionError as error:
        raise AssertionError("\n".join([str(error), *log_ends(headway_home())])) from None


def test_first_task_and_a_clean_end(standalone: Standalone) -> None:
    conn = standalone.start()
    await_state(conn, "quick", run(conn, "quick"), "success")
    conn.close()
    standalone.process.signal(signal.SIGINT)
    assert standalone.process.wait(60), standalone.output()
    assert standalone.process.forget() == 0
    assert processes_in(standalone.home.parent) == []
    assert standalone.output().splitlines()[-1] == "stopped"


def test_a_kill_leaves_nothing_and_the_next_start_goes_on(
    standalone: Standalone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leases are longer than this test: the next start must know by itself that the old nodes are dead."""
    monkeypatch.setenv("HEADWAY_LEASE__LENGTH", "300")
    conn = standalone.start()
    done = run(conn, "quick")
    await_state(conn, "quick", done, "success")
    killed = run(conn, "slow")
    kill_while_a_task_runs(standalone, conn, killed)
    conn = standalone.start()
    found = run_list.run(conn, "quick", done)
    assert found
    assert found.state == "success"
    await_state(conn, "quick", run(conn, "quick"), "success")
    await_state(conn, "slow", killed, "running")
    conn.close()


def kill_while_a_task_runs(standalone: Standalone, conn: Connection, run_id: str) -> None:
    await_state(conn, "slow", run_id, "running")
    wait_for(
        lambda: any("sleep 300" in line for line in processes_in(standalone.home.parent)), what="the task's process"
    )
    conn.close()
    standalone.process.signal(signal.SIGKILL)
    assert standalone.process.wait(60)
    standalone.process.forget()
    wait_for(lambda: not processes_in(standalone.home.parent), 60, "the end of everything")


def test_a_second_one_in_the_same_home_is_refused(standalone: Standalone, dags: Path) -> None:
    standalone.start().close()
    second = Standalone(standalone.home, dags)
    second.process.start()
    assert second.process.wait(60)
    assert second.process.forget() == 1
    refusal = f"error: Headway runs already in {standalone.home} (pid {standalone.process.pid})"
    assert refusal in second.output()
    assert standalone.process.running()


@pytest.mark.parametrize("wrong", ["default", "default=0", "=3", "default=x"])
def test_a_wrong_worker_is_explained(wrong: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "headway", "standalone", "-w", wrong],
        env={**os.environ, "HEADWAY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert re.search(rf"--worker: expected QUEUE=N such as default=4, got '{wrong}'", done.stderr)
    assert "Traceback" not in done.stderr
