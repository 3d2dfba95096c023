"""Who paused a DAG, and why, as the audit trail tells."""

from __future__ import annotations

from collections.abc import Sequence
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
SELECT d.dag_id, last.actor, last.at, last.reason
FROM unnest(%s::text[]) AS d (dag_id)
CROSS JOIN LATERAL (
    SELECT e.action, e.actor, e.at, coalesce(e.detail ->> 'reason', '') AS reason FROM event_log e
    WHERE e.subject = d.dag_id AND e.action IN ('dag.pause', 'dag.unpause', 'dag.delete')
    ORDER BY e.at DESC, e.id DESC LIMIT 1
) last
WHERE last.action = 'dag.pause'
"""


def of_paused(conn: Connection, dag_ids: Sequence[str]) -> dict[str, Pause]:
    """The pauses of DAGs that are paused; left out where one was new so, or the audit trail has forgotten it."""
    if not dag_ids:
        return {}
    return {row[0]: Pause(*row[1:]) for row in conn.execute(_LAST, (list(dag_ids),)).fetchall()}
