"""What people ask about the task instances of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

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


#: The columns of an ``Instance``: of a task instance ``t`` and of what ``AROUND`` joins to it.
COLUMNS: LiteralString = """
SELECT t.id, t.task_id, t.map_index, t.state, t.try_number, t.max_tries, t.dispatch, t.queue, t.pool,
       t.pool_slots, coalesce(n.name, last.hostname), t.queued_at, t.start_date, t.end_date,
       CASE WHEN t.state = 'running' THEN extract(epoch FROM now() - t.start_date)
            WHEN t.end_date >= t.start_date THEN extract(epoch FROM t.end_date - t.start_date) END::float8,
       m.kind, m.due, c.stop, last.error, named.value
"""

# The last attempt is looked up only where it says something that the row does not.
AROUND: LiteralString = """
LEFT JOIN node n ON n.id = t.node_id
LEFT JOIN claim c ON c.ti_id = t.id AND c.dispatch = t.dispatch
LEFT JOIN timer m ON m.ti_id = t.id AND m.dispatch = t.dispatch
LEFT JOIN xcom named ON named.ti_id = t.id AND named.key = %(name_key)s AND t.map_index >= 0
LEFT JOIN LATERAL (
    SELECT a.hostname, a.error FROM task_attempt a
    WHERE a.ti_id = t.id AND t.dispatch > 0 AND t.state IN ('failed', 'up_for_retry', 'scheduled')
    ORDER BY a.dispatch DESC LIMIT 1
) last ON true
"""

#: What people do not know of: the placeholder in whose place instances of a mapped task have come.
VISIBLE: LiteralString = """
NOT (t.map_index < 0 AND t.state = 'removed' AND EXISTS (
     SELECT FROM task_instance i WHERE i.run_id = t.run_id AND i.task_id = t.task_id AND i.map_index >= 0))
"""

_OF_RUN: LiteralString = f"""
{COLUMNS} FROM task_instance t
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = t.task_id
{AROUND}
WHERE t.run_id = %(run)s AND (%(task_id)s::text IS NULL OR t.task_id = %(task_id)s) AND {VISIBLE}
ORDER BY vt.position NULLS LAST, t.map_index, t.id
"""


def instances(conn: Connection, run: int, *, task_id: str | None = None) -> list[Instance]:
    """The task instances of a run (by its key) in definition order, all or those of one task.

    Without the placeholders in whose place instances of mapped tasks have come.
    """
    rows = conn.execute(_OF_RUN, {"run": run, "task_id": task_id, "name_key": NAME_KEY}).fetchall()
    return [Instance(*row) for row in rows]
