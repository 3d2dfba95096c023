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
_QUEUE, _WARM = "raw", "raw_warm"  # the measured queue, and the one on which the worker waits for it
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
    """Start a worker, fill a queue, have the worker take it, wait; (start, end) seconds of each task and the cost.

    Neither the worker's start nor the publisher's work is counted: raw Celery at its best.
    """
    with psycopg.connect(servers.metastore, autocommit=True) as conn:
        conn.execute("UPDATE raw_row SET state = 'none', started = NULL, ended = NULL WHERE state <> 'none'")
        conn.execute("VACUUM raw_row")
        with _worker(environment, children, log) as pid:
            _warm(conn, environment, children)
            _publish(workload, environment)
            meter = Meter(servers, {"worker": pid})
            meter.start()
            _run_script(
                f"from bench.raw_tasks import app\napp.control.add_consumer('{_QUEUE}', reply=True)", environment
            )
            _wait(conn, range(1, workload.tasks + 1))
            cost = meter.stop()
            meter.close()
        rows = conn.execute(
            "SELECT extract(epoch FROM started)::float8, extract(epoch FROM ended)::float8"
            " FROM raw_row WHERE id <= %s ORDER BY id",
            (workload.tasks,),
        ).fetchall()
    return [(row[0], row[1]) for row in rows], cost


def _publish(workload: Workload, environment: dict[str, str]) -> None:
    """From a process of its own, whose settings come from the same environment as the worker's."""
    _run_script(
        "from bench.raw_tasks import app, work\n"
        f"starts = {_starts(workload)}\n"
        "with app.producer_pool.acquire(block=True) as producer:\n"
        "    for row, left in starts:\n"
        f"        work.apply_async((row, left, {workload.fib}), queue='{_QUEUE}', producer=producer)\n",
        environment,
    )


def _run_script(script: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


def _starts(workload: Workload) -> str:
    """(row, how many follow it) of each task to publish; an expression, for a list is too long for an argument."""
    if workload.chain:
        return f"[(1 + n * {workload.length}, {workload.length - 1}) for n in range({workload.dags})]"
    return f"[(1 + n, 0) for n in range({workload.tasks})]"


@contextmanager
def _worker(environment: dict[str, str], children: int, log: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "celery", "-A", "bench.raw_tasks", "worker", "-Q", _WARM, "-c", str(children)]
    command += ["--without-gossip", "--without-mingle", "-l", "WARNING"]
    with log.open("a") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait(conn: psycopg.Connection, rows: range) -> None:
    deadline = time.monotonic() + _DEADLINE
    count = "SELECT count(*) FROM raw_row WHERE id >= %s AND id < %s AND state = 'success'"
    while (done := conn.execute(count, (rows.start, rows.stop)).fetchone()) is None or done[0] < len(rows):
        if time.monotonic() > deadline:
            sys.exit(f"raw Celery did not finish {len(rows)} tasks within {_DEADLINE:.0f} s (pid {os.getpid()})")
        time.sleep(0.2)


def _warm(conn: psycopg.Connection, environment: dict[str, str], children: int) -> None:
    """Give every child a few tasks, so that all have started and hold their connections."""
    rows = range(_ROWS - 4 * children, _ROWS)
    script = f"[work.apply_async((row, 0, 0), queue={_WARM!r}) for row in range({rows.start}, {rows.stop})]"
    _run_script(f"from bench.raw_tasks import work\n{script}", environment)
    _wait(conn, rows)
