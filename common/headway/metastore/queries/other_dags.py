"""What tasks ask about other DAGs: their runs at certain dates, and the runs that tasks have started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from headway.authoring.other_dags import RunsAsked, RunSeen
from headway.metastore.database import Connection


class Standing(NamedTuple):
    """A run that exists."""

    run_id: str
    logical_date: datetime


_RUNS_OF = """
SELECT r.run_id, coalesce(r.logical_date, r.run_after), r.state,
       array(SELECT jsonb_build_array(t.task_id, t.map_index, t.state) FROM task_instance t
             WHERE t.run_id = r.id AND t.task_id = ANY(%(task_ids)s) AND t.state <> 'removed')
FROM dag_run r
WHERE r.dag_id = %(dag_id)s AND (r.logical_date = ANY(%(dates)s) OR r.run_id = ANY(%(run_ids)s))
"""


def runs_of(conn: Connection, asked: RunsAsked) -> list[RunSeen]:
    """The runs that are asked for and exist, each with the named tasks that it has."""
    rows = conn.execute(
        _RUNS_OF,
        {
            "dag_id": asked.dag_id,
            "dates": list(asked.logical_dates),
            "run_ids": list(asked.run_ids),
            "task_ids": list(asked.task_ids),
        },
    ).fetchall()
    return [_seen(*row) for row in rows]


_RUNS_OF_ALL = """
SELECT w.number, r.run_id, coalesce(r.logical_date, r.run_after), r.state,
       array(SELECT jsonb_build_array(t.task_id, t.map_index, t.state) FROM task_instance t
             WHERE t.run_id = r.id AND w.tasks ? t.task_id AND t.state <> 'removed')
FROM unnest(%(numbers)s::int[], %(dag_ids)s::text[], %(run_ids)s::text[], %(dates)s::timestamptz[],
            %(tasks)s::jsonb[]) AS w (number, dag_id, run_id, date, tasks)
JOIN dag_run r ON r.dag_id = w.dag_id AND (r.run_id = w.run_id OR r.logical_date = w.date)
"""


def runs_of_all(conn: Connection, asked: Sequence[RunsAsked]) -> list[list[RunSeen]]:
    """``runs_of`` for many at once, in their order."""
    wanted = [
        (number, one.dag_id, run_id, date, Jsonb(one.task_ids))
        for number, one in enumerate(asked)
        for run_id, date in (*((run_id, None) for run_id in one.run_ids), *((None, date) for date in one.logical_dates))
    ]
    names = ("numbers", "dag_ids", "run_ids", "dates", "tasks")
    found: list[list[RunSeen]] = [[] for _ in asked]
    columns = dict(zip(names, map(list, zip(*wanted, strict=True)), strict=True)) if wanted else None
    for number, *run in conn.execute(_RUNS_OF_ALL, columns).fetchall() if columns else ():
        found[number].append(_seen(*run))
    return found


def _seen(run_id: str, date: datetime, state: str, tasks: list[list[Any]]) -> RunSeen:
    return RunSeen(run_id, date, state, [(one[0], one[1], one[2]) for one in tasks])


def run_started_by(conn: Connection, dag_id: str, actor: str) -> Standing | None:
    """The run of a DAG that ``actor`` has triggered."""
    row = conn.execute(
        "SELECT run_id, logical_date FROM dag_run WHERE dag_id = %s AND triggered_by = %s ORDER BY id DESC LIMIT 1",
        (dag_id, actor),
    ).fetchone()
    return Standing(*row) if row else None


def run_in_place_of(
    conn: Connection, dag_id: str, *, run_id: str | None, logical_date: datetime | None
) -> Standing | None:
    """The run of a DAG that has this id, else the one of this logical date."""
    row = conn.execute(
        "SELECT run_id, logical_date FROM dag_run"
        " WHERE dag_id = %(dag_id)s AND (run_id = %(run_id)s OR logical_date = %(date)s)"
        " ORDER BY (run_id = %(run_id)s) DESC NULLS LAST LIMIT 1",
        {"dag_id": dag_id, "run_id": run_id, "date": logical_date},
    ).fetchone()
    return Standing(*row) if row else None


def run_state(conn: Connection, dag_id: str, run_id: str) -> str | None:
    """The state of a run."""
    row = conn.execute("SELECT state FROM dag_run WHERE dag_id = %s AND run_id = %s", (dag_id, run_id)).fetchone()
    return str(row[0]) if row else None
