"""What running tasks ask for: XComs of any task, earlier runs, the task instances of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from headway.authoring.retry import retry_delay
from headway.authoring.runtime import InstanceSummary, RunFacts, XComRow
from headway.metastore.database import Connection

_MATCHING = """
  (%(task_ids)s::text[] IS NULL OR t.task_id = ANY(%(task_ids)s))
  AND (x.key = %(key)s OR (%(key)s::text IS NULL AND x.key <> 'rendered_map_index'))
  AND (%(map_indexes)s::int[] IS NULL OR t.map_index = ANY(%(map_indexes)s))
"""

_XCOMS = f"""
SELECT r.run_id, t.task_id, t.map_index, x.value, x.created_at
FROM dag_run r
JOIN task_instance t ON t.run_id = r.id
JOIN xcom x ON x.ti_id = t.id
WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s AND {_MATCHING}
ORDER BY t.task_id, t.map_index
"""  # noqa: S608 (a constant of this module)

_XCOMS_WITH_EARLIER = f"""
SELECT run_id, task_id, map_index, value, created_at FROM (
    SELECT DISTINCT ON (t.task_id, t.map_index, x.key)
           r.logical_date, r.run_id, t.task_id, t.map_index, x.value, x.created_at
    FROM dag_run mine
    JOIN dag_run r ON r.dag_id = mine.dag_id AND (r.id = mine.id OR r.logical_date < mine.logical_date)
    JOIN task_instance t ON t.run_id = r.id
    JOIN xcom x ON x.ti_id = t.id
    WHERE mine.dag_id = %(dag_id)s AND mine.run_id = %(run_id)s AND {_MATCHING}
    ORDER BY t.task_id, t.map_index, x.key, r.logical_date DESC NULLS FIRST
) newest ORDER BY logical_date DESC NULLS FIRST, task_id, map_index
"""  # noqa: S608 (a constant of this module)


def xcoms(
    conn: Connection,
    *,
    dag_id: str,
    run_id: str,
    task_ids: Sequence[str] | None,
    key: str | None,
    map_indexes: Sequence[int] | None,
    with_earlier: bool,
) -> list[XComRow]:
    """XComs that match, None standing for "any".

    ``with_earlier`` adds, for each task and key that this run lacks, the newest value of the runs before it.
    """
    parameters = {
        "dag_id": dag_id,
        "run_id": run_id,
        "task_ids": None if task_ids is None else list(task_ids),
        "key": key,
        "map_indexes": None if map_indexes is None else list(map_indexes),
    }
    rows = conn.execute(_XCOMS_WITH_EARLIER if with_earlier else _XCOMS, parameters).fetchall()
    return [XComRow(*row) for row in rows]


_XCOM_INDEXES = """
SELECT t.map_index
FROM dag_run r
JOIN task_instance t ON t.run_id = r.id AND t.task_id = %(task_id)s AND t.map_index >= 0
JOIN xcom x ON x.ti_id = t.id AND x.key = %(key)s
WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s
ORDER BY t.map_index
"""


def xcom_indexes(conn: Connection, *, dag_id: str, run_id: str, task_id: str, key: str) -> list[int]:
    """The map indexes of the instances of a mapped task that left something under ``key``, in order."""
    parameters = {"dag_id": dag_id, "run_id": run_id, "task_id": task_id, "key": key}
    return [row[0] for row in conn.execute(_XCOM_INDEXES, parameters).fetchall()]


#: The columns of ``RunFacts``, of a run ``r``.
RUN_FACTS = """r.id, r.dag_id, r.run_id, r.run_type, r.state, r.logical_date, r.data_interval_start,
       r.data_interval_end, r.run_after, r.start_date, r.conf, r.end_date, r.queued_at, r.triggered_by"""

_PREVIOUS = f"""
SELECT {RUN_FACTS}
FROM dag_run mine
JOIN dag_run r ON r.dag_id = mine.dag_id AND r.logical_date < mine.logical_date
WHERE mine.id = %(run)s AND (%(state)s::text IS NULL OR r.state = %(state)s)
ORDER BY r.logical_date DESC LIMIT 1
"""  # noqa: S608 (a constant of this module)


def previous_run(conn: Connection, *, run: int, state: str | None) -> RunFacts | None:
    """The run of the same DAG before ``run`` by logical date, or the last such one in ``state``."""
    row = conn.execute(_PREVIOUS, {"run": run, "state": state}).fetchone()
    return RunFacts(*row) if row else None


def run_instances(conn: Connection, *, dag_id: str, run_id: str) -> list[InstanceSummary]:
    """Every task instance of a run with its present state."""
    rows = conn.execute(
        "SELECT t.task_id, t.map_index, t.state, t.try_number, t.start_date, t.end_date"
        " FROM dag_run r JOIN task_instance t ON t.run_id = r.id"
        " WHERE r.dag_id = %s AND r.run_id = %s AND t.state <> 'removed' ORDER BY t.task_id, t.map_index",
        (dag_id, run_id),
    ).fetchall()
    return [InstanceSummary(*row) for row in rows]


def hosts(conn: Connection, *, run: int, task_ids: Sequence[str]) -> dict[str, str]:
    """The hosts on which tasks of a run succeeded last, by task id."""
    rows = conn.execute(
        "SELECT DISTINCT ON (t.task_id) t.task_id, a.hostname"
        " FROM task_instance t JOIN task_attempt a ON a.ti_id = t.id AND a.outcome = 'success'"
        " WHERE t.run_id = %s AND t.task_id = ANY(%s) ORDER BY t.task_id, a.started_at DESC",
        (run, list(task_ids)),
    ).fetchall()
    return dict(rows)


_FIRST_POKE = """
SELECT min(a.started_at)
FROM task_instance t
JOIN version_task vt ON vt.task_id = t.task_id
JOIN dag_run r ON r.id = t.run_id AND r.version_id = vt.version_id
JOIN task_attempt a ON a.ti_id = t.id AND a.outcome IN ('rescheduled', 'deferred')
                   AND a.try_number > t.max_tries - vt.retries
WHERE t.id = %(ti)s
"""


def first_poke(conn: Connection, *, ti: int) -> datetime | None:
    """When the first dispatch began that gave its slot back to wait, of the tries since the last clear."""
    row = conn.execute(_FIRST_POKE, {"ti": ti}).fetchone()
    return row[0] if row else None


def reschedules(conn: Connection, *, ti: int) -> int:
    """How many dispatches of the present try of a task instance gave their slot back to run again later."""
    row = conn.execute(
        "SELECT count(*) FROM task_instance t JOIN task_attempt a ON a.ti_id = t.id AND a.try_number = t.try_number"
        " WHERE t.id = %s AND a.outcome = 'rescheduled'",
        (ti,),
    ).fetchone()
    return row[0] if row else 0


class TryFacts(NamedTuple):
    """What decides whether and when a task instance is tried again; delays in seconds.

    ``now`` is the metastore's time.
    """

    now: datetime
    run: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    max_tries: int
    delay: float
    growth: float
    longest: float | None

    @property
    def retry_after(self) -> float | None:
        """Seconds until the next try, as the task itself would have computed them; None: no try is left."""
        if self.try_number > self.max_tries:
            return None
        return retry_delay(
            timedelta(seconds=self.delay),
            self.try_number,
            growth=self.growth,
            longest=None if self.longest is None else timedelta(seconds=self.longest),
            seed=f"{self.dag_id}/{self.run_id}/{self.task_id}/{self.map_index}",
        )


_TRY_FACTS = """
SELECT now(), r.id, r.dag_id, r.run_id, t.task_id, t.map_index, t.try_number, t.max_tries,
       coalesce(vt.retry_delay, 0), coalesce(vt.retry_backoff, 0), vt.max_retry_delay
FROM task_instance t
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = t.task_id
WHERE t.id = %(ti)s AND t.dispatch = %(dispatch)s
"""


def try_facts(conn: Connection, *, ti: int, dispatch: int) -> TryFacts | None:
    """The facts of a task instance whose process is gone; None when its token is old."""
    row = conn.execute(_TRY_FACTS, {"ti": ti, "dispatch": dispatch}).fetchone()
    return TryFacts(*row) if row else None
