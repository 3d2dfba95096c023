"""Look at tasks: how they stand and why, what they logged; run them again, and repair them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from headway.cli import task_repair
from headway.cli.clearing import clear_tasks
from headway.cli.lazy import group
from headway.cli.local_runs import rendered_task, task_in_process
from headway.cli.output import Column, Format, Output, note, say, seconds, show_json, show_rows, state
from headway.cli.rendered import rendered
from headway.cli.session import open_session
from headway.cli.state_lines import StateLine, state_lines
from headway.operations import tasks
from headway.operations.tasks import RunStates, TaskEntry

app = group("Tasks: how they stand and why, what they logged, run them again, mark, kill and hold them.")

DagId = Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")]
RunId = Annotated[str | None, typer.Argument(metavar="[RUN]", help="Id of the run; default: the newest.")]


@app.command("list")
def list_(dag_id: DagId, output: Output = Format.TABLE) -> None:
    """List the tasks of a DAG in definition order.

    Example: headway tasks list parallel_dag
    """
    with open_session() as session:
        found = tasks.list_tasks(session.conn, dag_id)
    show_rows(found, _TASK_COLUMNS, output, empty=f"DAG {dag_id!r} has no tasks")


@app.command()
def states(
    dag_id: DagId,
    run_id: RunId = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", metavar="TASK", help="This task alone, each of its map indexes.")
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """Show how each task of a run stands, where it runs, and WHY it waits or failed.

    Many instances of a mapped task that stand alike are one line, unless it is named with --task.
    Example: headway tasks states parallel_dag
    """
    with open_session() as session:
        found = tasks.states(session.conn, dag_id, run_id, task)
    if output is Format.JSON:
        show_json(found)
        return
    say(_heading(found))
    show_rows(state_lines(found.tasks, each=task is not None), _STATE_COLUMNS, output, empty="the run has no tasks")


@app.command()
def logs(
    dag_id: DagId,
    task_id: Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")],
    run_id: RunId = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the task has ended.")] = False,
    attempt: Annotated[int | None, typer.Option("--attempt", min=1, help="Which try; default: the last.")] = None,
    map_index: Annotated[
        int | None, typer.Option("--map-index", min=-1, help="Which instance of a mapped task.")
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what a task logged, attempt by attempt; with -f as it comes.

    Example: headway tasks logs parallel_dag transform --follow
    """
    from headway.cli.log_page import show_log, show_log_as_json
    from headway.log_store.reading import LogStore
    from headway.operations.task_logs import LogRequest, log_events, without_log

    request = LogRequest(dag_id, task_id, run_id, map_index, attempt, follow=follow)
    with open_session() as session:
        store = LogStore(session.settings.logs)
        events = log_events(session.conn, store, request, patience=session.settings.lease.length)
        show = show_log_as_json if output is Format.JSON else show_log
        if not show(events):
            note(without_log(session.conn, request))


app.command("clear")(clear_tasks)
app.command("mark")(task_repair.mark)
app.command("kill")(task_repair.kill)
app.command("hold")(task_repair.hold)
app.command("release")(task_repair.release)
app.command("note")(task_repair.note_task)
app.command("test")(task_in_process)
app.command("render")(rendered_task)
app.command("rendered")(rendered)


def _heading(found: RunStates) -> Text:
    run = found.run
    took = f" for {seconds(run.seconds)}" if run.state == "running" else f" after {seconds(run.seconds)}"
    why = f": {found.why}" if found.why else ""
    return Text.assemble(
        (run.dag_id, "bold"), " ", run.run_id, "  ", state(run.state), why if run.seconds is None else took
    )


_TASK_COLUMNS = [
    Column[TaskEntry]("TASK", lambda row: row.task_id),
    Column[TaskEntry]("OPERATOR", lambda row: row.operator),
    Column[TaskEntry]("QUEUE", lambda row: row.queue),
    Column[TaskEntry]("POOL", lambda row: row.pool, detail=1),
    Column[TaskEntry]("RULE", lambda row: row.trigger_rule),
    Column[TaskEntry]("MAPPED OVER", lambda row: row.mapped_over or None, detail=1),
    Column[TaskEntry]("RETRIES", lambda row: row.retries or None, right=True, detail=2),
    Column[TaskEntry]("AFTER", lambda row: row.upstream, wide=True),
]

_STATE_COLUMNS = [
    Column[StateLine]("TASK", lambda row: row.first.task_id),
    Column[StateLine]("INDEX", lambda row: row.index),
    Column[StateLine]("STATE", lambda row: state(row.first.state)),
    Column[StateLine]("TRY", lambda row: row.tries, right=True),
    Column[StateLine]("QUEUE", lambda row: row.first.queue, detail=2),
    Column[StateLine]("NODE", lambda row: row.node),
    Column[StateLine]("TOOK", lambda row: row.took, right=True, detail=1),
    Column[StateLine]("WHY", lambda row: row.first.why, wide=True),
]
