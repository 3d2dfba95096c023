"""What tasks ask about other DAGs: their runs at certain dates, and the runs that tasks have started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from headway.metastore.database import Connection


class Standing(NamedTuple):
    """A run that exists."""

    run_id: str
    logical_date: datetime


_RUNS_AT = """
SELECT r.run_id, r.logical_date, r.state,
       array(SELECT jsonb_build_array(t.task_id, t.map_index, t.state) FROM task_instance t
             WHERE t.run_id = r.id AND t.task_id = ANY(%(task_ids)s) AND t.state <> 'removed')
FROM dag_run r
WHERE r.dag_id = %(dag_id)s AND r.logical_date = ANY(%(dates)s)
"""


def runs_at(
    conn: Connection, dag_id: str, dates: Sequence[datetime], task_ids: Sequence[str]
) -> list[tuple[str, datetime, str, list[tuple[str, int, str]]]]:
    """(run id, logical date, state, tasks) of the runs with these logical dates.

    Of the named tasks each gives (task id, map index, state).
    """
    rows = conn.execute(_RUNS_AT, {"dag_id": dag_id, "dates": list(dates), "task_ids": list(task_ids)}).fetchall()
    return [(run_id, date, state, [(one[0], one[1], one[2]) for one in tasks]) for run_id, date, state, tasks in rows]


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
