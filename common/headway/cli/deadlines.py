"""Deadlines of runs and SLAs of tasks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from headway.cli.output import Column, Format, Output, moment, show_rows, state
from headway.cli.session import open_session
from headway.metastore.queries import deadlines as queries
from headway.metastore.queries.deadlines import Deadline


class Which(StrEnum):
    """What became of a deadline."""

    MISSED = "missed"
    MET = "met"
    WAITING = "waiting"


def deadlines(
    state_: Annotated[Which, typer.Option("--state", "-s", help="Which of them.")] = Which.MISSED,
    dag_id: Annotated[str | None, typer.Option("--dag", "-d", help="Only those of this DAG.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many.")] = 20,
    output: Output = Format.TABLE,
) -> None:
    """Show deadlines of runs and SLAs of tasks: missed ones, unless --state asks for others.

    Example: headway deadlines --state waiting
    """
    with open_session() as session:
        found = queries.deadlines(session.conn, state=state_.value, dag_id=dag_id, limit=limit)
    show_rows(found, _COLUMNS, output, empty=f"no deadline is {state_.value}")


_COLUMNS = [
    Column[Deadline]("DUE", lambda row: moment(row.due)),
    Column[Deadline]("DAG", lambda row: row.dag_id),
    Column[Deadline]("RUN", lambda row: row.run_id),
    Column[Deadline]("TASK", lambda row: row.task_id or None),
    Column[Deadline]("NAME", lambda row: row.name or None),
    Column[Deadline]("DEADLINE", lambda row: row.state),
    Column[Deadline]("RUN IS", lambda row: state(row.run_state)),
]
