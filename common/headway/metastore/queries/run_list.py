"""What people ask about runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString

from headway.metastore.database import Connection
from headway.metastore.queries import holds, pauses
from headway.metastore.queries.holds import Hold
from headway.metastore.queries.pauses import Pause


@dataclass(frozen=True, slots=True)
class Run:
    """A run; ``seconds`` is how long it took or has taken so far, ``tasks`` counts its instances by state.

    ``conf`` is None where a list leaves out what is too large for it.
    """

    key: int
    dag_id: str
    run_id: str
    state: str
    run_type: str
    logical_date: datetime | None
    data_interval_start: datetime | None
    data_interval_end: datetime | None
    run_after: datetime
    queued_at: datetime
    start_date: datetime | None
    end_date: datetime | None
    seconds: float | None
    triggered_by: str
    version: int
    tasks: dict[str, int]
    conf: dict[str, Any] | None


#: The columns of a ``Run`` but for its ``conf``: of a run ``r`` and its version ``v``.
COLUMNS: LiteralString = """
SELECT r.id, r.dag_id, r.run_id, r.state, r.run_type, r.logical_date, r.data_interval_start,
       r.data_interval_end, r.run_after, r.queued_at, r.start_date, r.end_date,
       extract(epoch FROM coalesce(r.end_date, now()) - r.start_date)::float8, r.triggered_by, coalesce(v.number, 0),
       (SELECT coalesce(json_object_agg(c.state, c.n), '{}')
        FROM (SELECT state, count(*) AS n FROM task_instance t WHERE t.run_id = r.id AND t.state <> 'removed'
              GROUP BY state) c)
"""

_RUNS: LiteralString = f"{COLUMNS}, r.conf FROM dag_run r LEFT JOIN dag_version v ON v.id = r.version_id"


def runs(conn: Connection, dag_id: str, *, state: str | None = None, limit: int = 20) -> list[Run]:
    """The newest runs of a DAG first, of any state or of one."""
    rows = conn.execute(
        f"{_RUNS} WHERE r.dag_id = %(dag_id)s AND (%(state)s::text IS NULL OR r.state = %(state)s)"
        " ORDER BY r.run_after DESC, r.id DESC LIMIT %(limit)s",
        {"dag_id": dag_id, "state": state, "limit": limit},
    ).fetchall()
    return [Run(*row) for row in rows]


def run(conn: Connection, dag_id: str, run_id: str) -> Run | None:
    """One run."""
    row = conn.execute(
        f"{_RUNS} WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s", {"dag_id": dag_id, "run_id": run_id}
    ).fetchone()
    return Run(*row) if row else None


def run_ids(conn: Connection, dag_id: str, *, limit: int = 500) -> list[str]:
    """The ids of a DAG's newest runs, for suggestions."""
    rows = conn.execute(
        "SELECT run_id FROM dag_run WHERE dag_id = %s ORDER BY run_after DESC LIMIT %s", (dag_id, limit)
    ).fetchall()
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Backfilling:
    """A DAG's backfill that is not over: how many of its runs run, and the keys of those that are queued."""

    id: int
    state: str
    max_active_runs: int
    running: int
    queued: Sequence[int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides whether a run may start and go on, apart from its own tasks.

    ``running`` and ``occupied`` count the DAG's running runs and its queued or running task instances.
    ``holds`` are all of the DAG's. Runs of ``backfill``, if the DAG has one that is not over, have a limit of their
    own and are not among ``running``.
    """

    is_paused: bool
    max_active_runs: int
    max_active_tasks: int
    running: int
    occupied: int
    schedulers: int
    pause: Pause | None = None
    holds: Sequence[Hold] = ()
    backfill: Backfilling | None = None


_SURROUNDINGS = """
SELECT d.dag_id, d.is_paused, d.max_active_runs, d.max_active_tasks,
       (SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state = 'running'
        AND (r.backfill_id IS NULL OR r.backfill_id IS DISTINCT FROM b.id)),
       (SELECT count(*) FROM dag_run r JOIN task_instance t ON t.run_id = r.id
        WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running')
          AND t.state IN ('queued', 'running', 'restarting')),
       (SELECT count(*) FROM node WHERE kind = 'scheduler' AND state = 'up' AND lease_until > now())
FROM dag d LEFT JOIN backfill b ON b.dag_id = d.dag_id AND b.state IN ('running', 'paused')
WHERE d.dag_id = ANY(%s)
"""

_BACKFILLING = """
SELECT b.dag_id, b.id, b.state, b.max_active_runs, count(*) FILTER (WHERE r.state = 'running'),
       coalesce(array_agg(r.id) FILTER (WHERE r.state = 'queued'), '{}')
FROM backfill b LEFT JOIN dag_run r ON r.backfill_id = b.id AND r.state IN ('queued', 'running')
WHERE b.dag_id = ANY(%s) AND b.state IN ('running', 'paused') GROUP BY b.id
"""


def surroundings(conn: Connection, dag_ids: Sequence[str]) -> dict[str, Surroundings]:
    """The limits of DAGs and how far they are used; those that are gone are left out."""
    found = {row[0]: Surroundings(*row[1:]) for row in conn.execute(_SURROUNDINGS, (list(dag_ids),)).fetchall()}
    if not found:
        return {}
    filling = {row[0]: Backfilling(*row[1:]) for row in conn.execute(_BACKFILLING, (list(dag_ids),)).fetchall()}
    paused = pauses.of_paused(conn, [dag_id for dag_id, around in found.items() if around.is_paused])
    held = holds.of_dags(conn, dag_ids)
    return {
        dag_id: replace(around, pause=paused.get(dag_id), holds=held.get(dag_id, ()), backfill=filling.get(dag_id))
        for dag_id, around in found.items()
    }


def structure(conn: Connection, run: int) -> dict[str, Any] | None:
    """The structure of the version that a run (by its key) uses; None when it has none."""
    row = conn.execute(
        "SELECT v.structure FROM dag_run r JOIN dag_version v ON v.id = r.version_id WHERE r.id = %s", (run,)
    ).fetchone()
    return row[0] if row else None
