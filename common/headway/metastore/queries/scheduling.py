"""What the scheduler's engine writes: queue and settle task instances, start and end runs, adopt DAGs.

Every write names the run and the run's version that the writer knows (the run row is locked FOR SHARE),
so that a scheduler that was replaced, or has not seen a clear yet, changes nothing: zero rows mean that
its memory is stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection, fetch_value
from headway.states import RunState, TaskState


@dataclass(frozen=True, slots=True)
class Queued:
    """A task instance that is now ``queued`` with a new token."""

    ti: int
    dispatch: int
    try_number: int


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """A run that is queued or running; ``owner`` is the scheduler that holds it.

    ``backfill`` is the one, not over, to which it belongs, ``backfill_room`` how many runs that may have at once.
    """

    key: int
    dag_id: str
    run_id: str
    state: str
    version: int
    owner: str | None
    run_after: datetime
    version_id: int | None
    bundle: str | None
    bundle_id: int | None
    backfill: int | None
    backfill_room: int


@dataclass(frozen=True, slots=True)
class DagFacts:
    """What the engine needs to know of a DAG that it owns; ``holds`` are (run key or 0, task id or empty) each."""

    dag_id: str
    is_paused: bool
    max_active_runs: int
    max_active_tasks: int
    holds: frozenset[tuple[int, str]] = frozenset()

    def is_held(self, run: int, task_id: str = "") -> bool:
        """Whether a run, or a task in it, may start nothing new."""
        return bool(self.holds) and not self.holds.isdisjoint({(0, ""), (run, ""), (0, task_id), (run, task_id)})


_QUEUE = """
WITH wanted AS (
    SELECT * FROM unnest(%(tis)s::bigint[], %(dispatches)s::int[], %(pools)s::text[]) AS w (ti, dispatch, pool)
), current AS (
    SELECT r.id FROM dag_run r
    JOIN unnest(%(runs)s::bigint[], %(versions)s::int[]) AS k (id, version) ON k.id = r.id AND k.version = r.version
    WHERE r.state = 'running'
    ORDER BY r.id FOR SHARE OF r
), locked AS (
    SELECT name FROM pool WHERE name = ANY(%(mine_pools)s::text[]) ORDER BY name FOR UPDATE
), room AS (
    UPDATE pool p SET used = p.used || jsonb_build_object(%(me)s::text, m.slots)
    FROM unnest(%(mine_pools)s::text[], %(mine_slots)s::int[]) AS m (name, slots)
    JOIN locked ON locked.name = m.name
    WHERE p.name = m.name AND EXISTS (SELECT 1 FROM current)
      AND (p.slots < 0 OR m.slots <= coalesce((p.used ->> %(me)s::text)::int, 0)
           OR m.slots <= p.slots - (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(p.used - %(me)s::text)))
    RETURNING p.name
)
UPDATE task_instance t
SET state = 'queued', dispatch = t.dispatch + 1, queued_at = now(), end_date = NULL, node_id = NULL,
    try_number = t.try_number + CASE WHEN t.state = 'up_for_retry' THEN 1 ELSE 0 END,
    start_date = CASE WHEN t.state IN ('up_for_reschedule', 'deferred') THEN t.start_date END
FROM wanted w
WHERE t.id = w.ti AND t.dispatch = w.dispatch
  AND t.state IN ('none', 'scheduled', 'up_for_retry', 'up_for_reschedule', 'deferred')
  AND t.run_id IN (SELECT id FROM current)
  AND (w.pool <> ALL(%(mine_pools)s::text[]) OR w.pool IN (SELECT name FROM room))
RETURNING t.id, t.dispatch, t.try_number
"""


def queue(
    conn: Connection,
    *,
    me: str,
    wanted: Sequence[tuple[int, int, str]],
    runs: Sequence[tuple[int, int]],
    pools: dict[str, int],
) -> list[Queued]:
    """Move ready task instances to ``queued``, each with a new token, and take their pool slots.

    ``wanted``: (ti, token, pool) each; ``runs``: (key, version) of their runs; ``pools``: for each pool
    whose use by this scheduler (``me``) has changed, the slots that it takes now in all. What does not
    fit, or has moved on meanwhile, is not in the answer.
    """
    rows = conn.execute(
        _QUEUE,
        {
            "me": me,
            "tis": [row[0] for row in wanted],
            "dispatches": [row[1] for row in wanted],
            "pools": [row[2] for row in wanted],
            "runs": [key for key, _ in runs],
            "versions": [version for _, version in runs],
            "mine_pools": sorted(pools),
            "mine_slots": [pools[name] for name in sorted(pools)],
        },
    ).fetchall()
    return [Queued(*row) for row in rows]


_BEGIN_RETRY = """
WITH gone AS (DELETE FROM timer WHERE ti_id = ANY(%(tis)s) RETURNING ti_id, kind)
DELETE FROM xcom USING gone WHERE xcom.ti_id = gone.ti_id AND gone.kind = 'retry'
"""


def clear_timers(conn: Connection, tis: Sequence[int]) -> None:
    """Forget the timers of task instances that were queued; a new try begins without the old one's XComs."""
    conn.execute(_BEGIN_RETRY, {"tis": list(tis)})


def republish(conn: Connection, tis: Sequence[tuple[int, int]]) -> list[Queued]:
    """Give task instances whose message was lost a new token: (ti, token) each; still ``queued`` ones answer."""
    rows = conn.execute(
        "UPDATE task_instance t SET dispatch = t.dispatch + 1, queued_at = now()"
        " FROM unnest(%s::bigint[], %s::int[]) AS w (ti, dispatch)"
        " WHERE t.id = w.ti AND t.dispatch = w.dispatch AND t.state = 'queued'"
        " RETURNING t.id, t.dispatch, t.try_number",
        ([ti for ti, _ in tis], [token for _, token in tis]),
    ).fetchall()
    return [Queued(*row) for row in rows]


_SETTLE = """
WITH current AS (
    SELECT r.id FROM dag_run r
    JOIN unnest(%(runs)s::bigint[], %(versions)s::int[]) AS k (id, version) ON k.id = r.id AND k.version = r.version
    WHERE r.state = 'running'
    ORDER BY r.id FOR SHARE OF r
)
UPDATE task_instance t
SET state = w.state, end_date = now(),
    start_date = CASE WHEN w.state = 'success' THEN now() ELSE t.start_date END
FROM unnest(%(tis)s::bigint[], %(states)s::text[]) AS w (ti, state)
WHERE t.id = w.ti AND t.state IN ('none', 'scheduled') AND t.run_id IN (SELECT id FROM current)
RETURNING t.id
"""


def settle(conn: Connection, *, decided: Sequence[tuple[int, TaskState]], runs: Sequence[tuple[int, int]]) -> set[int]:
    """Settle task instances without running them (skipped, upstream failed, or success of an empty one).

    Returns the keys that were changed.
    """
    rows = conn.execute(
        _SETTLE,
        {
            "tis": [ti for ti, _ in decided],
            "states": [str(state) for _, state in decided],
            "runs": [key for key, _ in runs],
            "versions": [version for _, version in runs],
        },
    ).fetchall()
    return {row[0] for row in rows}


_END_RUN = """
UPDATE dag_run SET state = %(state)s, end_date = now()
WHERE id = %(run)s AND version = %(version)s AND state = 'running'
  AND NOT EXISTS (SELECT 1 FROM task_instance t WHERE t.run_id = %(run)s
                  AND t.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed'))
"""


def end_run(conn: Connection, *, run: int, version: int, state: RunState) -> bool:
    """End a run in which nothing is unfinished; False when the caller's memory of it is stale."""
    return conn.execute(_END_RUN, {"run": run, "version": version, "state": state}).rowcount == 1


_CREATE_INSTANCES = """
INSERT INTO task_instance (run_id, task_id, queue, pool, pool_slots, priority, max_tries)
SELECT %(run)s, task_id, queue, pool, pool_slots, priority, retries
FROM version_task WHERE version_id = %(version_id)s ORDER BY position
ON CONFLICT (run_id, task_id, map_index) DO NOTHING
"""

_CREATE_EARLY = """
INSERT INTO task_instance (run_id, task_id, queue, pool, pool_slots, priority, max_tries)
SELECT r.id, v.task_id, v.queue, v.pool, v.pool_slots, v.priority, v.retries
FROM dag_run r JOIN version_task v ON v.version_id = r.version_id WHERE r.id = %s ORDER BY v.position
ON CONFLICT (run_id, task_id, map_index) DO NOTHING
"""


def create_instances(conn: Connection, run: int) -> None:
    """Make the task instances of a run that has not started; its start finds them."""
    conn.execute(_CREATE_EARLY, (run,))


_START_RUN = """
UPDATE dag_run SET state = 'running', start_date = coalesce(start_date, now())
WHERE id = %(run)s AND version = %(version)s AND state = 'queued'
  AND NOT EXISTS (SELECT 1 FROM backfill b WHERE b.id = dag_run.backfill_id AND b.state = 'paused')
"""


def start_run(conn: Connection, *, run: int, version: int, version_id: int) -> bool:
    """Make a queued run's task instances and turn it ``running``, both at once.

    False when it is stale, or when its backfill was paused meanwhile.
    """
    with conn.transaction():
        started = conn.execute(_START_RUN, {"run": run, "version": version}).rowcount == 1
        if started:
            conn.execute(_CREATE_INSTANCES, {"run": run, "version_id": version_id})
    return started


_ADOPT_DAGS = """
WITH free AS (
    SELECT d.dag_id FROM dag d
    WHERE EXISTS (SELECT 1 FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running'))
      AND d.owner_id IS DISTINCT FROM %(me)s::uuid
      AND NOT EXISTS (SELECT 1 FROM node n WHERE n.id = d.owner_id AND n.state IN ('up', 'draining'))
    ORDER BY d.dag_id LIMIT %(limit)s
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE dag d SET owner_id = %(me)s FROM free WHERE d.dag_id = free.dag_id RETURNING d.dag_id
"""


def adopt_dags(conn: Connection, *, me: str, limit: int = 500) -> list[str]:
    """Take DAGs with active runs that no live scheduler owns, ``limit`` at a time; return their ids."""
    adopted: list[str] = []
    while True:
        some = [row[0] for row in conn.execute(_ADOPT_DAGS, {"me": me, "limit": limit}).fetchall()]
        adopted += some
        if len(some) < limit:
            return adopted


_ACTIVE_RUNS = """
SELECT r.id, r.dag_id, r.run_id, r.state, r.version, r.owner_id::text, r.run_after, r.version_id, b.hash, r.bundle_id,
       f.id, CASE f.state WHEN 'running' THEN f.max_active_runs ELSE 0 END
FROM dag d JOIN dag_run r ON r.dag_id = d.dag_id AND r.state IN ('queued', 'running')
LEFT JOIN bundle b ON b.id = r.bundle_id
LEFT JOIN backfill f ON f.id = r.backfill_id AND f.state IN ('running', 'paused')
WHERE d.owner_id = %s
ORDER BY extract(epoch FROM r.run_after) * CASE WHEN f.backwards THEN -1 ELSE 1 END, r.id
"""


def active_runs(conn: Connection, *, me: str) -> list[ActiveRun]:
    """Every queued or running run of the DAGs that this scheduler owns, in the order in which they start."""
    return [ActiveRun(*row) for row in conn.execute(_ACTIVE_RUNS, (me,)).fetchall()]


def backfilling_schedulers(conn: Connection) -> int:
    """How many schedulers have running runs of backfills."""
    return int(
        fetch_value(
            conn,
            "SELECT count(DISTINCT owner_id) FROM dag_run WHERE backfill_id IS NOT NULL AND state = 'running'",
        )
    )


_ADOPT_RUNS = """
WITH mine AS (
    SELECT r.id FROM unnest(%(runs)s::bigint[], %(versions)s::int[]) AS k (id, version)
    JOIN dag_run r ON r.id = k.id AND r.version = k.version
    JOIN dag d ON d.dag_id = r.dag_id AND d.owner_id = %(me)s
    ORDER BY r.id FOR UPDATE OF r FOR SHARE OF d
)
UPDATE dag_run r SET owner_id = %(me)s, version = version + 1 FROM mine WHERE r.id = mine.id RETURNING r.id, r.version
"""


def adopt_runs(conn: Connection, *, me: str, runs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Become the owner of runs, (key, version) each, of one's own DAGs: their versions grow, so that no former owner
    can write.

    Returns the new version by key; runs that have changed since that version, or whose DAGs somebody else has taken
    meanwhile, are not in it.
    """
    parameters = {"me": me, "runs": [key for key, _ in runs], "versions": [version for _, version in runs]}
    rows = conn.execute(_ADOPT_RUNS, parameters).fetchall()
    return {row[0]: row[1] for row in rows}


def owned_dags(conn: Connection, *, me: str) -> list[DagFacts]:
    """Facts about every DAG of this scheduler that has active runs."""
    rows = conn.execute(
        "SELECT dag_id, is_paused, max_active_runs, max_active_tasks, ARRAY(SELECT ROW(h.run_id, h.task_id)"
        " FROM hold h WHERE h.dag_id = d.dag_id) FROM dag d WHERE owner_id = %s"
        " AND EXISTS (SELECT 1 FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running'))",
        (me,),
    ).fetchall()
    held = [frozenset((int(run), task_id) for run, task_id in row[4]) for row in rows]
    return [DagFacts(row[0], row[1], row[2], row[3], holds) for row, holds in zip(rows, held, strict=True)]


def instances(conn: Connection, run: int) -> list[tuple[int, str, int, str, int, int]]:
    """(ti, task_id, map_index, state, token, try) of a run's task instances, by ascending key."""
    return conn.execute(
        "SELECT id, task_id, map_index, state, dispatch, try_number FROM task_instance WHERE run_id = %s ORDER BY id",
        (run,),
    ).fetchall()


def structure(conn: Connection, version_id: int) -> tuple[dict[str, Any], str]:
    """A version's structure and the file that it came from; raises ``LookupError``."""
    row = conn.execute("SELECT structure, file FROM dag_version WHERE id = %s", (version_id,)).fetchone()
    if row is None:
        raise LookupError(f"version {version_id} does not exist")
    return row[0], row[1]


def decisions(conn: Connection, tis: Sequence[int], key: str) -> dict[int, str]:
    """The encoded XComs in which branching task instances say what they skip."""
    rows = conn.execute("SELECT ti_id, value FROM xcom WHERE ti_id = ANY(%s) AND key = %s", (list(tis), key))
    return {row[0]: row[1] for row in rows.fetchall()}


_PAST = """
SELECT t.task_id, bool_and(t.state IN ('success', 'skipped', 'removed'))
FROM dag_run mine
CROSS JOIN LATERAL (
    SELECT id FROM dag_run r
    WHERE r.dag_id = mine.dag_id AND r.logical_date < mine.logical_date ORDER BY r.logical_date DESC LIMIT 1
) before
JOIN task_instance t ON t.run_id = before.id AND t.task_id = ANY(%(task_ids)s)
WHERE mine.id = %(run)s GROUP BY t.task_id
"""


def past_states(conn: Connection, *, run: int, task_ids: Sequence[str]) -> dict[str, bool]:
    """For each task that the run before this one had: whether it ended well there."""
    rows = conn.execute(_PAST, {"run": run, "task_ids": list(task_ids)}).fetchall()
    return {row[0]: row[1] for row in rows}


def still_queued(conn: Connection, tis: Sequence[int]) -> set[int]:
    """Which of these task instances no worker has claimed."""
    if not tis:
        return set()
    rows = conn.execute("SELECT id FROM task_instance WHERE id = ANY(%s) AND state = 'queued'", (list(tis),)).fetchall()
    return {row[0] for row in rows}


_LEFT = """
SELECT t.run_id, t.id, t.dispatch, t.state
FROM unnest(%s::bigint[]) AS w (ti) JOIN task_instance t ON t.id = w.ti
WHERE t.state NOT IN ('queued', 'running', 'restarting')
"""


def no_longer_in_flight(conn: Connection, tis: Sequence[int]) -> list[tuple[int, int, int, str]]:
    """(run, ti, token, state) of those of these task instances that are neither queued nor running."""
    return conn.execute(_LEFT, (list(tis),)).fetchall()


_PROGRESS = """
SELECT run_id,
       count(*) FILTER (WHERE state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')),
       count(*) FILTER (WHERE state IN ('queued', 'running', 'restarting'))
FROM task_instance WHERE run_id = ANY(%s) GROUP BY run_id
"""


def progress(conn: Connection, runs: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each run: how many task instances are unfinished, and how many are queued or running."""
    return {row[0]: (row[1], row[2]) for row in conn.execute(_PROGRESS, (list(runs),)).fetchall()}
