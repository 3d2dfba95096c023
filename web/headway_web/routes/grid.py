"""The Grid, the Graph and the charts of a DAG and of a run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from headway.errors import InvalidInput
from headway.metastore.queries import grid as queries
from headway.metastore.queries import planning
from headway.metastore.queries.grid import GridRun
from headway.operations import gantts, grids, instances
from headway.operations.grids import Cell
from headway.operations.lookup import find_dag, find_head
from headway_web.dependencies import Db
from headway_web.paging import Paging
from headway_web.parameters import DagId, RunId, Text
from headway_web.schemas import grid as schemas
from headway_web.schemas.runs import RunState
from headway_web.security.guards import Viewer
from headway_web.shapes import structure_of

router = APIRouter()

MOST_RUNS = 100
_LONGEST = timedelta(days=400)

Types = Annotated[list[Text] | None, Query(max_length=10, description="runs of one of these types")]
Runs = Annotated[int, Query(ge=1, le=MOST_RUNS, description="number of runs")]


@router.get("/dags/{dag_id}/grid")
def get_grid(
    dag_id: DagId,
    conn: Db,
    _: Viewer,
    limit: Runs = 25,
    before: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before")] = None,
    run_type: Types = None,
    state: Annotated[list[RunState] | None, Query(description="runs in one of these states")] = None,
    run_ids: Annotated[list[Text] | None, Query(max_length=MOST_RUNS, description="only these runs")] = None,
) -> schemas.Grid:
    """Show tasks by runs: the state of every task in each of the newest runs."""
    paging = Paging(limit, before)
    after: Any = paging.after(datetime, int)
    runs = queries.runs(
        conn,
        dag_id,
        run_types=run_type or (),
        states=state or (),
        run_ids=run_ids or (),
        before=after,
        limit=paging.fetch,
    )
    shown, cursor = paging.cut(runs, lambda run: (run.run_after, run.key))
    found = grids.make(conn, dag_id, shown)
    return schemas.Grid(
        dag_id=dag_id,
        version=found.version,
        rows=[schemas.GridRow.model_validate(row) for row in found.rows],
        runs=[_column(run, cells) for run, cells in zip(found.runs, found.cells, strict=True)],
        next_cursor=cursor,
    )


@router.get("/dags/{dag_id}/durations")
def get_durations(dag_id: DagId, conn: Db, _: Viewer, limit: Runs = 50, run_type: Types = None) -> schemas.Durations:
    """Show how long each task took in the newest runs that have ended."""
    runs = queries.runs(conn, dag_id, run_types=run_type or (), states=("success", "failed"), limit=limit)
    found = grids.durations(conn, dag_id, runs)
    return schemas.Durations(
        dag_id=dag_id,
        tasks=found.tasks,
        runs=[schemas.DurationRun.model_validate(run) for run in found.runs],
        values=found.ran,
        queued=found.queued,
        median=found.medians,
    )


@router.get("/dags/{dag_id}/calendar")
def get_calendar(
    dag_id: DagId,
    conn: Db,
    _: Viewer,
    from_: Annotated[date | None, Query(alias="from", description="first day; a year ago unless given")] = None,
    to: Annotated[date | None, Query(description="last day; today unless given")] = None,
    timezone: Annotated[Text, Query(description="in which days begin", examples=["Europe/Prague"])] = "UTC",
) -> schemas.Calendar:
    """Count the runs of each day by state."""
    zone = _zone(timezone)
    last = to or planning.clock(conn).astimezone(zone).date()
    first = from_ or last - timedelta(days=365)
    if not timedelta(0) <= last - first <= _LONGEST:
        raise InvalidInput(f"from {first} to {last}: expected at most {_LONGEST.days} days", "ask for a shorter time")
    rows = queries.calendar(
        conn, dag_id, start=_midnight(first, zone), end=_midnight(last + timedelta(days=1), zone), zone=timezone
    )
    if not rows:
        find_dag(conn, dag_id)
    days: dict[date, dict[str, int]] = {}
    for day, state, count in rows:
        days.setdefault(day, {})[state] = count
    return schemas.Calendar(dag_id=dag_id, days=[schemas.Day(date=day, counts=counts) for day, counts in days.items()])


@router.get("/dags/{dag_id}/dagRuns/{dag_run_id}/gantt")
def get_gantt(
    dag_id: DagId,
    dag_run_id: RunId,
    conn: Db,
    _: Viewer,
    expand: Annotated[
        list[Text] | None, Query(max_length=10, description="mapped tasks to show instance by instance")
    ] = None,
) -> schemas.Gantt:
    """Show when everything in a run waited and ran, and what made it last so long."""
    found = gantts.make(conn, dag_id, dag_run_id, expand=expand or ())
    head = found.head
    run = schemas.GanttRun(
        dag_run_id=head.run_id,
        state=head.state,
        queued_at=head.queued_at,
        start_date=head.start_date,
        end_date=head.end_date,
    )
    path = [schemas.Step(task_id=task_id, map_index=index) for task_id, index in found.path]
    return schemas.Gantt(dag_id=dag_id, run=run, tasks=[_bar(row) for row in found.rows], critical_path=path)


@router.get("/dags/{dag_id}/dagRuns/{dag_run_id}/graph")
def get_run_graph(
    dag_id: DagId,
    dag_run_id: RunId,
    conn: Db,
    _: Viewer,
    structure: Annotated[bool, Query(description="false: the states alone, for who has the structure")] = True,
) -> schemas.RunGraph:
    """Show the structure of a run's own version with the state of every task."""
    head = find_head(conn, dag_id, dag_run_id)
    version = instances.structure_of_run(conn, head)
    states = queries.states(conn, [head.key]).get(head.key, {})
    mapped = {task["task_id"] for task in version.structure["tasks"] if task["mapped"]}
    return schemas.RunGraph(
        version=version.number,
        structure=structure_of(dag_id, version.number, version.structure) if structure else None,
        states={name: _state(state, name in mapped) for name, state in states.items()},
        run_state=head.state,
    )


def _column(run: GridRun, cells: list[Cell]) -> schemas.GridRun:
    shown = [schemas.Counts(counts=cell) if isinstance(cell, dict) else cell for cell in cells]
    return schemas.GridRun(**{name: getattr(run, name) for name in _SHARED}, cells=shown)


_SHARED = tuple(name for name in schemas.GridRun.model_fields if name != "cells")


def _state(state: str | dict[str, int], mapped: bool) -> str | schemas.Counts:
    if isinstance(state, dict):
        return schemas.Counts(counts=state)
    return schemas.Counts(counts={state: 1}) if mapped else state


def _bar(row: gantts.GanttRow) -> schemas.GanttTask:
    bar = row.bar
    return schemas.GanttTask(
        task_id=bar.task_id,
        map_index=bar.map_index,
        instances=bar.instances,
        group=row.group,
        state=bar.state,
        try_number=bar.try_number,
        queued_at=bar.queued_at,
        start_date=bar.start_date,
        end_date=bar.end_date,
        attempts=[schemas.GanttAttempt.model_validate(each) for each in row.attempts],
        critical=row.critical,
        held=[schemas.HeldTime(start_date=since, end_date=until) for since, until in row.held],
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise InvalidInput(f"there is no time zone {name!r}", "use a name like Europe/Prague") from None
