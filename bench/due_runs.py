"""Does planning keep up? 10,000 DAGs on a minute schedule: each minute has to take far less than a minute."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from bench import servers

from headway.metastore import migrate
from headway.metastore.database import Connection, connection
from headway.settings import load_settings
from headway_scheduler.plan import Plan

DAGS = 10_000
_MINUTES = 3

_MAKE = """
WITH bundle AS (INSERT INTO bundle (hash, manifest) VALUES (repeat('0', 64), '{}') RETURNING id)
INSERT INTO dag (dag_id, file, style, is_paused, version_id, bundle_id, schedule, max_active_runs, max_active_tasks,
                 start_date, catchup)
SELECT 'minute_' || n, 'minute.py', 3, false, 1, bundle.id,
       '{"kind": "cron", "crons": ["* * * * *"], "timezone": "UTC", "interval": "trigger"}', 16, 16,
       date_trunc('minute', now()), true
FROM bundle, generate_series(1, %s) AS n
"""

#: As if the minute were over: what was created is gone, the next run is due.
_NEXT_MINUTE = """
WITH past AS (DELETE FROM dag_run)
UPDATE dag SET next_due = next_due - interval '1 minute', next_start = next_start - interval '1 minute',
               next_end = next_end - interval '1 minute'
"""


def minute_10000(home: Path) -> dict[str, Any]:
    """Seconds until all runs that are due in one minute are created, the median of some minutes."""
    with servers.running(home) as running:
        settings = load_settings(metastore={"url": running.metastore}, broker={"url": running.broker})
        migrate.upgrade(settings)
        plan = Plan(settings, on_runs=lambda: None)
        with connection(settings.metastore, name="bench") as conn:
            conn.execute(_MAKE, (DAGS,))
            seconds = [_minute(conn, plan) for _ in range(_MINUTES)]
    return {"seconds": round(statistics.median(seconds), 2), "runs": DAGS}


def _minute(conn: Connection, plan: Plan) -> float:
    began = time.monotonic()
    plan.run_once()
    seconds = time.monotonic() - began
    assert _runs(conn) == DAGS, "some runs were not created"
    conn.execute(_NEXT_MINUTE)
    return seconds


def _runs(conn: Connection) -> int:
    row = conn.execute("SELECT count(*) FROM dag_run").fetchone()
    assert row is not None
    return int(row[0])
