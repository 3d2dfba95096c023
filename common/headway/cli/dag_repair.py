"""Hold a DAG; the versions that it has had, and what they differ in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from headway.cli.output import Column, Format, Output, moment, note, say, show_json, show_rows, tell
from headway.cli.repair_options import DagId, Reason
from headway.cli.session import open_session
from headway.metastore.queries import versions as version_queries
from headway.metastore.queries.holds import every as every_hold
from headway.metastore.queries.versions import VersionRow
from headway.operations.lookup import find_dag

_SHOWN = 1000  # versions in a list


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Something that is held; ``run_id`` and ``task_id`` are empty where every run or task is."""

    dag_id: str
    run_id: str
    task_id: str
    reason: str
    actor: str
    held_at: datetime


def hold(dag_id: DagId, reason: Reason = "", output: Output = Format.TABLE) -> None:
    """Keep a DAG from starting anything new, while its schedule goes on making runs, which wait.

    Example: headway dags hold parallel_dag --reason "the source is being moved"
    """
    from headway.operations.holds import hold as hold_dag

    with open_session() as session:
        held = hold_dag(session.conn, dag_id, reason=reason, actor=session.actor)
        session.wake("hold", dag_id)
    tell(output, held, f"{dag_id} is held")


def release(dag_id: DagId, output: Output = Format.TABLE) -> None:
    """Let a held DAG go on.

    Example: headway dags release parallel_dag
    """
    from headway.operations.holds import release as release_dag

    with open_session() as session:
        changed = release_dag(session.conn, dag_id, actor=session.actor)
        session.wake("release", dag_id)
    tell(output, {"dag_id": dag_id, "changed": changed}, f"{dag_id} {'is released' if changed else 'was not held'}")


def held(output: Output = Format.TABLE) -> None:
    """List all that is held: DAGs, runs and tasks, by whom and why.

    Example: headway dags held
    """
    with open_session() as session:
        found = [
            HeldRow(hold.dag_id, run, hold.task_id, hold.reason, hold.actor, hold.held_at)
            for hold, run in every_hold(session.conn)
        ]
    show_rows(found, _HELD_COLUMNS, output, empty="nothing is held")


def versions(dag_id: DagId, output: Output = Format.TABLE) -> None:
    """List the versions of a DAG's code, newest first, and how many runs use each.

    Example: headway dags versions parallel_dag
    """
    with open_session() as session:
        find_dag(session.conn, dag_id)
        found = version_queries.page(session.conn, dag_id, before=None, limit=_SHOWN)
    show_rows(found, _COLUMNS, output, empty=f"DAG {dag_id!r} has no versions yet")


def diff(
    dag_id: DagId,
    old: Annotated[int, typer.Argument(metavar="FROM", help="Number of the older version.")],
    new: Annotated[int | None, typer.Argument(metavar="[TO]", help="Of the newer one; default: the present.")] = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what two versions of a DAG differ in: tasks, their fields, and the text of its files.

    Example: headway dags diff parallel_dag 1 2
    """
    from headway.operations import sources

    with open_session() as session:
        newest = sources.structure(session.conn, dag_id).number
        found = sources.diff(session.conn, dag_id, old, newest if new is None else new)
    if output is Format.JSON:
        show_json(found)
        return
    structure = found.structure
    lines = [f"+ task {each}" for each in structure.added] + [f"- task {each}" for each in structure.removed]
    lines += [f"~ task {each}: {', '.join(fields)}" for each, fields in structure.changed.items()]
    lines += [f"~ DAG: {', '.join(structure.dag)}"] if structure.dag else []
    for line in lines or ["the tasks are the same"]:
        say(line)
    if found.unified:
        say("\n" + found.unified.rstrip())
    for each in found.files:
        if each.too_large:
            note(f"{each.file} differs; it is too large to be compared line by line")
    for number in found.missing:
        note(f"the code of version {number} is not stored any more")


_HELD_COLUMNS = [
    Column[HeldRow]("DAG", lambda row: row.dag_id),
    Column[HeldRow]("RUN", lambda row: row.run_id or "every"),
    Column[HeldRow]("TASK", lambda row: row.task_id or "every"),
    Column[HeldRow]("BY", lambda row: row.actor),
    Column[HeldRow]("SINCE", lambda row: moment(row.held_at), detail=1),
    Column[HeldRow]("REASON", lambda row: row.reason, wide=True),
]

_COLUMNS = [
    Column[VersionRow]("VERSION", lambda row: row.number, right=True),
    Column[VersionRow]("SINCE", lambda row: moment(row.created_at)),
    Column[VersionRow]("PRESENT", lambda row: "yes" if row.is_current else ""),
    Column[VersionRow]("TASKS", lambda row: row.task_count, right=True),
    Column[VersionRow]("RUNS", lambda row: row.run_count, right=True),
    Column[VersionRow]("FILE", lambda row: row.file, detail=1),
]
