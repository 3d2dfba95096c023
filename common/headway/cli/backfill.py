"""Run a DAG for past dates."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from headway.cli.durations import parse_moment
from headway.cli.json_argument import json_object
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, counted, moment, note, show_rows, state, tell
from headway.cli.session import open_session
from headway.metastore.queries.backfills import Backfill, Date
from headway.operations.backfill_dates import MAX_DATES
from headway.operations.backfills import Planned, Request

app = group("Backfills: run a DAG for a range of past dates, beside its live runs.")

DagId = Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")]
BackfillId = Annotated[int, typer.Argument(metavar="BACKFILL", help="Number of the backfill.")]
FromDate = Annotated[str, typer.Option("--from-date", "-s", metavar="TIME", help="First logical date, ISO 8601.")]
ToDate = Annotated[str, typer.Option("--to-date", "-e", metavar="TIME", help="Last logical date; it belongs to it.")]


class Reprocess(StrEnum):
    """Which runs that exist are run again."""

    NONE = "none"
    FAILED = "failed"
    COMPLETED = "completed"


@app.command()
def create(
    dag_id: DagId,
    from_date: FromDate,
    to_date: ToDate,
    max_active_runs: Annotated[int, typer.Option("--max-active-runs", "-m", min=1, help="How many at once.")] = 10,
    reprocess: Annotated[
        Reprocess, typer.Option("--reprocess-behavior", help="Which runs that exist are run again.")
    ] = Reprocess.NONE,
    backwards: Annotated[bool, typer.Option("--run-backwards", help="The newest date first.")] = False,
    conf: Annotated[str | None, typer.Option("--conf", "-c", metavar="JSON", help="dag_run.conf of each run.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the dates and what would become of each.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Run a DAG for each date of its schedule in a range.

    The runs leave room for live ones: of each queue, pool and limit they take a part (scheduler.backfill_share).
    A DAG has one backfill at a time.

    Example: headway backfill create parallel_dag --from-date 2026-01-01 --to-date 2026-01-31 --dry-run
    """
    from headway.operations import backfills
    from headway.operations.timetable_runs import ask

    request = Request(
        parse_moment(from_date),
        parse_moment(to_date),
        backwards=backwards,
        reprocess=reprocess.value,
        max_active_runs=max_active_runs,
        conf=json_object("--conf", conf),
    )
    with open_session() as session:
        wanted = backfills.question(session.conn, dag_id, request)
        own = ask(session.settings, wanted) if wanted else ()
        if dry_run:
            preview = backfills.preview(session.conn, dag_id, request, own)
            show_rows(preview.dates, _PLANNED, output, empty="no dates")
            for part in preview.left_out:
                note(part.message)
            return
        made = backfills.create(session.conn, dag_id, request, own, actor=session.actor)
        session.wake("backfill", dag_id)
    first, last = moment(made.from_date), moment(made.to_date)
    done = f"backfill {made.id} of {dag_id}: {counted(made.dates, 'date')}, {first} to {last}"
    tell(output, made, done, *(part.message for part in made.left_out))


@app.command("list")
def list_(
    dag_id: Annotated[str | None, typer.Option("--dag", "-d", help="Only those of this DAG.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many, the newest first.")] = 20,
    output: Output = Format.TABLE,
) -> None:
    """List backfills with how far they are.

    Example: headway backfill list --dag parallel_dag
    """
    from headway.metastore.queries import backfills

    with open_session() as session:
        found = backfills.backfills(session.conn, dag_id=dag_id, limit=limit)
    show_rows(found, _BACKFILLS, output, empty="there are no backfills; make one: `headway backfill create`")


@app.command()
def show(backfill_id: BackfillId, output: Output = Format.TABLE) -> None:
    """List the dates of a backfill and what became of them.

    Example: headway backfill show 3
    """
    from headway.metastore.queries import backfills as queries
    from headway.operations import backfills

    with open_session() as session:
        found = backfills.find(session.conn, backfill_id)
        dates = queries.dates(session.conn, backfill_id, limit=MAX_DATES)
    show_rows(dates, _DATES, output, empty="it has no dates")
    for part in found.left_out:
        note(f"left out on {moment(found.created_at)}: {part.message}")


@app.command()
def pause(backfill_id: BackfillId, output: Output = Format.TABLE) -> None:
    """Start no more runs of a backfill; those that run go on to their end.

    Example: headway backfill pause 3
    """
    _change(backfill_id, "pause", output)


@app.command()
def resume(backfill_id: BackfillId, output: Output = Format.TABLE) -> None:
    """Go on with a paused backfill.

    Example: headway backfill resume 3
    """
    _change(backfill_id, "resume", output)


@app.command()
def cancel(backfill_id: BackfillId, output: Output = Format.TABLE) -> None:
    """End a backfill: dates without a run stay without one; runs that have begun go on to their end.

    Example: headway backfill cancel 3
    """
    _change(backfill_id, "cancel", output)


def _change(backfill_id: int, what: str, output: Format) -> None:
    from headway.operations import backfills

    change = {"pause": backfills.pause, "resume": backfills.resume, "cancel": backfills.cancel}[what]
    with open_session() as session:
        done = change(session.conn, backfill_id, actor=session.actor)
        session.wake("backfill")
    tell(output, done, f"backfill {done.id} of {done.dag_id} is {done.state}")


_BACKFILLS = [
    Column[Backfill]("ID", lambda row: row.id, right=True),
    Column[Backfill]("DAG", lambda row: row.dag_id),
    Column[Backfill]("STATE", lambda row: row.state),
    Column[Backfill]("FROM", lambda row: moment(row.from_date)),
    Column[Backfill]("TO", lambda row: moment(row.to_date)),
    Column[Backfill]("ORDER", lambda row: "backwards" if row.backwards else "forwards"),
    Column[Backfill]("WAITING", lambda row: row.waiting, right=True),
    Column[Backfill]("QUEUED", lambda row: row.queued, right=True),
    Column[Backfill]("RUNNING", lambda row: row.running, right=True),
    Column[Backfill]("SUCCESS", lambda row: row.success, right=True),
    Column[Backfill]("FAILED", lambda row: row.failed, right=True),
    Column[Backfill]("SKIPPED", lambda row: row.skipped, right=True),
    Column[Backfill]("BY", lambda row: row.actor),
    Column[Backfill]("LEFT OUT", lambda row: "; ".join(part.message for part in row.left_out), wide=True),
]

_DATES = [
    Column[Date]("LOGICAL DATE", lambda row: moment(row.logical_date)),
    Column[Date]("OUTCOME", lambda row: row.outcome),
    Column[Date]("RUN", lambda row: row.run_id),
    Column[Date]("STATE", lambda row: state(row.state)),
    Column[Date]("REASON", lambda row: row.reason, wide=True),
]

_PLANNED = [
    Column[Planned]("LOGICAL DATE", lambda row: moment(row.logical_date)),
    Column[Planned]("INTERVAL ENDS", lambda row: moment(row.data_interval_end)),
    Column[Planned]("WOULD BE", lambda row: row.outcome),
    Column[Planned]("RUN", lambda row: row.run_id),
    Column[Planned]("REASON", lambda row: row.reason, wide=True),
]
