"""Cutting runs short: which have lasted too long, and stopping what is unfinished in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headway.metastore.database import Connection

_OVERDUE = """
SELECT r.id FROM unnest(%s::bigint[], %s::float8[]) AS w (run, seconds)
JOIN dag_run r ON r.id = w.run AND r.start_date + make_interval(secs => w.seconds) <= now()
"""


def overdue(conn: Connection, limits: Sequence[tuple[int, float]]) -> set[int]:
    """Which of these runs, (key, seconds) each, began longer than so many seconds ago."""
    rows = conn.execute(_OVERDUE, ([key for key, _ in limits], [seconds for _, seconds in limits])).fetchall()
    return {row[0] for row in rows}


_STOP_REST = """
WITH current AS (
    SELECT id FROM dag_run WHERE id = %(run)s AND version = %(version)s AND state = 'running' FOR SHARE
), rest AS (
    SELECT t.id, t.dispatch, t.state FROM task_instance t
    WHERE t.run_id IN (SELECT id FROM current) AND t.task_id <> ALL(%(keep)s::text[])
      AND t.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')
    ORDER BY t.id FOR UPDATE OF t
), skipped AS (
    UPDATE task_instance t SET state = 'skipped', end_date = now()
    FROM rest WHERE t.id = rest.id AND rest.state NOT IN ('running', 'restarting')
    RETURNING t.id
), timers_gone AS (
    DELETE FROM timer USING skipped WHERE timer.ti_id = skipped.id
), stopped AS (
    UPDATE claim c SET stop = %(reason)s FROM rest
    WHERE c.ti_id = rest.id AND c.dispatch = rest.dispatch AND rest.state IN ('running', 'restarting')
      AND c.stop IS NULL
    RETURNING c.ti_id
)
SELECT (SELECT count(*) FROM skipped), (SELECT count(*) FROM stopped)
"""


def stop_rest(conn: Connection, *, run: int, version: int, keep: Iterable[str], reason: str) -> tuple[int, int]:
    """Skip what has not begun and ask workers to end what runs, but for the tasks in ``keep``; how many of each.

    (0, 0) also when the caller's memory of the run is stale.
    """
    row = conn.execute(_STOP_REST, {"run": run, "version": version, "keep": list(keep), "reason": reason}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
