"""What people ask about task instances and the queues that they go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.authoring.results import NAME_KEY
from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Instance:
    """A task instance as it stands.

    ``node`` is the worker that has or had it; ``seconds`` how long it ran or has run in this try; ``due``
    when its retry or next poke comes (``wait`` says which: ``retry`` or ``rescheduled``); ``stop`` is set
    while its worker is asked to end it; ``error`` tells why its last attempt failed; ``name`` is the encoded name of
    its map index.
    """

    ti: int
    task_id: str
    map_index: int
    state: str
    try_number: int
    max_tries: int
    dispatch: int
    queue: str
    pool: str
    pool_slots: int
    node: str | None
    queued_at: datetime | None
    start_date: datetime | None
    end_date: datetime | None
    seconds: float | None
    wait: str | None
    due: datetime | None
    stop: str | None
    error: str | None
    name: str | None


_INSTANCES = """
SELECT t.id, t.task_id, t.map_index, t.state, t.try_number, t.max_tries, t.dispatch, t.queue, t.pool,
       t.pool_slots, coalesce(n.name, last.hostname), t.queued_at, t.start_date, t.end_date,
       CASE WHEN t.state = 'running' THEN extract(epoch FROM now() - t.start_date)
            WHEN t.end_date >= t.start_date THEN extract(epoch FROM t.end_date - t.start_date) END::float8,
       m.kind, m.due, c.stop, last.error, named.value
FROM task_instance t
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = t.task_id
LEFT JOIN node n ON n.id = t.node_id
LEFT JOIN claim c ON c.ti_id = t.id AND c.dispatch = t.dispatch
LEFT JOIN timer m ON m.ti_id = t.id AND m.dispatch = t.dispatch
LEFT JOIN xcom named ON named.ti_id = t.id AND named.key = %(name_key)s AND t.map_index >= 0
LEFT JOIN LATERAL (
    SELECT a.hostname, a.error FROM task_attempt a
    WHERE a.ti_id = t.id AND t.dispatch > 0 AND t.state IN ('failed', 'up_for_retry', 'scheduled')
    ORDER BY a.dispatch DESC LIMIT 1
) last ON true
WHERE t.run_id = %(run)s AND (%(task_id)s::text IS NULL OR t.task_id = %(task_id)s)
  AND NOT (t.map_index < 0 AND t.state = 'removed' AND EXISTS (
      SELECT 1 FROM task_instance i WHERE i.run_id = t.run_id AND i.task_id = t.task_id AND i.map_index >= 0))
ORDER BY vt.position NULLS LAST, t.map_index, t.id
"""


def instances(conn: Connection, run: int, *, task_id: str | None = None) -> list[Instance]:
    """The task instances of a run (by its key) in definition order, all or those of one task.

    Without the placeholders in whose place instances of mapped tasks have come.
    """
    rows = conn.execute(_INSTANCES, {"run": run, "task_id": task_id, "name_key": NAME_KEY}).fetchall()
    return [Instance(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What the metastore knows of a queue.

    ``backlog`` counts ready task instances that are not published yet, ``outstanding`` those published
    and not claimed, ``oldest_seconds`` the age of the oldest of them; ``slots`` is what its live workers
    can run at once.
    """

    queue: str
    backlog: int
    outstanding: int
    running: int
    oldest_seconds: float | None
    workers: int
    slots: int


# ``held`` are task instances that wait for others: for all of a task, or, in one mapped group, for the same map index.
# Hash joins throughout, though PostgreSQL expects to find next to nothing unfinished among millions of rows and would
# go through all pairs: nested loops are off, but for the one into ``task_instance``, which LATERAL leaves no choice.
_QUEUES = """
WITH active AS MATERIALIZED (
    SELECT id, version_id FROM dag_run WHERE state = 'running'
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
    SELECT t.id, t.run_id, t.task_id, t.map_index, t.state, t.queue, t.queued_at, a.version_id,
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
), held AS MATERIALIZED (
    SELECT o.id FROM unfinished o JOIN edge e USING (version_id, task_id)
    JOIN waiting w ON w.run_id = o.run_id AND w.task_id = e.upstream
    WHERE o.state = 'none' AND NOT (e.beside AND o.map_index >= 0)
    UNION
    SELECT o.id FROM unfinished o JOIN edge e USING (version_id, task_id)
    JOIN unfinished u ON u.run_id = o.run_id AND u.task_id = e.upstream AND u.map_index = o.map_index
    WHERE o.state = 'none' AND e.beside AND o.map_index >= 0
    UNION
    SELECT id FROM unfinished WHERE placeholder
), live AS (
    SELECT q AS queue, count(*) AS workers, sum(capacity) AS slots FROM node, unnest(queues) AS q
    WHERE kind = 'worker' AND state = 'up' AND lease_until > now() GROUP BY q
), busy AS (
    SELECT o.queue,
           count(*) FILTER (WHERE o.state = 'queued') AS outstanding,
           count(*) FILTER (WHERE o.state IN ('running', 'restarting')) AS running,
           count(*) FILTER (WHERE o.state = 'scheduled' OR (o.state = 'none' AND h.id IS NULL)) AS backlog,
           min(o.queued_at) FILTER (WHERE o.state = 'queued') AS oldest
    FROM unfinished o LEFT JOIN held h ON h.id = o.id
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


def queue_figures(conn: Connection) -> list[QueueFigures]:
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
