"""What a DAG consists of: tasks, versions, code."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from headway.metastore.queries import versions
from headway.operations import sources
from headway.operations.lookup import find_dag
from headway_web.dependencies import Db
from headway_web.paging import Paged
from headway_web.parameters import DagId, Number, TaskId, Text
from headway_web.schemas import structures as schemas
from headway_web.security.guards import Viewer
from headway_web.shapes import structure_of, task_of

router = APIRouter()

VersionNumber = Annotated[Number | None, Query(description="number of the version; the present one unless given")]


@router.get("/dags/{dag_id}/structure")
def get_structure(dag_id: DagId, conn: Db, _: Viewer, version: VersionNumber = None) -> schemas.Structure:
    """Show the tasks, groups and edges of a version."""
    found = sources.structure(conn, dag_id, version)
    return structure_of(dag_id, found.number, found.structure)


@router.get("/dags/{dag_id}/tasks")
def list_tasks(dag_id: DagId, conn: Db, _: Viewer) -> schemas.Tasks:
    """List the tasks of the present version in the order of their definition."""
    found = sources.structure(conn, dag_id)
    tasks = structure_of(dag_id, found.number, found.structure).tasks
    return schemas.Tasks(tasks=tasks, total_entries=len(tasks))


@router.get("/dags/{dag_id}/tasks/{task_id}")
def get_task(
    dag_id: DagId,
    task_id: TaskId,
    conn: Db,
    _: Viewer,
    version: VersionNumber = None,
    dag_run_id: Annotated[Text | None, Query(description="the version that this run goes with")] = None,
) -> schemas.TaskDetails:
    """Show how a task is set up, in the present version, another one, or that of a run."""
    code, task = sources.task(conn, dag_id, task_id, number=version, run_id=dag_run_id)
    downstream = [each["task_id"] for each in code.structure["tasks"] if task_id in each["upstream"]]
    return schemas.TaskDetails(**task_of(task, downstream).model_dump(), version=code.number, file=code.file)


@router.get("/dags/{dag_id}/versions")
def list_versions(dag_id: DagId, conn: Db, _: Viewer, paging: Paged) -> schemas.Versions:
    """List the versions that a DAG has had, newest first: a changed file makes one, also a changed module."""
    after: Any = paging.after(int)
    rows = versions.page(conn, dag_id, before=after and after[0], limit=paging.fetch)
    if not rows:
        find_dag(conn, dag_id)
    shown, cursor = paging.cut(rows, lambda row: (row.number,))
    return schemas.Versions.model_validate({"versions": shown, "next_cursor": cursor})


@router.get("/dags/{dag_id}/source")
def get_source(
    dag_id: DagId,
    conn: Db,
    _: Viewer,
    version: VersionNumber = None,
    dag_run_id: Annotated[Text | None, Query(description="the code that this run uses")] = None,
    file: Annotated[Text | None, Query(description="one of the version's `files`; the DAG's own unless given")] = None,
) -> schemas.Source:
    """Show the file that defines a DAG, or a module that it imported, as it was stored with a version or a run."""
    found = sources.source(conn, dag_id, number=version, run_id=dag_run_id, file=file)
    return schemas.Source(
        dag_id=dag_id,
        version=found.number,
        file=found.file,
        files=found.files,
        bundle=found.bundle,
        content=found.content,
    )


@router.get("/dags/{dag_id}/source/diff")
def get_source_diff(
    dag_id: DagId,
    conn: Db,
    _: Viewer,
    from_: Annotated[Number, Query(alias="from", description="number of the older version")],
    to: Annotated[Number, Query(description="number of the newer version")],
) -> schemas.SourceDiff:
    """Show what two versions of a DAG differ in: their code, and the tasks that follow from it."""
    found = sources.diff(conn, dag_id, from_, to)
    changed = [schemas.ChangedTask(task_id=name, fields=fields) for name, fields in found.structure.changed.items()]
    return schemas.SourceDiff(
        from_=from_,
        to=to,
        file=found.file,
        files=[schemas.FileDiff.model_validate(each) for each in found.files],
        unified=found.unified,
        missing=found.missing,
        structure=schemas.StructureDiff(
            added=found.structure.added, removed=found.structure.removed, changed=changed, dag=found.structure.dag
        ),
    )
