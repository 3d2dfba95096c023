"""Look at tasks: how they stand and why, what they logged; run them again."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.local_runs import rendered_task, task_in_process
from headway.cli.output import Column, Format, Output, counted, note, say, seconds, show_json, show_rows, state
from headway.cli.session import open_session
from headway.cli.state_lines import StateLine, state_lines
from headway.operations import tasks
from headway.operations.clear import Cleared, ClearedInstance, Selection
from headway.operations.clear_linked import clear_linked
from headway.operations.tasks import RunStates, TaskEntry

app = group("Tasks: how they stand and why, what they logged, run them again.")

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
    from headway.operations.task_logs import LogRequest, log_events, without_log

    request = LogRequest(dag_id, task_id, run_id, map_index, attempt, follow=follow)
    with open_session() as session:
        events = log_events(session.conn, request, patience=session.settings.lease.length)
        show = show_log_as_json if output is Format.JSON else show_log
        if not show(events):
            note(without_log(session.conn, request))


@app.command()
def clear(
    dag_id: DagId,
    run_id: RunId = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", metavar="REGEX", help="A task id, or a pattern; default: all tasks.")
    ] = None,
    upstream: Annotated[bool, typer.Option("--upstream", "-u", help="Also everything before them.")] = False,
    downstream: Annotated[bool, typer.Option("--downstream", "-d", help="Also everything after them.")] = False,
    only_failed: Annotated[bool, typer.Option("--only-failed", "-f", help="Only what failed.")] = False,
    map_index: Annotated[
        int | None, typer.Option("--map-index", min=0, help="Only this instance of mapped tasks.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would be cleared.")] = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Run tasks again: their state is cleared and the run goes on; what runs is stopped first.

    Example: headway tasks clear parallel_dag --task load_a --downstream
    """
    selection = Selection(task, upstream=upstream, downstream=downstream, only_failed=only_failed, map_index=map_index)
    with open_session() as session:
        planned = clear_linked(session.conn, dag_id, run_id, selection, dry_run=True, actor=session.actor)
        if dry_run or not planned.instances:
            _show_cleared(planned, output, dry_run=True)
            return
        if not yes and output is Format.TABLE:
            _show_cleared(planned, output, dry_run=True)
        confirm(f"Clear {counted(len(planned.instances), 'task instance')} of run {planned.run_id}?", yes=yes)
        done = clear_linked(session.conn, dag_id, planned.run_id, selection, actor=session.actor)
        session.wake("clear", stops=any(each.stopping for each in (done, *done.linked)))
    _show_cleared(done, output, dry_run=False)


app.command("test")(task_in_process)
app.command("render")(rendered_task)


def _show_cleared(cleared: Cleared, output: Format, *, dry_run: bool) -> None:
    if output is Format.JSON:
        show_json(cleared)
        return
    if dry_run:
        show_rows(cleared.instances, _CLEARED_COLUMNS, output, empty="nothing to clear")
    for each in cleared.linked if dry_run else (cleared, *cleared.linked):
        verb = "to clear with them:" if dry_run else "cleared"
        say(f"{verb} {counted(len(each.instances), 'task instance')} of {each.dag_id} {each.run_id}")
        if each.stopping:
            note(f"{each.stopping} of them run: their workers stop them first")
    for text in cleared.notes:
        note(text)


def _heading(found: RunStates) -> Text:
    run = found.run
    took = f" for {seconds(run.seconds)}" if run.state == "running" else f" after {seconds(run.seconds)}"
    why = f": {found.why}" if found.why else ""
    return Text.assemble(
        (run.dag_id, "bold"), " ", run.run_id, "  ", state(run.state), why if run.seconds is None else took
    )


def _index(row: ClearedInstance) -> int | None:
    return None if row.map_index < 0 else row.map_index


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

_CLEARED_COLUMNS = [
    Column[ClearedInstance]("TASK", lambda row: row.task_id),
    Column[ClearedInstance]("INDEX", _index, right=True),
    Column[ClearedInstance]("STATE", lambda row: state(row.state)),
]
