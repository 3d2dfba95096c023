"""Who paused a DAG, and why, as the audit trail tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Pause:
    """Who paused a DAG, and when; ``reason`` is empty where a person did."""

    actor: str
    paused_at: datetime
    reason: str


# A deleted DAG that comes back has a pause of its own, which nobody entered.
_LAST = """
SELECT e.action, e.actor, e.at, coalesce(e.detail ->> 'reason', '') FROM event_log e
WHERE e.subject = %s AND e.action IN ('dag.pause', 'dag.unpause', 'dag.delete') ORDER BY e.at DESC, e.id DESC LIMIT 1
"""


def of_paused(conn: Connection, dag_id: str) -> Pause | None:
    """The pause of a DAG that is paused; None where it was new so, or the audit trail has forgotten it."""
    row = conn.execute(_LAST, (dag_id,)).fetchone()
    return Pause(*row[1:]) if row and row[0] == "dag.pause" else None
