"""Runs: list, start, change, clear, delete."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from headway.metastore.database import Connection
from headway.metastore.queries import former_code, run_list, run_pages
from headway.metastore.queries.run_pages import RunFilter, RunRow
from headway.operations import marks, notes
from headway.operations import runs as operations
from headway.operations.clear import Cleared
from headway.operations.clear_runs import clear_runs
from headway.operations.lookup import find_dag, find_run
from headway.operations.reasons import why_run_waits
from headway.operations.selection import RunChoice, Selection
from headway.operations.trigger import trigger
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged
from headway_web.parameters import DagId, DagIdOrAll, RunId, Text, When
from headway_web.schemas import runs as schemas
from headway_web.security.guards import Admin, Operator, Viewer

router = APIRouter()

ALL = "~"
RunOrder = Literal[
    "-run_after", "run_after", "-logical_date", "logical_date", "-start_date", "start_date", "-end_date", "end_date"
]


@router.get("/dags/{dag_id}/dagRuns")
def list_runs(
    dag_id: DagIdOrAll,
    conn: Db,
    _: Viewer,
    paging: Paged,
    state: Annotated[list[schemas.RunState] | None, Query(description="one of them")] = None,
    run_type: Annotated[list[Text] | None, Query(max_length=10, description="one of them")] = None,
    dag_run_id_part: Annotated[Text, Query(description="part of the run's id")] = "",
    run_after_gte: When | None = None,
    run_after_lte: When | None = None,
    logical_date_gte: When | None = None,
    logical_date_lte: When | None = None,
    end_date_gte: When | None = None,
    end_date_lte: When | None = None,
    order_by: Annotated[RunOrder, Query(description="runs of every DAG: only by `run_after`")] = "-run_after",
) -> schemas.DagRuns:
    """List the runs of a DAG or of all, newest first unless told otherwise."""
    which = RunFilter(
        dag_id=None if dag_id == ALL else dag_id,
        states=state or (),
        run_types=run_type or (),
        run_id_part=dag_run_id_part,
        run_after_gte=run_after_gte,
        run_after_lte=run_after_lte,
        logical_date_gte=logical_date_gte,
        logical_date_lte=logical_date_lte,
        end_date_gte=end_date_gte,
        end_date_lte=end_date_lte,
    )
    order = run_pages.order(order_by, of_one_dag=dag_id != ALL)
    after: Any = paging.after(*run_pages.CURSOR)
    rows = run_pages.page(conn, which, order=order, after=after, limit=paging.fetch)
    if not rows and dag_id != ALL:
        find_dag(conn, dag_id)
    shown, cursor = paging.cut(rows, lambda row: (row.order, row.key))
    return schemas.DagRuns.model_validate({"dag_runs": shown, "next_cursor": cursor})


@router.post("/dags/{dag_id}/dagRuns", status_code=201)
def trigger_run(dag_id: DagId, new: schemas.NewRun, conn: Db, web: Means, actor: Operator) -> schemas.DagRunDetails:
    """Start a run by hand. The run of a paused DAG waits until the DAG is unpaused."""
    made = trigger(conn, dag_id, conf=new.conf, logical_date=new.logical_date, run_id=new.dag_run_id, actor=actor.name)
    if new.note:
        notes.set_run_note(conn, dag_id, made.run_id, new.note, actor=actor.name)
    web.broker.wake(conn, "trigger", dag_id)
    return _details(conn, dag_id, made.run_id)


@router.get("/dags/{dag_id}/dagRuns/{dag_run_id}")
def get_run(dag_id: DagId, dag_run_id: RunId, conn: Db, _: Viewer) -> schemas.DagRunDetails:
    """Show one run, and what it waits for."""
    return _details(conn, dag_id, dag_run_id)


@router.patch("/dags/{dag_id}/dagRuns/{dag_run_id}")
def patch_run(
    dag_id: DagId, dag_run_id: RunId, change: schemas.RunChange, conn: Db, web: Means, actor: Operator
) -> schemas.DagRunDetails:
    """Mark a run as ended, queue it again, or leave a note on it."""
    if "note" in change.model_fields_set:
        notes.set_run_note(conn, dag_id, dag_run_id, change.note, actor=actor.name)
    if change.state == "queued":
        clear_runs(conn, dag_id, RunChoice(dag_run_id), Selection(), actor=actor.name)
    elif change.state is not None:
        marks.mark_run(conn, dag_id, dag_run_id, change.state, actor=actor.name)
    if change.state is not None:
        web.broker.wake(conn, "mark", dag_id, stops=True)
    return _details(conn, dag_id, dag_run_id)


@router.delete("/dags/{dag_id}/dagRuns/{dag_run_id}")
def delete_run(
    dag_id: DagId,
    dag_run_id: RunId,
    conn: Db,
    web: Means,
    actor: Admin,
    force: Annotated[bool, Query(description="also while tasks of it run: they are killed")] = False,
) -> schemas.DeletedRun:
    """Delete a run with its task instances, XComs and logs."""
    deleted = operations.delete_run(conn, dag_id, dag_run_id, force=force, actor=actor.name)
    web.broker.wake(conn, "delete", dag_id, stops=force)
    return schemas.DeletedRun(
        dag_id=deleted.dag_id,
        dag_run_id=deleted.run_id,
        task_instances=deleted.task_instances,
        stopping=deleted.stopping,
    )


@router.post("/dags/{dag_id}/dagRuns/{dag_run_id}/clear")
def clear_run(
    dag_id: DagId, dag_run_id: RunId, wanted: schemas.ClearRun, conn: Db, web: Means, actor: Operator
) -> schemas.Cleared:
    """Have a run begin again, or go on with what failed.

    Only tells what it would do unless `dry_run` is false.
    """
    cleared = clear_runs(
        conn,
        dag_id,
        RunChoice(dag_run_id),
        Selection(only_failed=wanted.only_failed),
        version=wanted.version,
        dry_run=wanted.dry_run,
        actor=actor.name,
    )
    return _cleared(conn, web, cleared, dry_run=wanted.dry_run)


@router.post("/dags/{dag_id}/clearTaskInstances")
def clear_task_instances(
    dag_id: DagId, wanted: schemas.ClearTasks, conn: Db, web: Means, actor: Operator
) -> schemas.Cleared:
    """Have task instances run again, in one run or several. Only tells what it would do unless `dry_run` is false."""
    choice = RunChoice(
        run_id=wanted.dag_run_id,
        past=wanted.include_past,
        future=wanted.include_future,
        since=wanted.start_date,
        until=wanted.end_date,
    )
    selection = Selection(
        upstream=wanted.include_upstream,
        downstream=wanted.include_downstream,
        only_failed=wanted.only_failed,
        instances=tuple((each, None) if isinstance(each, str) else each for each in wanted.task_ids or ()),
    )
    cleared = clear_runs(
        conn, dag_id, choice, selection, version=wanted.version, dry_run=wanted.dry_run, actor=actor.name
    )
    return _cleared(conn, web, cleared, dry_run=wanted.dry_run)


def _cleared(conn: Connection, web: Means, cleared: list[Cleared], *, dry_run: bool) -> schemas.Cleared:
    if not dry_run:
        web.broker.wake(conn, "clear", stops=any(each.stopping for each in cleared))
    return schemas.cleared(cleared, dry_run=dry_run)


def _details(conn: Connection, dag_id: str, run_id: str) -> schemas.DagRunDetails:
    row = run_pages.one(conn, dag_id, run_id)
    if row is None:
        find_run(conn, dag_id, run_id)  # says which ids are near
        raise AssertionError(f"run {run_id} came back meanwhile")
    around = run_list.surroundings(conn, [dag_id]).get(dag_id) if row.state == "queued" else None
    why = why_run_waits(row, around) if around else ""
    former = former_code.of_run(conn, row.key)
    return _run_details(row, why, [schemas.FormerVersion.model_validate(each) for each in former])


def _run_details(row: RunRow, why: str, former: list[schemas.FormerVersion]) -> schemas.DagRunDetails:
    shown = schemas.DagRun.model_validate(row).model_dump()
    return schemas.DagRunDetails(**shown, why=why, former_versions=former)
