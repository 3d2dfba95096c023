"""Task instances: list, look at, mark, note, kill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from headway.metastore.database import Connection
from headway.metastore.queries import instance_pages, logs
from headway.metastore.queries.instance_pages import InstanceFilter, InstanceRow
from headway.metastore.queries.logs import LoggedAttempt
from headway.metastore.queries.run_pages import CURSOR, RunFilter, RunHead
from headway.operations import instances, kills, marks, notes, rendered
from headway.operations.lookup import find_dag, find_head
from headway.operations.selection import RunChoice, Selection
from headway.states import Outcome
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged, encode
from headway_web.parameters import DagId, DagIdOrAll, Index, MapIndex, Number, RunId, RunIdOrAll, TaskId, Text, When
from headway_web.schemas import task_instances as schemas
from headway_web.schemas.runs import RunState
from headway_web.security.guards import Operator, Viewer
from headway_web.shapes import instance_of

router = APIRouter()

ALL = "~"
_INSTANCES = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances"
_ONE = _INSTANCES + "/{task_id}"
_MAPPED = _ONE + "/{map_index}"

States = Annotated[list[schemas.TaskState] | None, Query(description="one of them")]
Names = Annotated[list[Text] | None, Query(max_length=200, description="one of them")]


@router.get(_INSTANCES)
def list_task_instances(
    dag_id: DagIdOrAll,
    dag_run_id: RunIdOrAll,
    conn: Db,
    _: Viewer,
    paging: Paged,
    state: States = None,
    task_id: Names = None,
    task_id_part: Annotated[Text, Query(description="part of the task's id")] = "",
    pool: Names = None,
    queue: Names = None,
    hostname: Annotated[Text | None, Query(description="name or host of the worker")] = None,
    map_index: Index | None = None,
    dag_run_id_part: Annotated[Text, Query(description="part of the run's id")] = "",
    run_type: Annotated[list[Text] | None, Query(max_length=10, description="one of them")] = None,
    run_state: Annotated[list[RunState] | None, Query(description="the run's state is one of them")] = None,
    run_after_gte: When | None = None,
    run_after_lte: When | None = None,
    logical_date_gte: When | None = None,
    logical_date_lte: When | None = None,
) -> schemas.TaskInstances:
    """List the task instances of a run by task id, or of many runs, newest run first.

    A page over many runs may hold fewer rows than asked for; go on until `next_cursor` is null.
    """
    which = InstanceFilter(
        task_ids=task_id or (),
        task_id_part=task_id_part,
        states=state or (),
        pools=pool or (),
        queues=queue or (),
        node=hostname,
        map_index=map_index,
    )
    if dag_run_id != ALL and dag_id != ALL:
        return _of_run(conn, find_head(conn, dag_id, dag_run_id), which, paging)
    runs = RunFilter(
        dag_id=None if dag_id == ALL else dag_id,
        states=run_state or instances.run_states(state or ()),
        run_id=None if dag_run_id == ALL else dag_run_id,
        run_after_gte=run_after_gte,
        run_after_lte=run_after_lte,
        logical_date_gte=logical_date_gte,
        logical_date_lte=logical_date_lte,
        run_id_part=dag_run_id_part,
        run_types=run_type or (),
    )
    after: Any = paging.after(*CURSOR, str, int)
    page = instance_pages.of_runs(conn, runs, which, after=after, limit=paging.fetch)
    if not page.rows and dag_id != ALL:
        find_dag(conn, dag_id)
    shown, cursor = paging.cut(page.rows, lambda row: row.place)
    if cursor is None and page.reached:
        cursor = encode((*page.reached, None, None))
    whys = instances.whys_in_runs(conn, shown)
    return schemas.TaskInstances(
        task_instances=[instance_of(row, None, why) for row, why in zip(shown, whys, strict=True)],
        next_cursor=cursor,
        total_entries=None,
    )


@router.get(_ONE + "/listMapped")
def list_mapped_task_instances(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, conn: Db, _: Viewer, paging: Paged, state: States = None
) -> schemas.TaskInstances:
    """List the instances of a mapped task by map index."""
    found = instances.find(conn, dag_id, dag_run_id, task_id)
    return _of_run(conn, found.head, InstanceFilter([task_id], states=state or (), mapped_only=True), paging)


@router.get(_ONE)
def get_task_instance(dag_id: DagId, dag_run_id: RunId, task_id: TaskId, conn: Db, _: Viewer) -> schemas.TaskInstance:
    """Show a task instance; of a mapped task the first one."""
    return _one(conn, instances.find(conn, dag_id, dag_run_id, task_id))


@router.get(_MAPPED)
def get_mapped_task_instance(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, map_index: MapIndex, conn: Db, _: Viewer
) -> schemas.TaskInstance:
    """Show the task instance of a map index."""
    return _one(conn, instances.find(conn, dag_id, dag_run_id, task_id, map_index))


@router.patch(_ONE)
def patch_task_instance(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    change: schemas.TaskChange,
    conn: Db,
    web: Means,
    actor: Operator,
) -> schemas.Marked:
    """Mark a task as ended (all instances of a mapped one), or leave a note on it.

    Only tells what it would mark unless `dry_run` is false.
    """
    return _change(conn, web, change, (dag_id, dag_run_id, task_id, None), actor.name)


@router.patch(_MAPPED)
def patch_mapped_task_instance(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    change: schemas.TaskChange,
    conn: Db,
    web: Means,
    actor: Operator,
) -> schemas.Marked:
    """Mark the task instance of a map index as ended, or leave a note on it.

    Only tells what it would mark unless `dry_run` is false.
    """
    return _change(conn, web, change, (dag_id, dag_run_id, task_id, map_index), actor.name)


@router.post(_ONE + "/kill", status_code=202)
def kill_task_instance(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    conn: Db,
    web: Means,
    actor: Operator,
    retry: Annotated[bool, Query(description="try it again if it has a try left")] = False,
) -> schemas.Killed:
    """Have the worker end a running task: `on_kill`, a grace, then SIGKILL for all of its processes."""
    return _kill(conn, web, (dag_id, dag_run_id, task_id, None), retry, actor.name)


@router.post(_MAPPED + "/kill", status_code=202)
def kill_mapped_task_instance(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    conn: Db,
    web: Means,
    actor: Operator,
    retry: Annotated[bool, Query(description="try it again if it has a try left")] = False,
) -> schemas.Killed:
    """Have the worker end a running instance of a mapped task."""
    return _kill(conn, web, (dag_id, dag_run_id, task_id, map_index), retry, actor.name)


@router.get(_MAPPED + "/tries")
def list_tries(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, map_index: MapIndex, conn: Db, _: Viewer
) -> schemas.Tries:
    """List every attempt of a task instance, in order."""
    found = instances.find(conn, dag_id, dag_run_id, task_id, map_index)
    return schemas.Tries(tries=[_try(each) for each in logs.attempts(conn, found.row.instance.ti)])


@router.get(_MAPPED + "/dependencies")
def get_dependencies(
    dag_id: DagId, dag_run_id: RunId, task_id: TaskId, map_index: MapIndex, conn: Db, _: Viewer
) -> schemas.Dependencies:
    """Tell why a task instance does not go on."""
    why = _one(conn, instances.find(conn, dag_id, dag_run_id, task_id, map_index)).why
    return schemas.Dependencies(why=[why] if why else [])


@router.get(_MAPPED + "/renderedFields")
def get_rendered_fields(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    conn: Db,
    _: Viewer,
    try_number: Annotated[Number | None, Query(description="the last one that rendered anything unless given")] = None,
) -> schemas.RenderedFields:
    """Show what the template fields of a task instance became in one of its tries, secrets masked."""
    found = rendered.rendered_fields(conn, dag_id, dag_run_id, task_id, map_index, try_number=try_number)
    return schemas.RenderedFields(
        template_fields=found.template_fields, rendered_fields=found.fields, try_number=found.try_number
    )


def _of_run(conn: Connection, head: RunHead, which: InstanceFilter, paging: Paged) -> schemas.TaskInstances:
    after: Any = paging.after(str, int)
    rows = instance_pages.of_run(conn, head.key, which, after=after, limit=paging.fetch)
    shown, cursor = paging.cut(rows, lambda row: row.place[2:])
    return schemas.TaskInstances(task_instances=_explained(conn, head, shown), next_cursor=cursor, total_entries=None)


def _one(conn: Connection, found: instances.Found) -> schemas.TaskInstance:
    return _explained(conn, found.head, [found.row])[0]


def _explained(conn: Connection, head: RunHead, rows: Sequence[InstanceRow]) -> list[schemas.TaskInstance]:
    structure = instances.structure_of_run(conn, head).structure
    tasks = {task["task_id"]: task for task in structure["tasks"]}
    whys = instances.whys(conn, head, rows, structure)
    return [instance_of(row, tasks.get(row.instance.task_id), why) for row, why in zip(rows, whys, strict=True)]


Place = tuple[str, str, str, int | None]


def _change(conn: Connection, web: Means, change: schemas.TaskChange, place: Place, actor: str) -> schemas.Marked:
    dag_id, run_id, task_id, map_index = place
    if "note" in change.model_fields_set:
        notes.set_task_note(conn, dag_id, run_id, task_id, change.note, map_index=map_index, actor=actor)
    if change.new_state is None:
        return schemas.Marked(dry_run=False, task_instances=[], stopping=0)
    selection = Selection(
        instances=((task_id, map_index),), upstream=change.include_upstream, downstream=change.include_downstream
    )
    choice = RunChoice(run_id, past=change.include_past, future=change.include_future)
    marked = marks.mark_tasks(conn, dag_id, choice, selection, change.new_state, dry_run=change.dry_run, actor=actor)
    if not change.dry_run:
        web.broker.wake(conn, "mark", dag_id, stops=any(each.stopping for each in marked))
    return schemas.marked(marked, dry_run=change.dry_run)


def _kill(conn: Connection, web: Means, place: Place, retry: bool, actor: str) -> schemas.Killed:
    dag_id, run_id, task_id, map_index = place
    killed = kills.kill(conn, dag_id, run_id, task_id, map_index, retry=retry, actor=actor)
    web.broker.wake(conn, "kill", dag_id, stops=True)
    return schemas.Killed(
        dag_id=killed.dag_id,
        dag_run_id=killed.run_id,
        task_id=killed.task_id,
        map_index=killed.map_index,
        try_number=killed.try_number,
        hostname=killed.node,
    )


def _try(attempt: LoggedAttempt) -> schemas.Try:
    return schemas.Try(
        try_number=attempt.try_number,
        dispatch=attempt.dispatch,
        outcome=attempt.outcome,
        state=_STATES.get(attempt.outcome or "", attempt.outcome or "running"),
        queue=attempt.queue,
        hostname=attempt.hostname,
        queued_at=attempt.queued_at,
        start_date=attempt.started_at,
        end_date=attempt.ended_at,
        duration=attempt.seconds,
        error=attempt.error,
        exit_signal=attempt.exit_signal,
        peak_rss=attempt.peak_rss,
        cpu_seconds=attempt.cpu_seconds,
        log_bytes=attempt.log_bytes,
        version=attempt.version,
        bundle=attempt.bundle,
    )


#: The states of outcomes that have other names.
_STATES: dict[str, str] = {
    Outcome.RETRY: "up_for_retry",
    Outcome.RESCHEDULED: "up_for_reschedule",
}
