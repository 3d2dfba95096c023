"""What the metastore knows of the queues that tasks go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What the metastore knows of a queue.

    ``backlog`` counts ready task instances that are not published yet and that a worker would help (no hold, no
    pause, no missing or too small pool keeps them back), ``outstanding`` those published and not claimed,
    ``oldest_seconds`` the age of the oldest of them; ``slots`` is what its live workers can run at once.
    """

    queue: str
    backlog: int
    outstanding: int
    running: int
    oldest_seconds: float | None
    workers: int
    slots: int


# ``kept`` are task instances that no worker could begin: they wait for others (for all of a task, or, in one mapped
# group, for the same map index), or people have to act first (``operations.reasons`` tells them the same).
# Hash joins throughout, though PostgreSQL expects to find next to nothing unfinished among millions of rows and would
# go through all pairs: nested loops are off, but for the one into ``task_instance``, which LATERAL leaves no choice.
_QUEUES = """
WITH active AS MATERIALIZED (
    SELECT r.id, r.version_id, r.dag_id, d.is_paused FROM dag_run r JOIN dag d USING (dag_id) WHERE r.state = 'running'
), spec AS MATERIALIZED (
    SELECT v.id AS version_id, task ->> 'task_id' AS task_id, task #>> '{mapped,scope}' AS scope,
           task -> 'upstream' AS upstream
    FROM dag_version v, jsonb_array_elements(v.structure -> 'tasks') AS task
    WHERE v.id IN (SELECT version_id FROM active)
), edge AS MATERIALIZED (
    SELECT s.version_id, s.task_id, above.task_id AS upstream, coalesce(s.scope = above.scope, false) AS beside
    FROM (SELECT version_id, task_id, scope, jsonb_array_elements_text(upstream) AS upstream FROM spec) s
    JOIN spec above ON above.version_id = s.version_id AND above.task_id = s.upstream
), unfinished AS MATERIALIZED (
    SELECT t.id, t.run_id, t.task_id, t.map_index, t.state, t.queue, t.queued_at, t.pool, t.pool_slots,
           a.version_id, a.dag_id, a.is_paused,
           s.scope IS NOT NULL AND t.map_index < 0 AS placeholder
    FROM active a
    CROSS JOIN LATERAL (
        SELECT * FROM task_instance i
        WHERE i.run_id = a.id AND i.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')
        OFFSET 0
    ) t
    LEFT JOIN spec s ON s.version_id = a.version_id AND s.task_id = t.task_id
), waiting AS MATERIALIZED (
    SELECT DISTINCT run_id, task_id FROM unfinished
), kept AS MATERIALIZED (
    SELECT o.id FROM unfinished o JOIN edge e USING (version_id, task_id)
    JOIN waiting w ON w.run_id = o.run_id AND w.task_id = e.upstream
    WHERE o.state = 'none' AND NOT (e.beside AND o.map_index >= 0)
    UNION
    SELECT o.id FROM unfinished o JOIN edge e USING (version_id, task_id)
    JOIN unfinished u ON u.run_id = o.run_id AND u.task_id = e.upstream AND u.map_index = o.map_index
    WHERE o.state = 'none' AND e.beside AND o.map_index >= 0
    UNION
    SELECT id FROM unfinished WHERE placeholder OR is_paused
    UNION
    SELECT o.id FROM unfinished o
    CROSS JOIN LATERAL (VALUES (0, ''), (o.run_id, ''), (0, o.task_id), (o.run_id, o.task_id)) AS k (run_id, task_id)
    JOIN hold h ON h.dag_id = o.dag_id AND h.run_id = k.run_id AND h.task_id = k.task_id
    UNION
    SELECT o.id FROM unfinished o LEFT JOIN pool p ON p.name = o.pool
    WHERE p.name IS NULL OR p.slots BETWEEN 0 AND o.pool_slots - 1
), live AS (
    SELECT q AS queue, count(*) AS workers, sum(capacity) AS slots FROM node, unnest(queues) AS q
    WHERE kind = 'worker' AND state = 'up' AND lease_until > now() GROUP BY q
), busy AS (
    SELECT o.queue,
           count(*) FILTER (WHERE o.state = 'queued') AS outstanding,
           count(*) FILTER (WHERE o.state IN ('running', 'restarting')) AS running,
           count(*) FILTER (WHERE o.state IN ('none', 'scheduled') AND k.id IS NULL) AS backlog,
           min(o.queued_at) FILTER (WHERE o.state = 'queued') AS oldest
    FROM unfinished o LEFT JOIN kept k ON k.id = o.id
    WHERE o.state IN ('none', 'scheduled', 'queued', 'running', 'restarting')
    GROUP BY o.queue
), named AS (
    SELECT vt.queue FROM dag d JOIN version_task vt ON vt.version_id = d.version_id WHERE NOT d.is_stale
    UNION SELECT queue FROM live UNION SELECT queue FROM busy
)
SELECT named.queue, coalesce(busy.backlog, 0), coalesce(busy.outstanding, 0), coalesce(busy.running, 0),
       extract(epoch FROM now() - busy.oldest)::float8, coalesce(live.workers, 0), coalesce(live.slots, 0)
FROM named LEFT JOIN busy USING (queue) LEFT JOIN live USING (queue)
ORDER BY named.queue
"""


def all_queues(conn: Connection) -> list[QueueFigures]:
    """Every queue that a DAG names, a worker consumes or a task instance waits in, by name."""
    with conn.transaction():
        conn.execute("SET LOCAL enable_nestloop = off")
        return [QueueFigures(*row) for row in conn.execute(_QUEUES).fetchall()]


def consumed_queues(conn: Connection, queues: Sequence[str]) -> set[str]:
    """Which of these queues a live worker consumes."""
    rows = conn.execute(
        "SELECT DISTINCT q FROM node, unnest(queues) AS q WHERE kind = 'worker' AND state = 'up'"
        " AND lease_until > now() AND q = ANY(%s)",
        (list(queues),),
    ).fetchall()
    return {row[0] for row in rows}
