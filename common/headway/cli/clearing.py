"""Clear: show what would run again, ask, do it, and tell."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.output import Column, Format, Output, counted, note, say, show_json, show_rows, state
from headway.cli.repair_options import (
    AnyRun,
    DagId,
    Downstream,
    DryRun,
    Future,
    MapIndex,
    OnlyFailed,
    Past,
    Since,
    Until,
    Upstream,
    Version,
    run_choice,
)
from headway.cli.session import Session, open_session
from headway.operations.clear import Cleared, ClearedInstance, CodeVersion, Selection
from headway.operations.clear_runs import clear_runs
from headway.operations.selection import RunChoice


def clear_tasks(
    dag_id: DagId,
    run_id: AnyRun = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", metavar="REGEX", help="A task id, or a pattern; default: all tasks.")
    ] = None,
    upstream: Upstream = False,
    downstream: Downstream = False,
    only_failed: OnlyFailed = False,
    map_index: MapIndex = None,
    past: Past = False,
    future: Future = False,
    since: Since = None,
    until: Until = None,
    version: Version = CodeVersion.ORIGINAL,
    dry_run: DryRun = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Run tasks again: their state is cleared and the run goes on; what runs is stopped first.

    With --version latest the run goes on with what the DAG is now: new tasks join it, those that are gone are removed.

    Example: headway tasks clear parallel_dag --task load_a --downstream
    """
    selection = Selection(task, upstream=upstream, downstream=downstream, only_failed=only_failed, map_index=map_index)
    choice = run_choice(run_id, past=past, future=future, since=since, until=until)
    clear_and_show(dag_id, choice, selection, version, dry_run=dry_run, yes=yes, output=output)


def clear_and_show(
    dag_id: str,
    choice: RunChoice,
    selection: Selection,
    version: CodeVersion,
    *,
    dry_run: bool,
    yes: bool,
    output: Format,
) -> None:
    """Clear task instances of the chosen runs after a yes, and tell what was done."""
    with open_session() as session:
        actor = session.actor
        planned = clear_runs(session.conn, dag_id, choice, selection, version=version, dry_run=True, actor=actor)
        if dry_run or not any(each.changes for each in planned):
            _show(planned, output, dry_run=True)
            return
        if not yes and output is Format.TABLE:
            _show(planned, output, dry_run=True)
        confirm(_question(planned), yes=yes)
        done = [each for run in planned for each in _clear_again(session, run, selection, version)]
        session.wake("clear", dag_id, stops=any(each.stopping for run in done for each in (run, *run.linked)))
    _show(done, output, dry_run=False)


def _clear_again(session: Session, planned: Cleared, selection: Selection, version: CodeVersion) -> list[Cleared]:
    choice = RunChoice(planned.run_id)
    return clear_runs(session.conn, planned.dag_id, choice, selection, version=version, actor=session.actor)


def _question(planned: list[Cleared]) -> str:
    what = counted(sum(len(each.instances) for each in planned), "task instance")
    where = f"run {planned[0].run_id}" if len(planned) == 1 else counted(len(planned), "run")
    return f"Clear {what} of {where}?"


def _show(cleared: list[Cleared], output: Format, *, dry_run: bool) -> None:
    if output is Format.JSON:
        show_json(cleared[0] if len(cleared) == 1 else cleared)
        return
    if not cleared:
        note("nothing to clear")
    for each in cleared:
        _show_run(each, dry_run=dry_run, alone=len(cleared) == 1)


def _show_run(cleared: Cleared, *, dry_run: bool, alone: bool) -> None:
    if dry_run:
        if not alone:
            say(f"of run {cleared.run_id}:")
        show_rows(cleared.instances, _COLUMNS, Format.TABLE, empty="nothing to clear")
    for each in cleared.linked if dry_run else (cleared, *cleared.linked):
        verb = "to clear with them:" if dry_run else "cleared"
        say(f"{verb} {counted(len(each.instances), 'task instance')} of {each.dag_id} {each.run_id}")
        if each.stopping:
            note(f"{each.stopping} of them run: their workers stop them first")
    if code := cleared.code:
        gone = f", without {', '.join(code.removed)}" if code.removed else ""
        new = f", with {', '.join(code.added)}" if code.added else ""
        say(f"{'would go' if dry_run else 'goes'} on with version {code.number}{new}{gone}")
    for text in cleared.notes:
        note(text)


def _index(row: ClearedInstance) -> int | None:
    return None if row.map_index < 0 else row.map_index


_COLUMNS = [
    Column[ClearedInstance]("TASK", lambda row: row.task_id),
    Column[ClearedInstance]("INDEX", _index, right=True),
    Column[ClearedInstance]("STATE", lambda row: state(row.state)),
]
