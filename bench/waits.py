"""What waiting costs: 5,000 triggers in one triggerer, none of which fires."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import servers
from bench.meter import cpu_seconds
from cryptography.fernet import Fernet

from headway.authoring.deferral import deferral_of
from headway.authoring.exceptions import TaskDeferred
from headway.authoring.results import Deferral
from headway.crypto import Vault
from headway.metastore import migrate
from headway.metastore.database import Connection, connection
from headway.operators.empty import EmptyOperator
from headway.settings import load_settings
from headway.standalone.cluster import as_environment
from headway.triggers.base import BaseTrigger
from headway.triggers.external_task import WorkflowTrigger
from headway.triggers.filesystem import FileTrigger
from headway.triggers.times import DateTimeTrigger

WAITS = 5000
_QUIET = 30.0  # seconds over which it is measured
_SETTLED = 10.0  # seconds until all have been looked at once
_DEADLINE = 60.0

_RUN = """
INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date) VALUES ('waits', 'r', 'manual', 'running', now())
RETURNING id
"""
_DEFER = """
WITH ti AS (
    INSERT INTO task_instance (run_id, task_id, queue, pool, state, dispatch)
    SELECT %(run)s, number, 'default', 'default_pool', 'deferred', 1 FROM generate_series(1, %(count)s) AS number
    RETURNING id, task_id::int AS number
)
INSERT INTO trigger (ti_id, dispatch, try_number, classpath, sealed, method)
SELECT id, 1, 1, (%(classpaths)s::text[])[number], (%(sealed)s::text[])[number], 'execute' FROM ti
"""


def waits_5000(home: Path) -> dict[str, Any]:
    """Percent of a core that a triggerer and PostgreSQL take for so many waits.

    A third each wait for a moment, for a file (a look every 5 s) and for a task of another DAG (every 2 s); no two
    wait for the same.
    """
    key = Fernet.generate_key().decode()
    with servers.running(home) as running:
        urls = {"metastore": {"url": running.metastore}, "broker": {"url": running.broker}, "security": {"key": key}}
        settings = load_settings(home=home, **urls)
        migrate.upgrade(settings)
        with connection(settings.metastore, name="bench") as conn:
            _defer(conn, Vault([key]))
            environment = {**os.environ, "HEADWAY_HOME": str(home), **as_environment(urls)}
            with _triggerer(home, environment) as pid:
                _await_taken(conn)
                time.sleep(_SETTLED)
                before = cpu_seconds(pid), cpu_seconds(running.postgres_pid)
                time.sleep(_QUIET)
                spent = cpu_seconds(pid) - before[0], cpu_seconds(running.postgres_pid) - before[1]
    shares = [round(100 * seconds / _QUIET, 2) for seconds in spent]
    return {"percent": shares[0], "postgres": shares[1], "waits": WAITS}


def _defer(conn: Connection, vault: Vault) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    deferrals = [_deferral(_kind(number, tomorrow)) for number in range(WAITS)]
    row = conn.execute(_RUN).fetchone()
    assert row is not None
    sealed = [vault.encrypt(json.dumps([each.kwargs, each.method_kwargs])) for each in deferrals]
    paths = [each.classpath for each in deferrals]
    conn.execute(_DEFER, {"run": row[0], "count": WAITS, "classpaths": paths, "sealed": sealed})


def _kind(number: int, tomorrow: datetime) -> BaseTrigger:
    match number % 3:
        case 0:
            return DateTimeTrigger(tomorrow + timedelta(seconds=number))
        case 1:
            return FileTrigger(f"/nowhere/{number}.csv")
        case _:
            return WorkflowTrigger(f"dag_{number}", logical_dates=[tomorrow], external_task_ids=["load"])


def _deferral(trigger: BaseTrigger) -> Deferral:
    return deferral_of(TaskDeferred(trigger=trigger, method_name="execute"), EmptyOperator(task_id="t"), 0.0)


@contextmanager
def _triggerer(home: Path, environment: dict[str, str]) -> Iterator[int]:
    with (home / "triggerer.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "headway", "triggerer"], env=environment, stdout=out, stderr=out
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def _await_taken(conn: Connection) -> None:
    until = time.monotonic() + _DEADLINE
    while time.monotonic() < until:
        row = conn.execute("SELECT count(*) FROM trigger WHERE node_id IS NOT NULL").fetchone()
        if row and row[0] == WAITS:
            return
        time.sleep(0.5)
    raise TimeoutError("the triggerer does not take what waits")
