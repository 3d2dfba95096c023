"""Files that cannot be loaded, and warnings about those that can."""

from __future__ import annotations

from fastapi import APIRouter

from headway.metastore.queries import dag_list
from headway_web.dependencies import Db
from headway_web.paging import Paged
from headway_web.parameters import Text
from headway_web.schemas.operating import DagWarning, DagWarnings, ImportErrors, ImportProblem
from headway_web.security.guards import Viewer

router = APIRouter()


@router.get("/importErrors")
def list_import_errors(_: Viewer, conn: Db, paging: Paged) -> ImportErrors:
    """List the files that cannot be loaded, with line and remedy."""
    after = paging.after(str)
    found = dag_list.file_errors(conn)
    behind = [each for each in found if after is None or each.file > after[0]]
    shown, cursor = paging.cut(behind, lambda each: (each.file,))
    return ImportErrors(
        import_errors=[
            ImportProblem(
                filename=each.file, line=each.line, message=each.message, remedy=each.remedy, timestamp=each.seen_at
            )
            for each in shown
        ],
        next_cursor=cursor,
        total_entries=len(found),
    )


@router.get("/warnings")
def list_warnings(_: Viewer, conn: Db, dag_id: Text | None = None) -> DagWarnings:
    """List what in the DAGs' files works otherwise than it looks."""
    found = dag_list.warnings(conn, dag_id=dag_id)
    warnings = [
        DagWarning(dag_id=each.dag_id, filename=each.file, line=each.line, message=each.text, timestamp=each.parsed_at)
        for each in found
    ]
    return DagWarnings(warnings=warnings, total_entries=len(found))
