"""Find what a person named, or say what is there and looks like it."""

from __future__ import annotations

from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, run_list, run_pages
from headway.metastore.queries.dag_list import Dag
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.run_pages import RunHead
from headway.operations.nearest import nearest


def find_dag(conn: Connection, dag_id: str) -> Dag:
    """The DAG of that id; raises ``NotFound`` that names the nearest ids."""
    found = dag_list.dag(conn, dag_id)
    if found is None:
        raise NotFound(
            f"there is no DAG {dag_id!r}",
            nearest(dag_id, dag_list.dag_ids(conn))
            or "`headway dags list` shows them, `headway dags errors` broken files",
        )
    return found


def find_run(conn: Connection, dag_id: str, run_id: str | None = None) -> Run:
    """The run of that id, or the newest run of the DAG when none is named; raises ``NotFound``."""
    find_dag(conn, dag_id)
    if run_id is None:
        newest = run_list.runs(conn, dag_id, limit=1)
        if not newest:
            raise NotFound(f"DAG {dag_id!r} has no runs", f"start one: `headway dags trigger {dag_id}`")
        return newest[0]
    found = run_list.run(conn, dag_id, run_id)
    if found is None:
        raise NotFound(
            f"DAG {dag_id!r} has no run {run_id!r}",
            nearest(run_id, run_list.run_ids(conn, dag_id)) or f"`headway dags runs {dag_id}` shows them",
        )
    return found


def find_head(conn: Connection, dag_id: str, run_id: str) -> RunHead:
    """A run without its tasks: one statement when it is there. Raises ``NotFound`` as ``find_run`` does."""
    found = run_pages.head(conn, dag_id, run_id)
    if found is None:
        find_run(conn, dag_id, run_id)
        raise NotFound(f"run {run_id!r} of DAG {dag_id!r} has only just been made", "ask again")
    return found
