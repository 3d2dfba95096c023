"""The supervisor: starts, starts again, stops in order, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from headway.standalone.process import Command, Process
from headway.standalone.supervisor import Supervisor
from support.orphans import processes_in
from support.waiting import wait_for

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
POLITE = """
import pathlib, signal, sys, time
def leave(*_):
    with pathlib.Path('order').open('a') as file: file.write(sys.argv[1] + ' ')
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print('up', flush=True)
time.sleep(600)
"""
WITH_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


def python(name: str, code: str, folder: Path) -> Process:
    command = Command(name, [sys.executable, "-c", code, name], log=folder / f"{name}.log", cwd=folder)
    return Process(command)


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def supervisor(reports: list[str]):
    supervisor = Supervisor(reports.append)
    supervisor.start()
    yield supervisor
    supervisor.stop(0)


def is_up(process: Process) -> bool:
    return "up" in process.log_tail()


def test_a_process_that_dies_is_started_again_and_reported(
    supervisor: Supervisor, reports: list[str], tmp_path: Path
) -> None:
    process = python("node", POLITE, tmp_path)
    supervisor.watch(process, 1)
    wait_for(lambda: process.running() and is_up(process), what="the first start")
    first = process.pid
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: process.pid != first and process.running(), what="the second start")
    assert supervisor.restarts() == {"node": 1}
    assert reports[0].startswith("node ended (killed by SIGKILL) and starts again in 0.2 s (log: ")


def test_pauses_grow_between_starts_that_fail(supervisor: Supervisor, reports: list[str], tmp_path: Path) -> None:
    supervisor.watch(python("node", "raise RuntimeError('the broker at 127.0.0.1:1 does not answer')", tmp_path), 1)
    wait_for(lambda: len(reports) >= 3, what="three failures")
    assert [
        f"starts again in {pause} s: RuntimeError: the broker" in line
        for pause, line in zip((0.2, 0.4, 0.8), reports, strict=False)
    ] == [True] * 3
    assert "exit status 1" in reports[0]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("2026-01-31 05:00:00,000 INFO headway: task instance 59 is asked to stop", ""),
        ("2026-01-31 05:00:00,000 ERROR headway: out of luck", ": 2026-01-31 05:00:00,000 ERROR headway: out of luck"),
        ("error: no metastore is configured\n  remedy: set metastore.url", ": error: no metastore is configured"),
    ],
)
def test_a_report_quotes_the_log_only_where_that_tells_of_an_error(
    supervisor: Supervisor, reports: list[str], tmp_path: Path, said: str, quoted: str
) -> None:
    supervisor.watch(python("node", f"print({said!r}); raise SystemExit(1)", tmp_path), 1)
    wait_for(lambda: reports, what="the report")
    assert reports[0].startswith(f"node ended (exit status 1) and starts again in 0.2 s{quoted} (log: ")


def test_a_running_process_is_adopted(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python("server", POLITE, tmp_path)
    process.start()
    pid = process.pid
    supervisor.watch(process, 0)
    supervisor.watch(python("node", POLITE, tmp_path), 1)
    wait_for(lambda: is_up(process), what="the server")
    assert process.pid == pid
    assert supervisor.restarts()["server"] == 0


def test_stops_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    processes = {name: python(name, POLITE, tmp_path) for name in ("server", "scheduler", "worker")}
    for order, process in enumerate(processes.values()):
        supervisor.watch(process, order)
    wait_for(lambda: all(map(is_up, processes.values())), what="all three")
    supervisor.stop(60)
    assert (tmp_path / "order").read_text().split() == ["worker", "scheduler", "server"]


def test_kills_what_does_not_end_within_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python("stubborn", STUBBORN, tmp_path)
    supervisor.watch(process, 1)
    wait_for(lambda: is_up(process), what="the process")
    supervisor.stop(0.1)
    assert not Path(f"/proc/{process.pid}").exists()


def test_hurry_cuts_the_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python("stubborn", STUBBORN, tmp_path)
    supervisor.watch(process, 1)
    wait_for(lambda: is_up(process), what="the process")
    supervisor.hurry()
    supervisor.stop(600)  # without the hurry this outlives the test's own time limit
    assert not Path(f"/proc/{process.pid}").exists()


def test_children_of_a_node_end_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python("parent", WITH_CHILD, tmp_path)
    supervisor.watch(process, 1)
    wait_for(lambda: len(processes_in(tmp_path)) == 2, what="parent and child")
    supervisor.stop(1)
    wait_for(lambda: not processes_in(tmp_path), what="the end of both")


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import os, pathlib, signal, time
from test_supervisor import POLITE, python, is_up
from headway.standalone.supervisor import Supervisor
supervisor = Supervisor(print); supervisor.start()
processes = [python(name, POLITE, pathlib.Path({str(tmp_path)!r})) for name in 'ab']
for process in processes: supervisor.watch(process, 1)
while not all(map(is_up, processes)): time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = os.pathsep.join([str(Path(__file__).parents[1])])
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=False)
    assert done.returncode == -signal.SIGKILL
    wait_for(lambda: not processes_in(tmp_path), what="the end of all children")


def test_an_idle_supervisor_uses_no_cpu(supervisor: Supervisor, tmp_path: Path) -> None:
    process = python("node", POLITE, tmp_path)
    supervisor.watch(process, 1)
    wait_for(lambda: is_up(process), what="the process")

    def rests() -> bool:
        switches = context_switches("supervisor")
        process.wait(1.0)
        return context_switches("supervisor") - switches <= 2

    wait_for(rests, what="a quiet second")


def context_switches(thread: str) -> int:
    """How often the thread of this name was woken."""
    (number,) = [found.native_id for found in threading.enumerate() if found.name == thread]
    lines = Path(f"/proc/self/task/{number}/status").read_text().splitlines()
    return int(dict(line.split(":\t", 1) for line in lines)["voluntary_ctxt_switches"])
