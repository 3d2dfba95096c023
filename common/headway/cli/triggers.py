"""Show what deferred tasks wait for."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, counted, moment, show_rows, warn
from headway.cli.session import open_session
from headway.metastore.queries.triggers import Listed
from headway.operations.triggers import list_waits

app = group("Triggers: what deferred tasks wait for.")


@app.command("list")
def list_(
    dag_id: Annotated[str | None, typer.Argument(metavar="[DAG]", help="Only those of this DAG.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Triggers shown at most.")] = 1000,
    output: Output = Format.TABLE,
) -> None:
    """List the triggers that deferred tasks wait for, and the triggerer that runs each.

    Example: headway triggers list etl --output json
    """
    with open_session() as session:
        found = list_waits(session.conn, None if dag_id is None else [dag_id], limit=limit)
    show_rows(found.triggers, _COLUMNS, output, empty="no task is deferred")
    if found.triggers and not found.triggerers:
        tasks = counted(len(found.triggers), "deferred task")
        warn(f"no triggerer is running, so nothing wakes {tasks}: start `headway triggerer`")


_COLUMNS = [
    Column[Listed]("DAG", lambda row: row.dag_id),
    Column[Listed]("RUN", lambda row: row.run_id),
    Column[Listed]("TASK", lambda row: row.task_id if row.map_index < 0 else f"{row.task_id}[{row.map_index}]"),
    Column[Listed]("TRIGGER", lambda row: row.classpath.rpartition(".")[2]),
    Column[Listed]("WAITS FOR", lambda row: row.label, wide=True),
    Column[Listed]("TRIGGERER", lambda row: row.triggerer or "NOBODY"),
    Column[Listed]("SINCE", lambda row: moment(row.created_at), detail=1),
    Column[Listed]("AT MOST UNTIL", lambda row: moment(row.due), detail=2),
]
