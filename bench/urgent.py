"""How long does something urgent wait? 10,000 tasks are ready, workers are busy, and one comes that goes before all."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import servers

from headway.broker.bus import open_bus
from headway.metastore.database import Connection, connection
from headway.operations.trigger import trigger
from headway.operations.wake import wake_schedulers
from headway.settings import Settings
from headway.standalone.cluster import Cluster, Plan

FLOOD = 10_000
_TASK = 0.25  # seconds that a task of the flood takes
_CHILDREN = 4
_TIMES = 20
_APART = 0.37  # seconds from one urgent task's end to the next trigger: nowhere near a multiple of a task or a sweep
_DEADLINE = 120.0

_FILES = f"""
import time
from airflow.sdk import DAG, task

with DAG("flood", max_active_tasks=100_000) as flood:
    @task(priority_weight=1, weight_rule="absolute")
    def wait(number):
        time.sleep({_TASK})

    wait.expand(number=list(range({FLOOD})))

with DAG("urgent", max_active_tasks=100_000) as urgent:
    @task(priority_weight=1000, weight_rule="absolute")
    def now():
        pass

    now()
"""

_START = """
SELECT extract(epoch FROM a.started_at)::float8 FROM task_attempt a
JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id = %s AND a.ended_at IS NOT NULL
"""
#: The first place that became free after a moment.
_FREE = """
SELECT extract(epoch FROM min(a.ended_at))::float8 FROM task_attempt a
JOIN task_instance t ON t.id = a.ti_id JOIN dag_run r ON r.id = t.run_id
WHERE r.dag_id = 'flood' AND a.ended_at > to_timestamp(%s)
"""


def urgent_10000(home: Path) -> dict[str, Any]:
    """Seconds from the first free slot after an urgent run was triggered to the start of its task.

    Once with the limits as they are (128 slots of the pool are taken), once without any (the queue's window is full).
    """
    waits = {name: _waits(home / name, slots) for name, slots in (("pool", 128), ("window", -1))}
    figures = {f"{name}_p50": round(statistics.median(found), 3) for name, found in waits.items()}
    figures |= {f"{name}_max": round(max(found), 3) for name, found in waits.items()}
    return {"seconds": max(max(found) for found in waits.values()), **figures, "times": _TIMES, "waiting": FLOOD}


def _waits(home: Path, slots: int) -> list[float]:
    home.mkdir()
    with (
        servers.running(home) as running,
        _cluster(home, running) as settings,
        connection(settings.metastore, name="bench") as conn,
    ):
        conn.execute("UPDATE pool SET slots = %s", (slots,))
        _await(conn, "SELECT count(*) FROM dag WHERE NOT is_stale AND dag_id IN ('flood', 'urgent')", 2)
        _start(conn, settings, "flood")
        _await(conn, "SELECT count(*) FROM task_attempt", 2 * _CHILDREN)
        return [_wait(conn, settings) for _ in range(_TIMES)]


def _wait(conn: Connection, settings: Settings) -> float:
    time.sleep(_APART)
    began = time.time()
    run = _start(conn, settings, "urgent")
    deadline = time.monotonic() + _DEADLINE
    while (started := conn.execute(_START, (run,)).fetchone()) is None:
        if time.monotonic() > deadline:
            sys.exit("an urgent task does not start")
        time.sleep(0.02)
    free = conn.execute(_FREE, (began,)).fetchone()
    assert free is not None
    return max(0.0, float(started[0] - free[0]))


def _start(conn: Connection, settings: Settings, dag_id: str) -> int:
    made = trigger(conn, dag_id, actor="bench")
    bus = open_bus(settings, name="bench")
    wake_schedulers(conn, bus, "trigger")
    bus.close()
    row = conn.execute("SELECT id FROM dag_run WHERE dag_id = %s AND run_id = %s", (dag_id, made.run_id)).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def _cluster(home: Path, running: servers.Servers) -> Iterator[Settings]:
    folder = home / "dags"
    folder.mkdir()
    (folder / "files.py").write_text(_FILES)
    sections: dict[str, dict[str, Any]] = {
        "metastore": {"url": running.metastore},
        "broker": {"url": running.broker},
        "dags": {"folder": str(folder), "paused_at_creation": False, "max_map_length": FLOOD},
        "worker": {"drain_grace": 0},
    }
    plan = Plan(home, workers={"default": _CHILDREN}, flower=False, web=False, sections=sections)
    cluster = Cluster(plan, lambda line: print(line, file=sys.stderr))
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def _await(conn: Connection, sql: str, count: int) -> None:
    deadline = time.monotonic() + _DEADLINE
    while (row := conn.execute(sql).fetchone()) is None or row[0] < count:
        if time.monotonic() > deadline:
            sys.exit(f"waited {_DEADLINE:.0f} s for {count} of: {sql}; got {row and row[0]}")
        time.sleep(0.1)
