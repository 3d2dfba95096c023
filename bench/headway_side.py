"""Runs a workload on Headway and reads its times from the metastore's history."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from bench.meter import Cost, Meter
from bench.servers import Servers
from bench.workloads import Workload, dag_file

from headway.broker.bus import open_bus
from headway.messages import Wake
from headway.metastore.queries import nodes
from headway.settings import Settings
from headway.standalone.cluster import Cluster, Plan

_DEADLINE = 300.0  # seconds that a workload may take
_WARM = Workload("warm", 16, chain=False)  # run first, so that every child has its connections, as on raw Celery's side


@contextmanager
def cluster(
    home: Path, workloads: list[Workload], servers: Servers, sections: dict[str, dict[str, Any]], children: int
) -> Iterator[Settings]:
    """A scheduler and a worker on the given servers, with all workloads' DAG files in place."""
    folder = home / "dags"
    folder.mkdir(parents=True, exist_ok=True)
    for workload in (_WARM, *workloads):
        (folder / f"{workload.name}.py").write_text(dag_file(workload))
    own = {
        **sections,
        "metastore": {"url": servers.metastore},
        "broker": {"url": servers.broker},
        "dags": {"folder": str(folder), "paused_at_creation": False},
    }
    running = Cluster(
        Plan(home, workers={"default": children}, flower=False, web=False, sections=own),
        lambda line: print(line, file=sys.stderr),
    )
    settings = running.start()
    try:
        with psycopg.connect(servers.metastore, autocommit=True) as conn:
            conn.execute("UPDATE pool SET slots = -1")
            for workload in (_WARM, *workloads):
                known = "SELECT count(*) FROM dag WHERE NOT is_stale AND dag_id LIKE %s"
                _until(conn, known, workload.dags, (_dag_ids(workload),))
            _until(conn, "SELECT count(*) FROM node WHERE state = 'up' AND kind = 'worker'", 1)
            _finish(conn, _WARM, settings)
        yield settings
    finally:
        running.stop()


def run(servers: Servers, workload: Workload, settings: Settings) -> tuple[list[tuple[float, float]], Cost]:
    """Trigger one run of each of the workload's DAGs and wait; (start, end) of each task, and the cost."""
    with psycopg.connect(servers.metastore, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE task_instance")
        meter = Meter(servers, _node_pids(conn))
        meter.start()
        first = _finish(conn, workload, settings)
        cost = meter.stop()
        meter.close()
        failed = conn.execute("SELECT count(*) FROM dag_run WHERE id > %s AND state = 'failed'", (first,)).fetchone()
        if failed and failed[0]:
            sys.exit(f"{workload.name}: {failed[0]} run(s) failed on Headway")
        rows = conn.execute(
            "SELECT extract(epoch FROM a.started_at)::float8, extract(epoch FROM a.ended_at)::float8"
            " FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id > %s ORDER BY t.id",
            (first,),
        ).fetchall()
    return [(row[0], row[1]) for row in rows], cost


def _finish(conn: psycopg.Connection, workload: Workload, settings: Settings) -> int:
    """Trigger one run of each DAG and wait for their ends; the key of the last run before them."""
    first = _trigger(conn, workload, settings)
    ended = "SELECT count(*) FROM dag_run WHERE id > %s AND state IN ('success', 'failed')"
    _until(conn, ended, workload.dags, (first,))
    return first


def _trigger(conn: psycopg.Connection, workload: Workload, settings: Settings) -> int:
    row = conn.execute("SELECT coalesce(max(id), 0) FROM dag_run").fetchone()
    conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, version_id, bundle_id)"
        " SELECT dag_id, 'bench_' || clock_timestamp()::text, 'manual', version_id, bundle_id FROM dag"
        " WHERE dag_id LIKE %s",
        (_dag_ids(workload),),
    )
    bus = open_bus(settings)
    for scheduler in nodes.live_schedulers(conn):
        bus.send_event(scheduler, Wake("bench").encode())
    bus.close()
    return int(row[0]) if row else 0


def _dag_ids(workload: Workload) -> str:
    """What the ids of its DAGs are like, for LIKE."""
    return f"{workload.name}\\_%"


def _node_pids(conn: psycopg.Connection) -> dict[str, int]:
    rows = conn.execute("SELECT kind, pid FROM node WHERE state = 'up'").fetchall()
    return {kind: pid for kind, pid in rows if psutil.pid_exists(pid)}


def _until(conn: psycopg.Connection, sql: str, count: int, parameters: tuple[object, ...] = ()) -> None:
    deadline = time.monotonic() + _DEADLINE
    while True:
        row = conn.execute(sql, parameters).fetchone()
        if row and row[0] >= count:
            return
        if time.monotonic() > deadline:
            sys.exit(f"waited {_DEADLINE:.0f} s for {count} of: {sql}; got {row and row[0]}")
        time.sleep(0.2)
