"""Look at DAGs, run them, pause and delete them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from headway.cli import dag_repair
from headway.cli.confirm import Yes, confirm
from headway.cli.dag_page import show_dag
from headway.cli.json_argument import json_object
from headway.cli.lazy import group
from headway.cli.local_runs import dag_in_process
from headway.cli.output import (
    Column,
    Format,
    Output,
    counted,
    moment,
    note,
    say,
    seconds,
    show_json,
    show_rows,
    state,
    tell,
    warn,
)
from headway.cli.session import Session, open_session
from headway.errors import HeadwayError, InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, run_list
from headway.metastore.queries.dag_list import Dag, FileError
from headway.metastore.queries.run_list import Run
from headway.operations import dags
from headway.operations.dags import Unpaused
from headway.operations.lookup import find_dag
from headway.operations.trigger import Triggered

app = group("DAGs: look at them, run them, pause, hold and delete them.")

DagId = Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")]
DagIds = Annotated[list[str], typer.Argument(metavar="DAG...", help="Ids of DAGs.")]


@app.command("list")
def list_(
    stale: Annotated[bool, typer.Option("--all", "-a", help="Also DAGs whose file is gone.")] = False,
    tag: Annotated[str | None, typer.Option("--tag", "-t", help="Only DAGs with this tag.")] = None,
    output: Output = Format.TABLE,
) -> None:
    """List DAGs with their schedule, next run and last run.

    Example: headway dags list --tag finance
    """
    with open_session() as session:
        found = [each for each in dag_list.dags(session.conn, stale=stale) if tag is None or tag in each.tags]
        broken = len(dag_list.file_errors(session.conn))
    show_rows(found, _DAG_COLUMNS, output, empty="there are no DAGs yet: a scheduler reads them from the DAG folder")
    if broken:
        warn(f"{counted(broken, 'file')} cannot be loaded: `headway dags errors` shows why")


@app.command()
def show(dag_id: DagId, output: Output = Format.TABLE) -> None:
    """Show one DAG: style, schedule, tasks as a tree, limits, warnings, version.

    Example: headway dags show parallel_dag
    """
    with open_session() as session:
        found = dags.describe(session.conn, dag_id)
    if output is Format.JSON:
        show_json(found)
    else:
        show_dag(found)


@app.command()
def trigger(
    dag_id: DagId,
    conf: Annotated[
        str | None, typer.Option("--conf", "-c", metavar="JSON", help="What tasks see as dag_run.conf.")
    ] = None,
    logical_date: Annotated[
        str | None, typer.Option("--logical-date", "-e", metavar="TIME", help="ISO 8601; default: now.")
    ] = None,
    run_id: Annotated[str | None, typer.Option("--run-id", "-r", help="Default: manual__<logical date>.")] = None,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Follow the run; exit with 1 when it fails.")] = False,
    unpause_: Annotated[bool, typer.Option("--unpause", "-u", help="Unpause the DAG first, if it is paused.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Start a run now.

    A paused DAG's run waits until the DAG is unpaused. With --wait the run is followed to its end; a paused
    DAG needs --unpause then.

    Example: headway dags trigger parallel_dag --conf '{"day": "2026-01-31"}' --wait
    """
    from headway.cli.durations import parse_moment
    from headway.operations.trigger import trigger as trigger_dag

    when = parse_moment(logical_date) if logical_date else None
    with open_session() as session:
        if unpause_:
            _unpause_first(session, dag_id)
        elif wait and find_dag(session.conn, dag_id).is_paused:
            raise InvalidInput(f"{dag_id} is paused: --wait would wait for ever", "add --unpause")
        made = trigger_dag(
            session.conn,
            dag_id,
            conf=json_object("--conf", conf),
            logical_date=when,
            run_id=run_id,
            actor=session.actor,
        )
        session.wake("trigger", dag_id)
        if not wait:
            _show_triggered(made, output)
            return
        run = _follow(session.conn, made)
    _show_ended(made, run, output)


@app.command()
def pause(dag_ids: DagIds, output: Output = Format.TABLE) -> None:
    """Keep DAGs from starting anything new; what runs goes on to its end.

    Example: headway dags pause parallel_dag
    """
    with open_session() as session:
        changed = dags.pause(session.conn, dag_ids, actor=session.actor)
        session.wake("pause", *dag_ids)
    result = [{"dag_id": dag_id, "changed": dag_id in changed} for dag_id in dag_ids]
    tell(output, result, *(f"{id_} {'is paused' if id_ in changed else 'was paused already'}" for id_ in dag_ids))


@app.command()
def unpause(dag_ids: DagIds, output: Output = Format.TABLE) -> None:
    """Let DAGs run, and say how many runs their schedules create at once.

    Example: headway dags unpause parallel_dag
    """
    with open_session() as session:
        done = dags.unpause(session.conn, dag_ids, actor=session.actor)
        session.wake("pause", *dag_ids)
    tell(output, done, *map(_unpaused, done))


@app.command()
def runs(
    dag_id: DagId,
    state_: Annotated[str | None, typer.Option("--state", "-s", help="queued, running, success or failed.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many, newest first.")] = 20,
    output: Output = Format.TABLE,
) -> None:
    """List the runs of a DAG, newest first.

    Example: headway dags runs parallel_dag --state failed
    """
    with open_session() as session:
        find_dag(session.conn, dag_id)
        found = run_list.runs(session.conn, dag_id, state=_run_state(state_), limit=limit)
    none = f"none of its runs is {state_}" if state_ else f"no runs; start one: `headway dags trigger {dag_id}`"
    show_rows(found, _RUN_COLUMNS, output, empty=none)


@app.command()
def delete(
    dag_id: DagId,
    force: Annotated[bool, typer.Option("--force", help="Even with active runs: what runs is killed.")] = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Delete a DAG with its runs, XComs and logs; its file stays where it is.

    Example: headway dags delete old_dag --yes
    """
    with open_session() as session:
        found = find_dag(session.conn, dag_id)
        confirm(f"Delete {dag_id!r} with all of its runs and logs?", yes=yes)
        gone = dags.delete(session.conn, dag_id, force=force, actor=session.actor)
        session.wake("delete", dag_id, stops=force)
    what = f"{counted(gone.runs, 'run')} and {counted(gone.task_instances, 'task instance')}"
    tell(output, gone, f"deleted {dag_id} with {what}")
    if not found.is_stale:
        note(f"{gone.file} still defines it: remove it there too, or it comes back when the file changes")


@app.command()
def errors(output: Output = Format.TABLE) -> None:
    """Show the files that cannot be loaded: where, why, and what to do.

    Example: headway dags errors
    """
    with open_session() as session:
        found = dag_list.file_errors(session.conn)
    if output is Format.JSON:
        show_json(found)
    elif not found:
        note("every file loads")
    else:
        for each in found:
            _show_error(each)


app.command("hold")(dag_repair.hold)
app.command("release")(dag_repair.release)
app.command("held")(dag_repair.held)
app.command("versions")(dag_repair.versions)
app.command("diff")(dag_repair.diff)
app.command("test")(dag_in_process)


def _unpaused(done: Unpaused) -> str:
    return f"{done.dag_id} {'runs now' if done.changed else 'was not paused'}; {_due(done.runs_due)}"


def _show_triggered(made: Triggered, output: Format) -> None:
    tell(output, made, f"{made.dag_id}: run {made.run_id} is queued")
    if made.dag_is_paused:
        warn(f"{made.dag_id} is paused, so the run waits: headway dags unpause {made.dag_id}")


def _show_ended(made: Triggered, run: Run, output: Format) -> None:
    ended = Text.assemble(f"{made.dag_id} {made.run_id}: ", state(run.state), f" after {seconds(run.seconds)}")
    tell(output, run, ended)
    if run.state != "success":
        raise HeadwayError(f"run {made.run_id!r} failed", f"headway tasks states {made.dag_id} '{made.run_id}'")


def _unpause_first(session: Session, dag_id: str) -> None:
    (done,) = dags.unpause(session.conn, [dag_id], actor=session.actor)
    if done.changed:
        note(f"{dag_id} is unpaused; {_due(done.runs_due)}")


def _follow(conn: Connection, made: Triggered) -> Run:
    from headway.cli.follow import follow_run

    return follow_run(conn, made.dag_id, made.run_id)


def _run_state(name: str | None) -> str | None:
    from headway.states import RunState

    if name is not None and name not in list(RunState):
        raise InvalidInput(f"--state: expected one of {', '.join(RunState)}, got {name!r}", "")
    return name


def _due(count: int) -> str:
    if count == 0:
        return "no run is due now"
    at_most = "at least " if count >= dags.COUNTED else ""
    return f"{at_most}{count} run{'s are' if count > 1 else ' is'} due now"


def _show_error(error: FileError) -> None:
    place = f"{error.file}:{error.line}" if error.line else error.file
    say(Text.assemble((place, "bold"), ": ", (error.message, "red")))
    if error.remedy:
        say(f"  remedy: {error.remedy}")


def _dag_id(row: Dag) -> Text:
    return Text(row.dag_id, style="dim" if row.is_stale else "bold")


def _task_counts(row: Run) -> Text:
    done = row.tasks.get("success", 0)
    failed = row.tasks.get("failed", 0) + row.tasks.get("upstream_failed", 0)
    shown = Text(f"{done} of {sum(row.tasks.values())}" if row.tasks else "")
    return shown.append(f", {failed} failed", style="red") if failed else shown


_DAG_COLUMNS = [
    Column[Dag]("DAG", _dag_id),
    Column[Dag]("PAUSED", lambda row: Text("paused", style="yellow") if row.is_paused else None),
    Column[Dag]("SCHEDULE", lambda row: row.schedule),
    Column[Dag]("NEXT RUN", lambda row: None if row.is_paused else moment(row.next_due), detail=1),
    Column[Dag]("LAST RUN", lambda row: moment(row.last_run_after), detail=2),
    Column[Dag]("STATE", lambda row: state(row.last_state)),
    Column[Dag]("ACTIVE", lambda row: row.active_runs or None, right=True, detail=3),
    Column[Dag]("TAGS", lambda row: row.tags, detail=5),
    Column[Dag]("FILE", lambda row: f"{row.file} (gone)" if row.is_stale else row.file, detail=4),
]

_RUN_COLUMNS = [
    Column[Run]("RUN", lambda row: row.run_id),
    Column[Run]("STATE", lambda row: state(row.state)),
    Column[Run]("LOGICAL DATE", lambda row: moment(row.logical_date), detail=2),
    Column[Run]("STARTED", lambda row: moment(row.start_date), detail=1),
    Column[Run]("TOOK", lambda row: seconds(row.seconds), right=True),
    Column[Run]("TASKS DONE", _task_counts),
    Column[Run]("BY", lambda row: row.triggered_by, detail=3),
]
