"""Runs a workload on raw Celery and reads its times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from bench.meter import Cost, Meter
from bench.servers import Servers
from bench.workloads import Workload

_ROWS = 1_000_000
_DEADLINE = 300.0  # seconds that a workload may take


def prepare(servers: Servers) -> None:
    """Make the table of a million rows."""
    with psycopg.connect(servers.metastore, autocommit=True) as conn:
        conn.execute(
            "CREATE TABLE IF NOT EXISTS raw_row (id int PRIMARY KEY, state text, started timestamptz,"
            " ended timestamptz) WITH (fillfactor = 60)"
        )
        conn.execute(
            "INSERT INTO raw_row SELECT g, 'none' FROM generate_series(1, %s) g ON CONFLICT DO NOTHING", (_ROWS,)
        )
        conn.execute("VACUUM ANALYZE raw_row")


def run(
    servers: Servers, workload: Workload, environment: dict[str, str], children: int, log: Path
) -> tuple[list[tuple[float, float]], Cost]:
    """Fill the queue, start a worker, wait; returns (start, end) seconds of each task and the cost.

    The worker starts on a full queue, so the publisher's work is not counted: raw Celery at its best.
    """
    with psycopg.connect(servers.metastore, autocommit=True) as conn:
        conn.execute("UPDATE raw_row SET state = 'none', started = NULL, ended = NULL WHERE state <> 'none'")
        conn.execute("VACUUM raw_row")
        _publish(workload, environment)
        with _worker(environment, children, log) as pid:
            meter = Meter(servers, {"worker": pid})
            meter.start()
            _wait(conn, workload)
            cost = meter.stop()
            meter.close()
        rows = conn.execute(
            "SELECT extract(epoch FROM started)::float8, extract(epoch FROM ended)::float8"
            " FROM raw_row WHERE state = 'success' ORDER BY id"
        ).fetchall()
    return [(row[0], row[1]) for row in rows], cost


def _publish(workload: Workload, environment: dict[str, str]) -> None:
    """From a process of its own, whose settings come from the same environment as the worker's."""
    script = (
        "from bench.raw_tasks import app, work\n"
        f"starts = {_starts(workload)!r}\n"
        "with app.producer_pool.acquire(block=True) as producer:\n"
        "    for row, left in starts:\n"
        f"        work.apply_async((row, left, {workload.fib}), queue='raw', producer=producer)\n"
    )
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


def _starts(workload: Workload) -> list[tuple[int, int]]:
    if workload.chain:
        return [(1 + copy * workload.length, workload.length - 1) for copy in range(workload.dags)]
    return [(1 + number, 0) for number in range(workload.tasks)]


@contextmanager
def _worker(environment: dict[str, str], children: int, log: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "celery", "-A", "bench.raw_tasks", "worker", "-Q", "raw", "-c", str(children)]
    command += ["--without-gossip", "--without-mingle", "-l", "WARNING"]
    with log.open("a") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait(conn: psycopg.Connection, workload: Workload) -> None:
    deadline = time.monotonic() + _DEADLINE
    while True:
        row = conn.execute(
            "SELECT count(*) FROM raw_row WHERE id <= %s AND state = 'success'", (workload.tasks,)
        ).fetchone()
        if row and row[0] >= workload.tasks:
            return
        if time.monotonic() > deadline:
            sys.exit(f"raw Celery did not finish {workload.name} within {_DEADLINE:.0f} s (pid {os.getpid()})")
        time.sleep(0.2)
