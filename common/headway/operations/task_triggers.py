"""Runs that tasks start: a try of a task starts one run, however often it has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headway.authoring.other_dags import StartedRun
from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import other_dags
from headway.operations.clear import Selection, clear
from headway.operations.trigger import trigger


def trigger_once(
    conn: Connection,
    dag_id: str,
    *,
    run_id: str | None,
    logical_date: datetime | None,
    conf: Mapping[str, Any],
    actor: str,
) -> StartedRun:
    """Make a run, unless ``actor``, a name that only one try of one task bears, has made one before.

    An answer that was lost, or a worker that died right after asking, then does no harm. A run of another's
    that has the run id or the logical date is told of, not touched.
    """
    made = other_dags.run_started_by(conn, dag_id, actor)
    if made is not None:
        return StartedRun(made.run_id, made.logical_date, is_own=True)
    try:
        done = trigger(conn, dag_id, conf=dict(conf), logical_date=logical_date, run_id=run_id, actor=actor)
    except Conflict:
        standing = other_dags.run_in_place_of(conn, dag_id, run_id=run_id, logical_date=logical_date)
        if standing is None:
            raise
        return StartedRun(standing.run_id, standing.logical_date, is_own=False)
    return StartedRun(done.run_id, done.logical_date, is_own=True)


def reset(conn: Connection, dag_id: str, run_id: str, *, actor: str) -> None:
    """Clear every task of a run; one that has not begun has nothing to clear."""
    if other_dags.run_state(conn, dag_id, run_id) != "queued":
        clear(conn, dag_id, run_id, Selection(), actor=actor)
