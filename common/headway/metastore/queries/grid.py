"""Tasks by runs: what the Grid shows, and how long tasks took over runs.

Each is one statement over the runs that are shown, found by (run, task): nothing is read that is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class GridRun:
    """A column. ``duration`` and ``queued_duration`` (from queued to started) in seconds, so far or in all."""

    key: int
    dag_run_id: str
    run_type: str
    state: str
    logical_date: datetime | None
    run_after: datetime
    start_date: datetime | None
    end_date: datetime | None
    duration: float | None
    queued_duration: float
    version: int
    note: bool
    hold: bool
    backfill_id: int | None


_RUNS = """
SELECT r.id, r.run_id, r.run_type, r.state, r.logical_date, r.run_after, r.start_date, r.end_date,
       extract(epoch FROM coalesce(r.end_date, now()) - r.start_date)::float8,
       extract(epoch FROM coalesce(r.start_date, now()) - r.queued_at)::float8, coalesce(v.number, 0),
       EXISTS (SELECT FROM note n WHERE n.run_id = r.id AND n.ti_id = 0),
       EXISTS (SELECT FROM hold h WHERE h.dag_id = r.dag_id AND h.run_id = r.id), r.backfill_id
FROM dag_run r LEFT JOIN dag_version v ON v.id = r.version_id
WHERE r.dag_id = %(dag_id)s
  AND (%(types)s::text[] IS NULL OR r.run_type = ANY(%(types)s))
  AND (%(states)s::text[] IS NULL OR r.state = ANY(%(states)s))
  AND (%(run_ids)s::text[] IS NULL OR r.run_id = ANY(%(run_ids)s))
  AND (%(at)s::timestamptz IS NULL OR (r.run_after, r.id) < (%(at)s, %(key)s))
ORDER BY r.run_after DESC, r.id DESC LIMIT %(limit)s
"""


def runs(
    conn: Connection,
    dag_id: str,
    *,
    run_types: Sequence[str] = (),
    states: Sequence[str] = (),
    run_ids: Sequence[str] = (),
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[GridRun]:
    """The newest runs of a DAG first, at most ``limit`` of those before the run at ``before``."""
    at, key = before or (None, None)
    rows = conn.execute(
        _RUNS,
        {
            "dag_id": dag_id,
            "types": list(run_types) or None,
            "states": list(states) or None,
            "run_ids": list(run_ids) or None,
            "at": at,
            "key": key,
            "limit": limit,
        },
    ).fetchall()
    return [GridRun(*row) for row in rows]


#: The states of a run's tasks: one, or for a mapped task the number of instances in each.
States = dict[str, str | dict[str, int]]

# Arrays, one row a run: 20,000 rows would cost more to fetch than to read. Tasks that are not mapped need no counting.
_STATES = """
SELECT run_id, array_agg(task_id), array_agg(state), NULL::bigint[] FROM task_instance
WHERE run_id = ANY(%(runs)s) AND map_index = -1 AND state <> 'removed' GROUP BY run_id
UNION ALL
SELECT run_id, array_agg(task_id), array_agg(state), array_agg(n)
FROM (SELECT run_id, task_id, state, count(*) AS n FROM task_instance
      WHERE run_id = ANY(%(runs)s) AND map_index >= 0 AND state <> 'removed' GROUP BY run_id, task_id, state) counted
GROUP BY run_id
"""


def states(conn: Connection, run_keys: Sequence[int]) -> dict[int, States]:
    """The states of all tasks of these runs (by their numbers)."""
    found: dict[int, States] = {}
    for run, task_ids, named, counts in conn.execute(_STATES, {"runs": list(run_keys)}).fetchall():
        of_run = found.setdefault(run, {})
        if counts is None:
            of_run.update(zip(task_ids, named, strict=True))
            continue
        for task_id, state, count in zip(task_ids, named, counts, strict=True):
            _add(of_run, task_id, state, count)
    return found


def _add(states: States, task_id: str, state: str, count: int) -> None:
    """Count instances of a mapped task, beside a placeholder that is still there."""
    known = states.get(task_id)
    if not isinstance(known, dict):
        known = states[task_id] = {known: 1} if known else {}
    known[state] = known.get(state, 0) + count


@dataclass(frozen=True, slots=True)
class Spans:
    """Of one run: seconds that each task ran (from the first start of its instances to the last end), by task id."""

    ran: dict[str, float]
    queued: dict[str, float]


_SPANS = """
WITH span AS (
    SELECT run_id, task_id, start_date AS began, end_date AS ended, queued_at AS queued FROM task_instance
    WHERE run_id = ANY(%(runs)s) AND map_index = -1 AND state <> 'removed' AND end_date >= start_date
    UNION ALL
    SELECT run_id, task_id, min(start_date), max(end_date), min(queued_at) FROM task_instance
    WHERE run_id = ANY(%(runs)s) AND map_index >= 0 AND state <> 'removed' AND end_date >= start_date
    GROUP BY run_id, task_id
)
SELECT run_id, array_agg(task_id), array_agg(date_part('epoch', ended - began)),
       array_agg(greatest(date_part('epoch', began - queued), 0))
FROM span GROUP BY run_id
"""


def spans(conn: Connection, run_keys: Sequence[int]) -> dict[int, Spans]:
    """How long the tasks of these runs took, and how long their last dispatch had been queued."""
    rows = conn.execute(_SPANS, {"runs": list(run_keys)}).fetchall()
    return {run: Spans(_rounded(tasks, ran), _rounded(tasks, queued)) for run, tasks, ran, queued in rows}


def _rounded(task_ids: Sequence[str], seconds: Sequence[float | None]) -> dict[str, float]:
    return {task: round(value, 3) for task, value in zip(task_ids, seconds, strict=True) if value is not None}


_CALENDAR = """
SELECT (run_after AT TIME ZONE %(zone)s)::date AS day, state, count(*) FROM dag_run
WHERE dag_id = %(dag_id)s AND run_after >= %(start)s AND run_after < %(end)s
GROUP BY day, state ORDER BY day
"""


def calendar(conn: Connection, dag_id: str, *, start: datetime, end: datetime, zone: str) -> list[tuple[Any, str, int]]:
    """How many runs of a DAG there were on each day (in the time zone), by state: (date, state, count)."""
    parameters = {"dag_id": dag_id, "start": start, "end": end, "zone": zone}
    return [(row[0], row[1], row[2]) for row in conn.execute(_CALENDAR, parameters).fetchall()]
