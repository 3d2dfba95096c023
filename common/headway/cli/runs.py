"""Repair whole runs: run them again, mark, hold, note, delete."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.clearing import clear_and_show
from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.output import Format, Output, counted, tell
from headway.cli.repair_options import (
    AnyRun,
    DagId,
    DryRun,
    Reason,
    RunId,
    Since,
    Until,
    Version,
    run_choice,
)
from headway.cli.session import open_session
from headway.operations.clear import CodeVersion, Selection

app = group("Runs as a whole: run them again, mark, hold, note and delete them (`headway dags runs` lists them).")


@app.command()
def rerun(
    dag_id: DagId,
    run_id: AnyRun = None,
    all_: Annotated[bool, typer.Option("--all", "-a", help="Everything, and not only what failed.")] = False,
    since: Since = None,
    until: Until = None,
    version: Version = CodeVersion.ORIGINAL,
    dry_run: DryRun = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Run a run again from the point of failure (or all of it), or every run of a range of dates.

    Example: headway runs rerun parallel_dag --version latest
    """
    choice = run_choice(run_id, past=False, future=False, since=since, until=until)
    selection = Selection(only_failed=not all_)
    clear_and_show(dag_id, choice, selection, version, dry_run=dry_run, yes=yes, output=output)


@app.command()
def mark(
    dag_id: DagId,
    run_id: RunId,
    new_state: Annotated[str, typer.Argument(metavar="STATE", help="success or failed.")],
    dry_run: DryRun = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """End a run as a success or a failure: what runs of it is stopped, the rest does not start.

    Example: headway runs mark parallel_dag manual__2026-01-31T00:00:00+00:00 failed
    """
    from headway.cli.task_repair import marked_text
    from headway.operations.marks import mark_run

    with open_session() as session:
        planned = mark_run(session.conn, dag_id, run_id, new_state, dry_run=True, actor=session.actor)
        if dry_run:
            tell(output, planned, f"would mark {counted(len(planned.instances), 'task instance')} of {run_id}")
            return
        confirm(f"Mark {run_id} {new_state}, with {counted(len(planned.instances), 'task instance')}?", yes=yes)
        done = mark_run(session.conn, dag_id, run_id, new_state, actor=session.actor)
        session.wake("mark", dag_id, stops=bool(done.stopping))
    tell(output, done, marked_text(done))


@app.command()
def hold(dag_id: DagId, run_id: RunId, reason: Reason = "", output: Output = Format.TABLE) -> None:
    """Keep a run from starting anything new; what runs of it goes on to its end.

    Example: headway runs hold parallel_dag manual__2026-01-31T00:00:00+00:00 --reason "source is late"
    """
    from headway.operations.holds import hold as hold_run

    with open_session() as session:
        held = hold_run(session.conn, dag_id, run_id, reason=reason, actor=session.actor)
        session.wake("hold", dag_id)
    tell(output, held, f"{run_id} is held")


@app.command()
def release(dag_id: DagId, run_id: RunId, output: Output = Format.TABLE) -> None:
    """Let a held run go on.

    Example: headway runs release parallel_dag manual__2026-01-31T00:00:00+00:00
    """
    from headway.operations.holds import release as release_run

    with open_session() as session:
        changed = release_run(session.conn, dag_id, run_id, actor=session.actor)
        session.wake("release", dag_id)
    result = {"dag_id": dag_id, "run_id": run_id, "changed": changed}
    tell(output, result, f"{run_id} {'is released' if changed else 'was not held'}")


@app.command()
def note(
    dag_id: DagId,
    run_id: RunId,
    text: Annotated[str, typer.Argument(help="The note; an empty text takes it away.")],
    output: Output = Format.TABLE,
) -> None:
    """Leave a note on a run.

    Example: headway runs note parallel_dag manual__2026-01-31T00:00:00+00:00 "rerun for finance"
    """
    from headway.operations.notes import set_run_note

    with open_session() as session:
        written = set_run_note(session.conn, dag_id, run_id, text, actor=session.actor)
    tell(output, {"note": written}, "noted" if written else "the note is taken away")


@app.command()
def delete(
    dag_id: DagId,
    run_id: RunId,
    force: Annotated[bool, typer.Option("--force", help="Even while tasks of it run: they are killed.")] = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Delete a run with its tasks, XComs and logs.

    Example: headway runs delete parallel_dag manual__2026-01-31T00:00:00+00:00 --yes
    """
    from headway.operations.lookup import find_run
    from headway.operations.runs import delete_run

    with open_session() as session:
        find_run(session.conn, dag_id, run_id)
        confirm(f"Delete run {run_id} of {dag_id} with all of its logs?", yes=yes)
        gone = delete_run(session.conn, dag_id, run_id, force=force, actor=session.actor)
        session.wake("delete", dag_id, stops=bool(gone.stopping))
    tell(output, gone, f"deleted {run_id} with {counted(gone.task_instances, 'task instance')}")
