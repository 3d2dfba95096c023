"""Backfills: what is asked for, the dates in order, and the runs made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from psycopg.types.json import Jsonb

from headway.metastore.database import Connection, fetch_value


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the asked range that has no dates for a backfill, told in ``message``.

    ``reason``: what lies before the DAG's ``start_date``, what lies behind its ``end_date``, or what was ``not_due``
    yet. ``bound`` is the date at which the backfill begins (``start_date``) or ends instead, ``limit`` the DAG's start
    or end date, or the time of asking.
    """

    reason: Literal["start_date", "end_date", "not_due"]
    bound: datetime
    limit: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Backfill:
    """A backfill and how far it is: how many of its dates wait, are queued or running, and have ended in which way."""

    id: int
    dag_id: str
    from_date: datetime
    to_date: datetime
    backwards: bool
    reprocess: str
    max_active_runs: int
    conf: dict[str, Any]
    state: str
    actor: str
    created_at: datetime
    ended_at: datetime | None
    waiting: int
    active: int
    queued: int
    running: int
    success: int
    failed: int
    skipped: int
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a backfill; ``run_key``, ``run_id`` and ``state`` are of its run, None before there is one."""

    position: int
    logical_date: datetime
    start: datetime
    end: datetime
    run_after: datetime
    outcome: str
    reason: str
    run_key: int | None
    run_id: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Existing:
    """A run that has the logical date of a backfill's."""

    key: int
    run_id: str
    state: str
    logical_date: datetime


_BACKFILLS = """
SELECT b.id, b.dag_id, b.from_date, b.to_date, b.backwards, b.reprocess, b.max_active_runs, b.conf, b.state, b.actor,
       b.created_at, b.ended_at, coalesce(n.waiting, 0), coalesce(n.queued + n.running, 0), coalesce(n.queued, 0),
       coalesce(n.running, 0), coalesce(n.success, 0), coalesce(n.failed, 0), coalesce(n.skipped, 0), b.left_out
FROM backfill b
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.outcome = 'waiting') AS waiting,
           count(*) FILTER (WHERE r.state = 'queued') AS queued,
           count(*) FILTER (WHERE r.state = 'running') AS running,
           count(*) FILTER (WHERE r.state = 'success') AS success,
           count(*) FILTER (WHERE r.state = 'failed') AS failed,
           count(*) FILTER (WHERE d.outcome = 'skipped') AS skipped
    FROM backfill_run d LEFT JOIN dag_run r ON r.id = d.run_id AND d.outcome IN ('made', 'rerun')
    WHERE d.backfill_id = b.id
) n ON true
"""


def backfills(
    conn: Connection, *, dag_id: str | None = None, before: int | None = None, limit: int = 50
) -> list[Backfill]:
    """Backfills, the newest first, of one DAG or of all; ``before`` an id."""
    rows = conn.execute(
        f"{_BACKFILLS} WHERE (%(dag_id)s::text IS NULL OR b.dag_id = %(dag_id)s)"
        " AND (%(before)s::bigint IS NULL OR b.id < %(before)s) ORDER BY b.id DESC LIMIT %(limit)s",
        {"dag_id": dag_id, "before": before, "limit": limit},
    ).fetchall()
    return [_backfill(row) for row in rows]


def backfill(conn: Connection, backfill_id: int) -> Backfill | None:
    """One backfill."""
    row = conn.execute(f"{_BACKFILLS} WHERE b.id = %s", (backfill_id,)).fetchone()
    return _backfill(row) if row else None


def _backfill(row: Sequence[Any]) -> Backfill:
    return replace(Backfill(*row), left_out=[_left_out(**part) for part in row[-1]])


def _left_out(*, bound: str, limit: str, **words: Any) -> LeftOut:
    return LeftOut(bound=datetime.fromisoformat(bound), limit=datetime.fromisoformat(limit), **words)


def dates(conn: Connection, backfill_id: int, *, after: int = -1, limit: int = 1000) -> list[Date]:
    """The dates of a backfill in its order, from behind the position ``after``."""
    rows = conn.execute(
        "SELECT d.position, d.logical_date, d.data_interval_start, d.data_interval_end, d.run_after, d.outcome,"
        " d.reason, r.id, r.run_id, r.state FROM backfill_run d LEFT JOIN dag_run r ON r.id = d.run_id"
        " WHERE d.backfill_id = %s AND d.position > %s ORDER BY d.position LIMIT %s",
        (backfill_id, after, limit),
    ).fetchall()
    return [Date(*row) for row in rows]


def unfinished_of(conn: Connection, dag_id: str) -> int | None:
    """The backfill of a DAG that runs or is paused; the DAG's row stays locked, so that no other comes meanwhile."""
    conn.execute("SELECT 1 FROM dag WHERE dag_id = %s FOR UPDATE", (dag_id,))
    row = conn.execute(
        "SELECT id FROM backfill WHERE dag_id = %s AND state IN ('running', 'paused') LIMIT 1", (dag_id,)
    ).fetchone()
    return row[0] if row else None


def existing(conn: Connection, dag_id: str, first: datetime, last: datetime) -> list[Existing]:
    """The runs of a DAG whose logical dates lie in [``first``, ``last``]."""
    rows = conn.execute(
        "SELECT id, run_id, state, logical_date FROM dag_run WHERE dag_id = %s AND logical_date BETWEEN %s AND %s",
        (dag_id, first, last),
    ).fetchall()
    return [Existing(*row) for row in rows]


def insert(
    conn: Connection,
    *,
    dag_id: str,
    span: tuple[datetime, datetime],
    backwards: bool,
    reprocess: str,
    max_active_runs: int,
    conf: dict[str, Any],
    actor: str,
    left_out: Sequence[LeftOut],
    moments: Sequence[tuple[datetime, datetime, datetime, datetime]],
) -> int:
    """Write a backfill down; ``moments`` are (logical date, interval start, interval end, run after) in order."""
    row = conn.execute(
        "INSERT INTO backfill (dag_id, from_date, to_date, backwards, reprocess, max_active_runs, conf, actor,"
        " left_out) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (dag_id, *span, backwards, reprocess, max_active_runs, Jsonb(conf), actor, Jsonb([_kept(p) for p in left_out])),
    ).fetchone()
    assert row is not None
    columns = "backfill_id, position, logical_date, data_interval_start, data_interval_end, run_after"
    with conn.cursor() as cursor, cursor.copy(f"COPY backfill_run ({columns}) FROM STDIN") as copy:
        for position, moment in enumerate(moments):
            copy.write_row((row[0], position, *moment))
    return int(row[0])


def _kept(part: LeftOut) -> dict[str, str]:
    return asdict(part) | {"bound": part.bound.isoformat(), "limit": part.limit.isoformat()}


def set_state(conn: Connection, backfill_id: int, *, before: Sequence[str], state: str) -> bool:
    """Move a backfill to ``state`` if it is in one of ``before``; ended ones get their time."""
    return (
        conn.execute(
            "UPDATE backfill SET state = %(state)s,"
            " ended_at = CASE WHEN %(state)s IN ('completed', 'cancelled') THEN now() END"
            " WHERE id = %(id)s AND state = ANY(%(before)s)",
            {"id": backfill_id, "state": state, "before": list(before)},
        ).rowcount
        == 1
    )


_CANCEL = """
WITH unmade AS (
    UPDATE backfill_run SET outcome = 'skipped', reason = 'the backfill was cancelled'
    WHERE backfill_id = %(id)s AND outcome = 'waiting'
), unstarted AS (
    DELETE FROM dag_run WHERE backfill_id = %(id)s AND state = 'queued' AND start_date IS NULL RETURNING id
)
UPDATE backfill_run d SET outcome = 'skipped', reason = 'the backfill was cancelled', run_id = NULL
FROM unstarted WHERE d.backfill_id = %(id)s AND d.run_id = unstarted.id
"""


def skip_the_rest(conn: Connection, backfill_id: int) -> None:
    """Leave out every date of which no run has started; runs that were made of them go away."""
    conn.execute(_CANCEL, {"id": backfill_id})


@dataclass(frozen=True, slots=True)
class Progressing:
    """A backfill that may go on; ``unstarted`` and ``active`` count its runs that are queued, and queued or running."""

    id: int
    dag_id: str
    reprocess: str
    max_active_runs: int
    conf: dict[str, Any]
    actor: str
    version_id: int
    bundle_id: int
    active: int


def lock_progressing(conn: Connection, *, after: int) -> Progressing | None:
    """The first running backfill with an id beyond ``after``, locked; one that another scheduler holds is passed by."""
    row = conn.execute(
        "SELECT b.id, b.dag_id, b.reprocess, b.max_active_runs, b.conf, b.actor, d.version_id, d.bundle_id,"
        " (SELECT count(*) FROM dag_run r WHERE r.backfill_id = b.id AND r.state IN ('queued', 'running'))"
        " FROM backfill b JOIN dag d ON d.dag_id = b.dag_id AND NOT d.is_stale"
        " WHERE b.state = 'running' AND b.id > %s ORDER BY b.id LIMIT 1 FOR UPDATE OF b SKIP LOCKED",
        (after,),
    ).fetchone()
    return Progressing(*row) if row else None


def waiting_dates(conn: Connection, backfill_id: int, *, limit: int) -> list[Date]:
    """The next dates of which nothing was made yet."""
    rows = conn.execute(
        "SELECT position, logical_date, data_interval_start, data_interval_end, run_after, outcome, reason,"
        " NULL, NULL, NULL FROM backfill_run WHERE backfill_id = %s AND outcome = 'waiting' ORDER BY position LIMIT %s",
        (backfill_id, limit),
    ).fetchall()
    return [Date(*row) for row in rows]


def make_run(conn: Connection, backfill: Progressing, date: Date, *, run_id: str) -> int | None:
    """Make the queued run of a date; None when the DAG has a run for it."""
    row = conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, data_interval_start, data_interval_end,"
        " run_after, conf, version_id, bundle_id, triggered_by, backfill_id)"
        " VALUES (%s, %s, 'backfill', %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        (
            backfill.dag_id,
            run_id,
            date.logical_date,
            date.start,
            date.end,
            date.run_after,
            Jsonb(backfill.conf),
            backfill.version_id,
            backfill.bundle_id,
            backfill.actor,
            backfill.id,
        ),
    ).fetchone()
    return row[0] if row else None


def take_run(conn: Connection, run: int, backfill_id: int) -> None:
    """Make a run that was just cleared one of the backfill's: it starts when the backfill has room for it."""
    conn.execute(
        "UPDATE dag_run SET backfill_id = %s, state = 'queued' WHERE id = %s AND state IN ('queued', 'running')",
        (backfill_id, run),
    )


def note_outcome(conn: Connection, backfill_id: int, date: Date, outcome: str, *, run: int | None, reason: str) -> None:
    """What became of a date."""
    conn.execute(
        "UPDATE backfill_run SET outcome = %s, run_id = %s, reason = %s WHERE backfill_id = %s AND position = %s",
        (outcome, run, reason, backfill_id, date.position),
    )


_OLD = "state IN ('completed', 'cancelled') AND ended_at < now() - %(age)s"

_COUNT = "SELECT count(*) FROM backfill WHERE {which}"

_DELETE = """
WITH gone AS (DELETE FROM backfill WHERE {which} RETURNING id),
dates AS (DELETE FROM backfill_run d USING gone WHERE d.backfill_id = gone.id)
SELECT count(*) FROM gone
"""


def count_old(conn: Connection, age: timedelta) -> int:
    """How many backfills ended before ``age`` ago."""
    return int(fetch_value(conn, _COUNT.format(which=_OLD), {"age": age}))


def delete_old(conn: Connection, age: timedelta) -> int:
    """Delete the backfills that ended before ``age`` ago, not their runs; how many."""
    return int(fetch_value(conn, _DELETE.format(which=_OLD), {"age": age}))


def forget_dag(conn: Connection, dag_id: str) -> None:
    """Delete every backfill of a DAG."""
    conn.execute(_DELETE.format(which="dag_id = %(dag_id)s"), {"dag_id": dag_id})
