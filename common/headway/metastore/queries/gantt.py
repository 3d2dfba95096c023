"""When everything in a run waited and ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Bar:
    """One task instance, or all ``instances`` of a mapped task (``map_index`` -1 then; ``state`` the worst)."""

    task_id: str
    map_index: int
    instances: int
    state: str
    try_number: int
    queued_at: datetime | None
    start_date: datetime | None
    end_date: datetime | None
    ti: int


# What needs a person's eye first.
_WORST = (
    "failed", "upstream_failed", "up_for_retry", "running", "restarting", "deferred", "up_for_reschedule", "queued",
    "scheduled", "none", "skipped", "success",
)  # fmt: skip

_BARS = """
WITH ti AS MATERIALIZED (
    SELECT * FROM task_instance WHERE run_id = %(run)s AND state <> 'removed'
), folded AS (
    SELECT task_id FROM ti WHERE map_index >= 0 AND task_id <> ALL(%(unfolded)s)
    GROUP BY task_id HAVING count(*) > %(fold)s
)
SELECT task_id, map_index, 1, state, try_number, queued_at, start_date, end_date, id
FROM ti WHERE task_id NOT IN (SELECT task_id FROM folded)
UNION ALL
SELECT task_id, -1, count(*)::int, (array_agg(state ORDER BY array_position(%(worst)s::text[], state)))[1],
       max(try_number), min(queued_at), min(start_date), max(end_date), min(id)
FROM ti WHERE task_id IN (SELECT task_id FROM folded) GROUP BY task_id
ORDER BY 7 NULLS LAST, 6 NULLS LAST, 1, 2
"""


def bars(conn: Connection, run: int, *, fold: int, unfolded: list[str]) -> list[Bar]:
    """What ran in a run (by its number), by its start; mapped tasks of more than ``fold`` instances as one bar.

    Those of the tasks ``unfolded`` stand for themselves in any case.
    """
    parameters = {"run": run, "fold": fold, "unfolded": unfolded, "worst": list(_WORST)}
    return [Bar(*row) for row in conn.execute(_BARS, parameters).fetchall()]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One attempt: waiting in its queue since ``queued_at``, running since ``start_date``; ``outcome`` None: still."""

    ti: int
    try_number: int
    dispatch: int
    queued_at: datetime | None
    start_date: datetime
    end_date: datetime | None
    outcome: str | None
    hostname: str
    queue: str


_STRETCHES = """
SELECT ti_id, try_number, dispatch, queued_at, started_at, ended_at, outcome, hostname, queue
FROM task_attempt WHERE ti_id = ANY(%(tis)s) AND started_at >= %(since)s
UNION ALL
SELECT c.ti_id, t.try_number, c.dispatch, t.queued_at, c.started_at, NULL, NULL, coalesce(n.hostname, ''), t.queue
FROM claim c JOIN task_instance t ON t.id = c.ti_id LEFT JOIN node n ON n.id = c.node_id
WHERE c.ti_id = ANY(%(tis)s)
ORDER BY 1, 3
"""


def stretches(conn: Connection, tis: list[int], *, since: datetime) -> list[Stretch]:
    """Every attempt of these task instances; none of them began before ``since``, so older partitions are left out."""
    return [Stretch(*row) for row in conn.execute(_STRETCHES, {"tis": tis, "since": since}).fetchall()]
