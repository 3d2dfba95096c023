"""Triggers: what deferred tasks wait for, and which triggerer waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from headway.metastore.queries.triggers import Listed
from headway.operations.triggers import list_waits
from headway_web.dependencies import Db
from headway_web.paging import Paged
from headway_web.schemas.triggers import Trigger, Triggers
from headway_web.security.guards import Viewer

router = APIRouter()

DagId = Annotated[str | None, Query(max_length=250, pattern=r"^[^\x00]*$", description="only those of this DAG")]


@router.get("/triggers")
def list_triggers(_: Viewer, conn: Db, paging: Paged, dag_id: DagId = None) -> Triggers:
    """List the triggers that deferred tasks wait for."""
    after = paging.after(int)
    dag_ids = None if dag_id is None else [dag_id]
    found = list_waits(conn, dag_ids, after=(after[0] or 0) if after else 0, limit=paging.fetch)
    shown, cursor = paging.cut(found.triggers, lambda each: (each.ti,))
    return Triggers(triggers=[_shown(each) for each in shown], triggerers=found.triggerers, next_cursor=cursor)


def _shown(trigger: Listed) -> Trigger:
    return Trigger(
        dag_id=trigger.dag_id,
        dag_run_id=trigger.run_id,
        task_id=trigger.task_id,
        map_index=trigger.map_index,
        classpath=trigger.classpath,
        waits_for=trigger.label,
        triggerer=trigger.triggerer,
        since=trigger.created_at,
        until=trigger.due,
    )
