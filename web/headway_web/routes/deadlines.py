"""Deadlines: what should have ended when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from headway.metastore.queries import deadlines
from headway_web.dependencies import Db
from headway_web.paging import Paged
from headway_web.schemas.deadlines import Deadline, Deadlines, DeadlineState
from headway_web.security.guards import Viewer

router = APIRouter()


@router.get("/deadlines")
def list_deadlines(
    _: Viewer,
    conn: Db,
    paging: Paged,
    state: Annotated[DeadlineState, Query(description="which of them")] = "missed",
    dag_id: Annotated[str | None, Query(max_length=250, description="only those of this DAG")] = None,
) -> Deadlines:
    """List deadlines of runs and SLAs of tasks."""
    after = paging.after(datetime, int, int)
    found = deadlines.deadlines(
        conn, state=state, dag_id=dag_id, after=(after[0], after[1], after[2]) if after else None, limit=paging.fetch
    )
    shown, cursor = paging.cut(found, lambda each: (each.due, each.run_key, each.position))
    return Deadlines(deadlines=[_shown(each) for each in shown], next_cursor=cursor)


def _shown(found: deadlines.Deadline) -> Deadline:
    return Deadline.model_validate(
        {
            "dag_id": found.dag_id,
            "dag_run_id": found.run_id,
            "dag_run_state": found.run_state,
            "task_id": found.task_id or None,
            "name": found.name,
            "due": found.due,
            "state": found.state,
            "noticed_at": found.noticed_at,
        }
    )
