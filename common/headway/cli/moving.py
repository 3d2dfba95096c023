"""Moving in from Airflow: look at its DAG files, take over what it knows."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, note, show_json, show_rows
from headway.cli.session import open_session
from headway.errors import HeadwayError, InvalidInput

if TYPE_CHECKING:
    from headway.moving.takeover import Luggage, Step

app = group("Moving in from Airflow: check its DAG files, take over connections, variables, pools and schedules.")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of DAG files, or one file.")],
    variables: Annotated[
        Path | None,
        typer.Option("--variables", metavar="FILE", help="Variables that files read while they are loaded."),
    ] = None,
    connections: Annotated[
        Path | None, typer.Option("--connections", metavar="FILE", help="Connections that files read while loaded.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="airflow.cfg; default: AIRFLOW_HOME's, or beside.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=1, help="Seconds that one file may take to load.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Say, file by file, what of an Airflow DAG folder works here, and what to do for the rest.

    Every file is loaded in a process of its own; nothing of Airflow or Headway has to run. The exit status is 1 when
    a file does not load.

    Example: headway airflow check ~/airflow/dags
    """
    from headway.cli.check_page import show_report
    from headway.moving.check import Order
    from headway.moving.check import check as check_folder

    report = check_folder(Order(folder, timeout, variables, connections, config))
    if as_json or output is Format.JSON:
        show_json(report.as_json())
    else:
        show_report(report)
    if not report.loads:
        broken = [one.file for one in report.files if one.error]
        if not broken:
            raise HeadwayError("two files define the same DAG", "follow the remedies above")
        raise HeadwayError(f"{len(broken)} of {len(report.files)} files do not load", "follow the remedies above")


def import_(
    connections: Annotated[
        Path | None, typer.Option("--connections", metavar="FILE", help="From `airflow connections export`.")
    ] = None,
    variables: Annotated[
        Path | None, typer.Option("--variables", metavar="FILE", help="From `airflow variables export`.")
    ] = None,
    pools: Annotated[Path | None, typer.Option("--pools", metavar="FILE", help="From `airflow pools export`.")] = None,
    dags: Annotated[
        Path | None, typer.Option("--dags", metavar="FILE", help="From `airflow dags list -o json`: what is paused.")
    ] = None,
    runs: Annotated[
        list[Path] | None,
        typer.Option("--runs", metavar="FILE", help="From `airflow dags list-runs ... -o json`; may be repeated."),
    ] = None,
    database: Annotated[
        bool, typer.Option("--database", help="Read what is paused and the last runs from Airflow's database.")
    ] = False,
    keep_paused: Annotated[bool, typer.Option("--keep-paused", help="Unpause no DAG.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what differs here.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would be done.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Take over connections, variables, pools, what is paused and each DAG's last interval from Airflow.

    DAGs go on with the interval after the last one that Airflow has run: none is repeated, none left out. What
    differs here is not replaced without --overwrite. With --database the SQLAlchemy URL of Airflow's database is read
    from AIRFLOW_DATABASE_URL, or asked for; nothing is written there.

    Example: headway airflow import --connections connections.json --dags dags.json --runs runs.json --dry-run
    """
    from headway.authoring.value_files import read_connections, read_pools, read_variables
    from headway.moving.airflow_runs import of_command_line, of_database
    from headway.moving.takeover import LEFT, Luggage, plan, take_over

    found = of_command_line(dags, runs or [])
    luggage = Luggage(
        connections=read_connections(connections) if connections else {},
        variables=read_variables(variables) if variables else {},
        pools=read_pools(pools) if pools else {},
        dags=of_database(_database_url()) if database else found,
        keep_paused=keep_paused,
    )
    _refuse_nothing(luggage)
    with open_session() as session:
        if dry_run:
            steps = plan(session.conn, session.vault(), luggage)
        else:
            steps = take_over(session.conn, session.vault(), luggage, overwrite=overwrite, actor=session.actor)
            session.wake("import")
    show_rows(steps, _STEP_COLUMNS, output, empty="there is nothing to import")
    if dry_run:
        note("nothing was changed: this was a dry run")
    waiting = [step.name for step in steps if step.what == LEFT and step.detail.startswith("Airflow has not ended")]
    if waiting:
        raise HeadwayError(
            f"left alone: {', '.join(waiting)}", "pause them in Airflow, let their runs end, import again"
        )


app.command("import")(import_)


def _refuse_nothing(luggage: Luggage) -> None:
    if not any((luggage.connections, luggage.variables, luggage.pools, luggage.dags)):
        raise InvalidInput("there is nothing to import", "name files of Airflow's, or --database")


def _database_url() -> str:
    """From the environment or a prompt: it holds a password, so it has no place on a command line."""
    if url := os.environ.get("AIRFLOW_DATABASE_URL"):
        return url
    if not sys.stdin.isatty():
        raise InvalidInput("--database: AIRFLOW_DATABASE_URL is not set", "set it, or use a terminal")
    found: str = typer.prompt("SQLAlchemy URL of Airflow's database", hide_input=True, err=True)
    return found


def _what(step: Step) -> Text:
    return Text(step.what, style={"new": "green", "change": "cyan", "conflict": "bold red"}.get(step.what, "dim"))


_STEP_COLUMNS = [
    Column["Step"]("KIND", lambda step: step.kind),
    Column["Step"]("NAME", lambda step: step.name),
    Column["Step"]("WHAT", _what),
    Column["Step"]("DETAIL", lambda step: step.detail, wide=True),
]
