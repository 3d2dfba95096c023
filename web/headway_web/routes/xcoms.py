"""XComs of a task instance."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from headway.metastore.queries import xcoms as queries
from headway.operations import instances, xcoms
from headway_web.dependencies import Db
from headway_web.parameters import DagId, MapIndex, RunId, TaskId, XComKey
from headway_web.schemas import xcoms as schemas
from headway_web.security.guards import Viewer

router = APIRouter()

_XCOMS = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/xcomEntries"


@router.get(_XCOMS)
def list_xcoms(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, map_index: MapIndex, conn: Db, _: Viewer
) -> schemas.XComEntries:
    """List what a task instance has left for others, without the values."""
    found = instances.find(conn, dag_id, dag_run_id, task_id, map_index)
    entries = queries.entries(conn, found.row.instance.ti)
    return schemas.XComEntries.model_validate({"xcom_entries": entries, "total_entries": len(entries)})


@router.get(_XCOMS + "/{key}")
def get_xcom(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    key: XComKey,
    conn: Db,
    _: Viewer,
    max_size: Annotated[
        int, Query(ge=1, le=10_000_000, description="characters; of a longer value the beginning")
    ] = 65_536,
) -> schemas.XComValue:
    """Show one value as JSON. Nothing in it is run, and no object is made of it."""
    found = instances.find(conn, dag_id, dag_run_id, task_id, map_index)
    shown = xcoms.value_of(conn, found.row.instance.ti, key, max_size=max_size)
    entry = schemas.XComEntry.model_validate(shown.entry)
    return schemas.XComValue(**entry.model_dump(), value=shown.value, type=shown.type, truncated=shown.truncated)
