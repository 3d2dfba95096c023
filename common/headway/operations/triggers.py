"""What deferred tasks wait for, and who waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import triggers
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


def waits_of(conn: Connection, run: int, states: Iterable[str]) -> dict[str, Any]:
    """What ``reasons.Facts`` wants to know of a run's deferred task instances, if it has any."""
    if TaskState.DEFERRED not in states:
        return {}
    waiting = triggers.listed(conn, run=run, limit=100_000)
    return {"waits": {each.ti: each for each in waiting}, "triggerers": triggers.live_triggerers(conn)}
