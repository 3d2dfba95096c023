"""What people wait for or pay for besides running tasks: a cold start, an idle cluster, an edited file, due runs.

Each has a home of its own; but for the last they run ``headway standalone`` as a user would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.due_runs import minute_10000
from bench.meter import cpu_by_process, cpu_seconds
from bench.urgent import urgent_10000
from bench.waits import waits_5000

_DEADLINE = 120.0  # seconds for anything
_QUIET = 20.0  # seconds over which an idle cluster is measured
_SETTLED = 15.0  # seconds until what a start and first runs bring is over
_LONG_QUIET = 40.0  # the same, where small differences count
_FILES = 500
_IDLE_DAGS = 100

_ONCE = """
import time
from datetime import datetime
from pathlib import Path
from airflow.sdk import DAG, task

with DAG("once", schedule="@once", start_date=datetime(2024, 1, 1)):
    @task
    def say():
        Path({mark!r}).write_text(str(time.time()))
    say()
"""

#: A file that leaves a line whenever it is read.
_COUNTED = """
from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator

with open({reads!r}, "a") as reads:
    reads.write("{name}\\n")
with DAG("{name}"):
    EmptyOperator(task_id="one")
"""


#: Runs for yesterday as soon as it is seen, then idles until tomorrow.
_DAILY = """
from datetime import datetime, timedelta, timezone
from airflow.sdk import DAG, task

with DAG("{name}", schedule="@daily", start_date=datetime.now(timezone.utc) - timedelta(days=2), catchup=False):
    @task
    def say():
        with open({mark!r}, "a") as marks:
            marks.write("{name}\\n")
    say()
"""


def cold_start(home: Path) -> dict[str, Any]:
    """Seconds from the command, on an empty home, to the end of the first task."""
    mark = home / "mark"
    dags = _folder(home)
    (dags / "once.py").write_text(_ONCE.format(mark=str(mark)))
    began = time.time()
    with _standalone(home, dags):
        _until(lambda: mark.exists() and mark.read_text() != "", "the first task")
        return {"seconds": round(float(mark.read_text()) - began, 2)}


def idle(home: Path) -> dict[str, Any]:
    """Percent of a core that all nodes and servers use together when there is nothing to do."""
    reads = home / "reads"
    dags = _folder(home)
    _write(dags, reads, "quiet")
    with _standalone(home, dags) as pid:
        _until(lambda: len(_lines(reads)) == 1, "the file to be read")
        time.sleep(_QUIET / 4)  # what a start brings is over then
        before = cpu_seconds(pid)
        time.sleep(_QUIET)
        return {"percent": round(100 * (cpu_seconds(pid) - before) / _QUIET, 2)}


def idle_100(home: Path) -> dict[str, Any]:
    """Percent of a core of everything together with 100 idle DAGs on daily schedules, and with one such DAG."""
    many, one = _idle_percent(home / "many", _IDLE_DAGS), _idle_percent(home / "one", 1)
    return {"percent": many.pop("all"), "one": one.pop("all"), "by_process": many, "by_process_of_one": one}


def _idle_percent(home: Path, count: int) -> dict[str, float]:
    """Percent of a core by process, and of ``all``."""
    dags = _folder(home)
    for number in range(count):
        (dags / f"daily_{number}.py").write_text(_DAILY.format(name=f"daily_{number}", mark=str(home / "marks")))
    with _standalone(home, dags) as pid:
        _until(lambda: len(_lines(home / "marks")) >= count, "the run of yesterday of each DAG")
        time.sleep(_SETTLED)
        before, began = cpu_by_process(pid), time.monotonic()
        time.sleep(_LONG_QUIET)
        after, seconds = cpu_by_process(pid), time.monotonic() - began
    shares = {name: round(100 * (spent - before.get(name, 0.0)) / seconds, 2) for name, spent in after.items()}
    return {"all": round(sum(shares.values()), 2), **shares}


def edit_500(home: Path) -> dict[str, Any]:
    """Seconds until a changed file of 500 was read again, and how many others were."""
    reads = home / "reads"
    dags = _folder(home)
    for number in range(_FILES):
        _write(dags, reads, f"dag_{number}")
    with _standalone(home, dags):
        _until(lambda: len(_lines(reads)) >= _FILES, "all files to be read")
        time.sleep(_QUIET / 4)
        before = len(_lines(reads))
        began = time.monotonic()
        _write(dags, reads, "dag_7", "# edited")
        _until(lambda: "dag_7" in _lines(reads)[before:], "the edited file to be read")
        seconds = time.monotonic() - began
        time.sleep(_QUIET / 4)
        again = [name for name in _lines(reads)[before:] if name != "dag_7"]
    return {"seconds": round(seconds, 2), "parsed_again": len(again)}


SITUATIONS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "cold_start": cold_start,
    "idle": idle,
    "idle_100": idle_100,
    "edit_500": edit_500,
    "minute_10000": minute_10000,
    "waits_5000": waits_5000,
    "urgent_10000": urgent_10000,
}


@contextmanager
def _standalone(home: Path, dags: Path) -> Iterator[int]:
    environment = {**os.environ, "HEADWAY_HOME": str(home / "home"), "HEADWAY_DAGS__PAUSED_AT_CREATION": "false"}
    command = [sys.executable, "-m", "headway", "standalone", "--no-flower", "--dags", str(dags)]
    with (home / "standalone.log").open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _folder(home: Path) -> Path:
    folder = home / "dags"
    folder.mkdir(parents=True)
    return folder


def _write(dags: Path, reads: Path, name: str, end: str = "") -> None:
    (dags / f"{name}.py").write_text(_COUNTED.format(reads=str(reads), name=name) + end)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _until(done: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not done():
        if time.monotonic() > deadline:
            sys.exit(f"waited {_DEADLINE:.0f} s for {what}")
        time.sleep(0.005)
