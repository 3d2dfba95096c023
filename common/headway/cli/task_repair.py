"""Repair single tasks of a run: mark, kill, hold, release, note."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.output import Column, Format, Output, counted, note, say, show_json, show_rows, state, tell
from headway.cli.repair_options import (
    AnyRun,
    DagId,
    Downstream,
    DryRun,
    EveryRun,
    Future,
    MapIndex,
    NoMapIndex,
    Past,
    Reason,
    Since,
    TaskId,
    Until,
    Upstream,
    refuse_map_index,
    run_choice,
)
from headway.cli.session import open_session
from headway.operations.marks import Marked, MarkedInstance, mark_tasks
from headway.operations.selection import Selection

NewState = Annotated[str, typer.Argument(metavar="STATE", help="success, failed or skipped.")]
Pattern = Annotated[str, typer.Argument(metavar="TASK", help="Id of a task, or a pattern.")]


def mark(
    dag_id: DagId,
    task: Pattern,
    new_state: NewState,
    run_id: AnyRun = None,
    upstream: Upstream = False,
    downstream: Downstream = False,
    map_index: MapIndex = None,
    past: Past = False,
    future: Future = False,
    since: Since = None,
    until: Until = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Say how a task has ended, whatever it does: its run goes on from there; what runs of it is stopped.

    Example: headway tasks mark parallel_dag load_a success
    """
    selection = Selection(task, upstream=upstream, downstream=downstream, map_index=map_index)
    choice = run_choice(run_id, past=past, future=future, since=since, until=until)
    with open_session() as session:
        actor = session.actor
        planned = mark_tasks(session.conn, dag_id, choice, selection, new_state, dry_run=True, actor=actor)
        if dry_run or not planned:
            _show_planned(planned, output)
            return
        if not yes and output is Format.TABLE:
            _show_planned(planned, output)
        confirm(f"Mark {counted(sum(len(each.instances) for each in planned), 'task instance')} {new_state}?", yes=yes)
        done = mark_tasks(session.conn, dag_id, choice, selection, new_state, actor=actor)
        session.wake("mark", dag_id, stops=any(each.stopping for each in done))
    tell(output, done, *map(marked_text, done))


def kill(
    dag_id: DagId,
    task_id: TaskId,
    run_id: AnyRun = None,
    map_index: MapIndex = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try it again at once, if it has a try left.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """End a running task: on_kill, a grace, then SIGKILL for all of its processes; it fails.

    Example: headway tasks kill parallel_dag transform
    """
    from headway.operations.kills import kill as kill_task

    with open_session() as session:
        killed = kill_task(session.conn, dag_id, run_id, task_id, map_index, retry=retry, actor=session.actor)
        session.wake("kill", dag_id, stops=True)
    where = f" on {killed.node}" if killed.node else ""
    tell(output, killed, f"{task_id} of {killed.run_id} is being ended{where} (try {killed.try_number})")


def hold(
    dag_id: DagId,
    task_id: TaskId,
    run_id: EveryRun = None,
    reason: Reason = "",
    map_index: NoMapIndex = None,
    output: Output = Format.TABLE,
) -> None:
    """Keep a task from starting, in one run or in all, while the rest of the DAG goes on.

    Of a mapped task all instances are held.

    Example: headway tasks hold parallel_dag load_a --reason "the bank is shut until Monday"
    """
    from headway.operations.holds import hold as hold_task

    refuse_map_index(map_index, dag_id, task_id)
    with open_session() as session:
        held = hold_task(session.conn, dag_id, run_id, task_id, reason=reason, actor=session.actor)
        session.wake("hold", dag_id)
    tell(output, held, f"{task_id} of {run_id or f'every run of {dag_id}'} is held")


def release(
    dag_id: DagId,
    task_id: TaskId,
    run_id: EveryRun = None,
    map_index: NoMapIndex = None,
    output: Output = Format.TABLE,
) -> None:
    """Let a held task start again.

    Example: headway tasks release parallel_dag load_a
    """
    from headway.operations.holds import release as release_task

    refuse_map_index(map_index, dag_id, task_id)
    with open_session() as session:
        changed = release_task(session.conn, dag_id, run_id, task_id, actor=session.actor)
        session.wake("release", dag_id)
    where = run_id or f"every run of {dag_id}"
    result = {"dag_id": dag_id, "task_id": task_id, "run_id": run_id, "changed": changed}
    tell(output, result, f"{task_id} of {where} {'is released' if changed else 'was not held'}")


def note_task(
    dag_id: DagId,
    task_id: TaskId,
    text: Annotated[str, typer.Argument(help="The note; an empty text takes it away.")],
    run_id: AnyRun = None,
    map_index: MapIndex = None,
    output: Output = Format.TABLE,
) -> None:
    """Leave a note on a task of a run.

    Example: headway tasks note parallel_dag load_a "rows of May were missing; loaded by hand"
    """
    from headway.operations.notes import set_task_note

    with open_session() as session:
        written = set_task_note(session.conn, dag_id, run_id, task_id, text, map_index=map_index, actor=session.actor)
    tell(output, {"note": written}, "noted" if written else "the note is taken away")


def marked_text(marked: Marked) -> str:
    """What was marked in a run, in one sentence."""
    what = f"marked {counted(len(marked.instances), 'task instance')} of {marked.run_id} {marked.new_state}"
    stopped = f"; {marked.stopping} of them ran and are stopped" if marked.stopping else ""
    behind = f", until {counted(marked.teardowns, 'teardown')} has ended" if marked.teardowns else ""
    return f"{what}; the run is {marked.run_state}{behind}{stopped}"


def _show_planned(planned: list[Marked], output: Format) -> None:
    if output is Format.JSON:
        show_json(planned)
        return
    if not planned:
        note("nothing would change")
    for each in planned:
        say(f"of run {each.run_id}:")
        show_rows(each.instances, _COLUMNS, output, empty="nothing")


_COLUMNS = [
    Column[MarkedInstance]("TASK", lambda row: row.task_id),
    Column[MarkedInstance]("INDEX", lambda row: None if row.map_index < 0 else row.map_index, right=True),
    Column[MarkedInstance]("STATE", lambda row: state(row.state)),
]
