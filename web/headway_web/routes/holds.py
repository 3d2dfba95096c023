"""Holds: keep a DAG, a run or a task from starting anything new, without pausing the rest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from headway.metastore.database import Connection
from headway.metastore.queries import holds as queries
from headway.operations import holds
from headway_web.dependencies import Db, Means
from headway_web.means import Web
from headway_web.parameters import DagId, RunId, TaskId, Text
from headway_web.schemas import holds as schemas
from headway_web.security.guards import Operator, Viewer

router = APIRouter()

_RUN = "/dags/{dag_id}/dagRuns/{dag_run_id}"


@router.get("/holds")
def list_holds(
    conn: Db, _: Viewer, dag_id: Annotated[Text | None, Query(description="only what is held of this DAG")] = None
) -> schemas.Holds:
    """List everything that is held."""
    found = [
        schemas.Held(
            dag_id=hold.dag_id,
            dag_run_id=run_id,
            task_id=hold.task_id,
            reason=hold.reason,
            actor=hold.actor,
            held_at=hold.held_at,
        )
        for hold, run_id in queries.every(conn, dag_id)
    ]
    return schemas.Holds(holds=found)


@router.put("/dags/{dag_id}/hold")
def hold_dag(dag_id: DagId, wanted: schemas.NewHold, conn: Db, web: Means, actor: Operator) -> schemas.NowHeld:
    """Hold every run of a DAG."""
    return _hold(conn, web, (dag_id, None, None), wanted, actor.name)


@router.delete("/dags/{dag_id}/hold", status_code=204)
def release_dag(dag_id: DagId, conn: Db, web: Means, actor: Operator) -> Response:
    """Let a DAG go on."""
    return _release(conn, web, (dag_id, None, None), actor.name)


@router.put("/dags/{dag_id}/tasks/{task_id}/hold")
def hold_task(
    dag_id: DagId, task_id: TaskId, wanted: schemas.NewHold, conn: Db, web: Means, actor: Operator
) -> schemas.NowHeld:
    """Hold a task of every run."""
    return _hold(conn, web, (dag_id, None, task_id), wanted, actor.name)


@router.delete("/dags/{dag_id}/tasks/{task_id}/hold", status_code=204)
def release_task(dag_id: DagId, task_id: TaskId, conn: Db, web: Means, actor: Operator) -> Response:
    """Let a task of every run go on."""
    return _release(conn, web, (dag_id, None, task_id), actor.name)


@router.put(_RUN + "/hold")
def hold_run(
    dag_id: DagId, dag_run_id: RunId, wanted: schemas.NewHold, conn: Db, web: Means, actor: Operator
) -> schemas.NowHeld:
    """Hold a run."""
    return _hold(conn, web, (dag_id, dag_run_id, None), wanted, actor.name)


@router.delete(_RUN + "/hold", status_code=204)
def release_run(dag_id: DagId, dag_run_id: RunId, conn: Db, web: Means, actor: Operator) -> Response:
    """Let a run go on."""
    return _release(conn, web, (dag_id, dag_run_id, None), actor.name)


@router.put(_RUN + "/taskInstances/{task_id}/hold")
def hold_task_instance(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    wanted: schemas.NewHold,
    conn: Db,
    web: Means,
    actor: Operator,
) -> schemas.NowHeld:
    """Hold a task of one run, with all instances of a mapped one."""
    return _hold(conn, web, (dag_id, dag_run_id, task_id), wanted, actor.name)


@router.delete(_RUN + "/taskInstances/{task_id}/hold", status_code=204)
def release_task_instance(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, conn: Db, web: Means, actor: Operator
) -> Response:
    """Let a task of one run go on."""
    return _release(conn, web, (dag_id, dag_run_id, task_id), actor.name)


Place = tuple[str, str | None, str | None]


def _hold(conn: Connection, web: Web, place: Place, wanted: schemas.NewHold, actor: str) -> schemas.NowHeld:
    held = holds.hold(conn, *place, reason=wanted.reason, actor=actor)
    web.broker.wake(conn, "hold", held.dag_id)
    return schemas.NowHeld(
        dag_id=held.dag_id,
        dag_run_id=held.run_id,
        task_id=held.task_id,
        reason=held.reason,
        taken_back=held.taken_back,
    )


def _release(conn: Connection, web: Web, place: Place, actor: str) -> Response:
    if holds.release(conn, *place, actor=actor):
        web.broker.wake(conn, "release", place[0])
    return Response(status_code=204)
