"""Timers: task instances that wait for their retry, their next poke, or the end of a deferral."""

from __future__ import annotations

from dataclasses import dataclass

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of one of this scheduler's runs; ``wait`` is the seconds until it is due (0: due now)."""

    run: int
    ti: int
    dispatch: int
    wait: float


def upcoming(conn: Connection, *, me: str, within: float) -> list[Timer]:
    """Timers of runs that scheduler ``me`` owns which are due now or within so many seconds."""
    rows = conn.execute(
        "WITH m AS MATERIALIZED (SELECT * FROM timer WHERE due <= now() + make_interval(secs => %s))"
        " SELECT r.id, t.id, m.dispatch, greatest(0, extract(epoch FROM m.due - now()))::float8"
        " FROM m JOIN task_instance t ON t.id = m.ti_id AND t.dispatch = m.dispatch"
        " AND t.state IN ('up_for_retry', 'up_for_reschedule', 'deferred')"
        " JOIN dag_run r ON r.id = t.run_id AND r.owner_id = %s ORDER BY m.due",
        (within, me),
    ).fetchall()
    return [Timer(*row) for row in rows]


def forget_stale(conn: Connection) -> int:
    """Delete timers whose task instance has moved on (cleared, marked, removed)."""
    return conn.execute(
        "DELETE FROM timer m WHERE m.due < now() - interval '1 minute' AND NOT EXISTS"
        " (SELECT 1 FROM task_instance t WHERE t.id = m.ti_id AND t.dispatch = m.dispatch"
        "  AND t.state IN ('up_for_retry', 'up_for_reschedule', 'deferred'))"
    ).rowcount
