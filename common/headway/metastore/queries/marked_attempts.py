"""The end of attempts whose task instances were marked while they ran: their results count no more."""

from __future__ import annotations

from headway.metastore.database import Connection
from headway.metastore.queries.attempts import Result

# The task instance is locked as a finish locks it: one that is being cleared meanwhile waits for this attempt's end.
_CLOSE = """
WITH old AS (
    SELECT id, try_number, queue, queued_at FROM task_instance
    WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state NOT IN ('running', 'restarting')
    FOR UPDATE
), held AS (
    DELETE FROM claim c USING old WHERE c.ti_id = old.id AND c.dispatch = %(dispatch)s
    RETURNING c.node_id, c.started_at, c.stop
)
INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, node_id, hostname, queue, queued_at,
                          started_at, error, exit_signal, log_bytes, peak_rss, cpu_seconds)
SELECT old.id, %(dispatch)s, old.try_number, 'interrupted', held.node_id, %(hostname)s, old.queue, old.queued_at,
       held.started_at, 'stopped: ' || coalesce(held.stop, 'by request'), %(exit_signal)s, %(log_bytes)s,
       %(peak_rss)s, %(cpu_seconds)s
FROM old, held
"""


def close(conn: Connection, *, ti: int, dispatch: int, hostname: str, result: Result) -> bool:
    """Enter the end of an attempt whose result counts no more, because somebody marked its task instance meanwhile.

    False when there is none such: it was ended by another, or it must be finished after all (it was cleared).
    """
    facts = {
        "ti": ti,
        "dispatch": dispatch,
        "hostname": hostname,
        "exit_signal": result.exit_signal,
        "log_bytes": result.log_bytes,
        "peak_rss": result.peak_rss,
        "cpu_seconds": result.cpu_seconds,
    }
    return conn.execute(_CLOSE, facts).rowcount == 1
