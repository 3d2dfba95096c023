"""What deferred tasks wait for, and who waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import triggers
from headway.metastore.queries.task_list import Instance
from headway.metastore.queries.triggers import Listed
from headway.states import TaskState


@dataclass(frozen=True, slots=True)
class Waits:
    """Triggers that wait; ``triggerers`` counts those that are up."""

    triggers: list[Listed]
    triggerers: int


def list_waits(conn: Connection, dag_ids: Iterable[str] | None = None, *, after: int = 0, limit: int = 1000) -> Waits:
    """The triggers of some DAGs (None: all), behind the task instance ``after``, at most ``limit``."""
    found = triggers.listed(conn, dag_ids=dag_ids, after=after, limit=limit)
    return Waits(found, triggers.live_triggerers(conn))


def waits_of(conn: Connection, instances: Iterable[Instance]) -> dict[str, Any]:
    """What ``reasons.Facts`` wants to know of deferred task instances, if there are any."""
    deferred = [each.ti for each in instances if each.state == TaskState.DEFERRED]
    if not deferred:
        return {}
    waiting = triggers.listed(conn, tis=deferred, limit=len(deferred))
    return {"waits": {each.ti: each for each in waiting}, "triggerers": triggers.live_triggerers(conn)}
