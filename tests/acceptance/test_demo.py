"""``headway demo`` as a person runs it: every example DAG to success, tasks on both queues, nothing left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import services
from support.orphans import processes_in
from support.waiting import wait_for


@pytest.fixture(scope="module")
def output() -> Iterator[str]:
    with services.open_folder("demo") as folder:
        yield run_demo(folder)


def run_demo(folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
    # A demo never touches the servers that a person's environment names.
    environment |= {
        "HEADWAY_METASTORE__URL": "postgresql://nobody:x@127.0.0.1:1/x",
        "HEADWAY_BROKER__URL": "redis://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "headway", "demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: not processes_in(folder), what="the end of everything that the demo started")
    assert (folder / ".headway" / "demo" / "logs" / "scheduler.log").exists()
    return done.stdout


def row(output: str, dag: str, task: str) -> list[str]:
    """The cells of a task's line: state, tries, queue, worker, seconds."""
    (line,) = re.findall(rf"^{dag} +{task} +(.*)$", output, re.MULTILINE)
    return line.split()


def test_says_where_each_task_ran(output: str) -> None:
    state, tries, queue, worker, seconds = row(output, "parallel_dag", "transform")
    assert (state, tries, queue) == ("success", "1", "high_cpu")
    assert worker.startswith("high_cpu@")
    assert float(seconds) >= 3
    assert row(output, "parallel_dag", "extract_a")[2:3] == ["default"]


def test_retries_branches_and_trigger_rules_show(output: str) -> None:
    assert row(output, "recovery", "fetch")[:2] == ["success", "2"]
    assert row(output, "recovery", "optional_source")[:2] == ["failed", "2"]
    assert row(output, "recovery", "report")[0] == "success"
    assert row(output, "film_ranking", "set_aside")[0] == "skipped"
    assert row(output, "film_ranking", "done")[0] == "success"


def test_shows_a_log_and_the_addresses(output: str) -> None:
    assert re.search(r"the log of film_ranking.load:\n.*the best: .+ \(\d\.\d+\)", output)
    for name in ("UI", "Flower", "metastore", "broker", "logs"):
        assert re.search(rf"^{name} +\S+", output, re.MULTILINE)
    assert output.index("\nUI ") < output.index("parallel_dag.extract_a: "), "it is told while it is there"
    assert output.count("\nUI ") == 1
    assert "garden:" not in output
    assert f"{sys.executable} -m headway demo --keep" in output
    assert "password" not in "".join(line for line in output.splitlines() if line.startswith(("metastore", "broker")))


def test_says_how_long_it_took(output: str) -> None:
    assert re.search(r"done in [\d.]+ s", output)
