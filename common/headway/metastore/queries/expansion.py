"""Mapped tasks: how long the results are that they are mapped over, and the making of their instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.metastore.database import Connection
from headway.states import TaskState

_LENGTHS = """
SELECT s.task_id, s.key, CASE WHEN max(t.map_index) >= 0 THEN count(x.ti_id) ELSE max(x.length) END
FROM unnest(%(task_ids)s::text[], %(keys)s::text[]) AS s (task_id, key)
JOIN task_instance t ON t.run_id = %(run)s AND t.task_id = s.task_id
JOIN xcom x ON x.ti_id = t.id AND x.key = s.key
GROUP BY s.task_id, s.key
"""


def lengths(conn: Connection, run: int, sources: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many elements tasks of a run left under a key: (task, key) each.

    Of a mapped task that is how many of its instances left something. What is no list, or is not there, is
    not in the answer.
    """
    rows = conn.execute(
        _LENGTHS, {"run": run, "task_ids": [task for task, _ in sources], "keys": [key for _, key in sources]}
    ).fetchall()
    return {(task_id, key): length for task_id, key, length in rows if length is not None}


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a placeholder: its new state, how many instances take its place, and why none do."""

    ti: int
    task_id: str
    count: int
    state: TaskState
    why: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """What an expansion has changed.

    ``version`` is the run's new one; ``made`` are new instances (ti, task_id, map_index) by ascending key;
    ``surplus`` are those that a longer list had made earlier, ``back`` those of them that count again.
    """

    version: int
    made: list[tuple[int, str, int]]
    surplus: list[int]
    back: list[int]


# One statement: its parts see the same snapshot and touch different rows. Without the run's row (somebody
# changed the run meanwhile) none of them does anything.
_EXPAND = """
WITH run AS (
    UPDATE dag_run SET version = version + 1
    WHERE id = %(run)s AND version = %(version)s AND state = 'running' RETURNING id, version, version_id
), wanted AS (
    SELECT * FROM unnest(%(tis)s::bigint[], %(task_ids)s::text[], %(counts)s::int[], %(states)s::text[],
                         %(whys)s::text[]) AS w (ti, task_id, count, state, why)
), placeholder AS (
    UPDATE task_instance t
    SET state = w.state, end_date = now(), dispatch = t.dispatch + CASE WHEN w.why = '' THEN 0 ELSE 1 END
    FROM wanted w, run
    WHERE t.id = w.ti AND t.run_id = run.id AND t.state IN ('none', 'scheduled')
    RETURNING t.id, t.dispatch, t.try_number, t.queue, w.task_id, w.count, w.why
), told AS (
    INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, queue, started_at, error, log_bytes)
    SELECT id, dispatch, try_number, 'failed', queue, now(), why, 0 FROM placeholder WHERE why <> ''
), made AS (
    INSERT INTO task_instance (run_id, task_id, map_index, queue, pool, pool_slots, priority, max_tries)
    SELECT run.id, p.task_id, n, v.queue, v.pool, v.pool_slots, v.priority, v.retries
    FROM run, placeholder p
    JOIN version_task v ON v.version_id = (SELECT version_id FROM run) AND v.task_id = p.task_id
    CROSS JOIN LATERAL generate_series(0, p.count - 1) AS n
    ORDER BY v.position, n
    ON CONFLICT (run_id, task_id, map_index) DO NOTHING
    RETURNING id, task_id, map_index
), surplus AS (
    UPDATE task_instance t SET state = 'removed', end_date = now()
    FROM run, placeholder p
    WHERE t.run_id = run.id AND t.task_id = p.task_id AND t.map_index >= p.count AND t.state <> 'removed'
    RETURNING t.id
), claims_gone AS (
    DELETE FROM claim USING surplus WHERE claim.ti_id = surplus.id
), timers_gone AS (
    DELETE FROM timer USING surplus WHERE timer.ti_id = surplus.id
), values_gone AS (
    DELETE FROM xcom USING surplus WHERE xcom.ti_id = surplus.id
), back AS (
    UPDATE task_instance t SET state = 'none', start_date = NULL, end_date = NULL
    FROM run, placeholder p
    WHERE t.run_id = run.id AND t.task_id = p.task_id AND t.map_index BETWEEN 0 AND p.count - 1
      AND t.state = 'removed'
    RETURNING t.id
)
SELECT 'run', version, '', 0 FROM run
UNION ALL SELECT 'made', id, task_id, map_index FROM made
UNION ALL SELECT 'surplus', id, '', 0 FROM surplus
UNION ALL SELECT 'back', id, '', 0 FROM back
"""


def expand(conn: Connection, *, run: int, version: int, endings: Sequence[Ending]) -> Expanded | None:
    """End placeholders of a run and make the instances that take their place, all at once.

    None when the run has changed since ``version``, and nothing was done.
    """
    rows = conn.execute(
        _EXPAND,
        {
            "run": run,
            "version": version,
            "tis": [each.ti for each in endings],
            "task_ids": [each.task_id for each in endings],
            "counts": [each.count for each in endings],
            "states": [str(each.state) for each in endings],
            "whys": [each.why for each in endings],
        },
    ).fetchall()
    by_kind: dict[str, list[tuple[int, str, int]]] = {"run": [], "made": [], "surplus": [], "back": []}
    for kind, *values in rows:
        by_kind[kind].append((values[0], values[1], values[2]))
    if not by_kind["run"]:
        return None
    return Expanded(
        version=by_kind["run"][0][0],
        made=sorted(by_kind["made"]),
        surplus=[row[0] for row in by_kind["surplus"]],
        back=[row[0] for row in by_kind["back"]],
    )
