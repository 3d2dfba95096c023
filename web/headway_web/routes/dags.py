"""DAGs: list, look at, pause, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from headway.authoring.param_schema import in_order
from headway.metastore.database import Connection
from headway.metastore.queries import dag_pages, pauses
from headway.metastore.queries.dag_pages import DagFilter, DagRow
from headway.metastore.queries.pauses import Pause
from headway.operations import dags as operations
from headway.operations.lookup import find_dag
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged
from headway_web.parameters import DagId, Text
from headway_web.schemas import dags as schemas
from headway_web.schemas.runs import RunState
from headway_web.security.guards import Admin, Operator, Viewer

router = APIRouter()

DagOrder = Literal["dag_id", "-dag_id", "last_run", "-last_run", "next_run", "-next_run"]


@router.get("/dags")
def list_dags(
    conn: Db,
    _: Viewer,
    paging: Paged,
    q: Annotated[Text, Query(description="part of id, label or description")] = "",
    tags: Annotated[list[Text] | None, Query(max_length=50, description="it has all of them")] = None,
    owner: Text | None = None,
    paused: bool | None = None,
    state: Annotated[list[RunState] | None, Query(description="of its last run: one of them")] = None,
    late: Annotated[bool | None, Query(description="whether its next run is overdue")] = None,
    has_import_error: bool | None = None,
    stale: Annotated[bool, Query(description="also DAGs whose file is gone")] = False,
    order_by: DagOrder = "dag_id",
) -> schemas.Dags:
    """List DAGs with their schedule, next run and recent runs."""
    which = DagFilter(q, tags or (), owner, paused, state or (), late, has_import_error, stale)
    order = dag_pages.ORDERS[order_by]
    after: Any = paging.after(order.kind, str)
    rows = dag_pages.page(conn, which, order=order, after=after, limit=paging.fetch)
    shown, cursor = paging.cut(rows, lambda row: (row.key, row.dag_id))
    total = dag_pages.count(conn, which)
    return schemas.Dags(dags=[_dag(row) for row in shown], next_cursor=cursor, total_entries=total)


@router.get("/dags/{dag_id}")
def get_dag(dag_id: DagId, conn: Db, _: Viewer) -> schemas.DagDetails:
    """Show one DAG in full."""
    row = _row(conn, dag_id)
    pause = pauses.of_paused(conn, [dag_id] if row.is_paused else []).get(dag_id)
    return _details(row, dag_pages.facts(conn, dag_id), pause)


@router.patch("/dags/{dag_id}")
def patch_dag(dag_id: DagId, change: schemas.DagChange, conn: Db, web: Means, actor: Operator) -> schemas.Dag:
    """Pause or unpause a DAG."""
    _set_paused(conn, web, [dag_id], change.is_paused, actor.name)
    return _dag(_row(conn, dag_id))


@router.patch("/dags")
def patch_dags(change: schemas.DagsChange, conn: Db, web: Means, actor: Operator) -> schemas.ChangedDags:
    """Pause or unpause several DAGs; with an unknown one among them, none is changed."""
    unpaused = _set_paused(conn, web, change.dag_ids, change.is_paused, actor.name)
    rows = dag_pages.some(conn, change.dag_ids)
    return schemas.ChangedDags(dags=[_dag(row) for row in rows], unpaused=unpaused)


@router.delete("/dags/{dag_id}")
def delete_dag(
    dag_id: DagId,
    conn: Db,
    web: Means,
    actor: Admin,
    force: Annotated[bool, Query(description="also while runs are active: their tasks are killed")] = False,
) -> schemas.DeletedDag:
    """Delete a DAG with its runs, task instances, XComs and logs; its file stays."""
    deleted = operations.delete(conn, dag_id, force=force, actor=actor.name)
    web.broker.wake(conn, "delete", dag_id, stops=force)
    return schemas.DeletedDag.model_validate(deleted)


@router.get("/dags/{dag_id}/runs-due")
def count_runs_due(dag_id: DagId, conn: Db, _: Viewer) -> schemas.RunsDue:
    """Tell how many runs unpausing the DAG would create at once."""
    return schemas.RunsDue(count=operations.runs_due(conn, dag_id))


@router.get("/tags")
def list_tags(conn: Db, _: Viewer) -> schemas.Tags:
    """List every tag with the number of DAGs that have it."""
    return schemas.Tags.model_validate({"tags": dag_pages.tags(conn)})


@router.get("/owners")
def list_owners(conn: Db, _: Viewer) -> schemas.Owners:
    """List every owner with the number of DAGs that they have."""
    return schemas.Owners.model_validate({"owners": dag_pages.owners(conn)})


def _set_paused(conn: Connection, web: Means, dag_ids: list[str], paused: bool, actor: str) -> list[schemas.Unpaused]:
    if paused:
        operations.pause(conn, dag_ids, actor=actor)
        found = []
    else:
        unpaused = operations.unpause(conn, dag_ids, actor=actor)
        found = [schemas.Unpaused(dag_id=each.dag_id, runs_due=each.runs_due) for each in unpaused if each.changed]
    web.broker.wake(conn, "pause" if paused else "unpause", *dag_ids)
    return found


def _row(conn: Connection, dag_id: str) -> DagRow:
    row = dag_pages.one(conn, dag_id)
    if row is None:
        find_dag(conn, dag_id)  # says which ids are near
        raise AssertionError(f"DAG {dag_id} came back meanwhile")
    return row


def _dag(row: DagRow) -> schemas.Dag:
    return schemas.Dag.model_validate(row)


def _details(row: DagRow, facts: dag_pages.DagFacts | None, pause: Pause | None) -> schemas.DagDetails:
    structure = facts.structure if facts else {}
    params = structure.get("params") or {}
    return schemas.DagDetails(
        **_dag(row).model_dump(),
        pause=schemas.Pause.model_validate(pause) if pause else None,
        doc_md=structure.get("doc_md"),
        start_date=facts.start_date if facts else None,
        end_date=facts.end_date if facts else None,
        catchup=bool(facts and facts.catchup),
        dagrun_timeout=structure.get("dagrun_timeout"),
        fail_fast=bool(structure.get("fail_fast")),
        params={name: _param(param) for name, param in in_order(params).items()},
        has_callbacks=structure.get("has_callbacks") or [],
        max_consecutive_failed_dag_runs=structure.get("max_consecutive_failed_dag_runs") or 0,
        asset_expression=facts.schedule.get("expression") if facts else None,
    )


def _param(param: Mapping[str, Any]) -> schemas.Param:
    form = param.get("schema") or {}
    return schemas.Param(
        value=param.get("value"),
        required="value" not in param,
        form=form,
        title=form.get("title"),
        description=param.get("description") or form.get("description"),
    )
