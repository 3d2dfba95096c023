"""Moving in from Airflow: look at its DAG files, take over what it knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headway.cli.lazy import group
from headway.cli.output import Format, Output, show_json
from headway.errors import HeadwayError

app = group("Moving in from Airflow: check its DAG files, take over connections, variables, pools and schedules.")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of DAG files.")],
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
        raise HeadwayError(f"{len(broken)} of {len(report.files)} files do not load", "follow the remedies above")
