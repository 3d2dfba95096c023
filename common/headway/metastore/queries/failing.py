"""DAGs whose runs fail one after the other."""

from __future__ import annotations

from headway.metastore.database import Connection

# Runs before the last unpausing do not count: somebody has seen to those. Backfills tell nothing of the live runs.
_PAUSE = """
UPDATE dag d SET is_paused = true
WHERE d.dag_id = %(dag_id)s AND NOT d.is_paused AND %(most)s = (
    SELECT count(*) FILTER (WHERE last.state = 'failed') FROM (
        SELECT r.state FROM dag_run r
        WHERE r.dag_id = d.dag_id AND r.state IN ('success', 'failed') AND r.run_type <> 'backfill'
          AND r.end_date > coalesce((SELECT max(e.at) FROM event_log e
                                     WHERE e.subject = d.dag_id AND e.action = 'dag.unpause'), '-infinity')
        ORDER BY r.run_after DESC, r.id DESC LIMIT %(most)s
    ) last)
RETURNING d.dag_id
"""


def pause_failing(conn: Connection, dag_id: str, *, most: int) -> bool:
    """Pause a DAG whose last ``most`` runs that have ended all failed; True when it was not paused before."""
    return conn.execute(_PAUSE, {"dag_id": dag_id, "most": most}).fetchone() is not None
