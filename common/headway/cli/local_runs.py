"""The commands that run a DAG or a task in this process; ``local_work`` does it, imported when one is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headway.cli.output import Format, Output

DagId = Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")]
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")]
Date = Annotated[str | None, typer.Argument(metavar="[DATE]", help="Logical date in ISO 8601; default: now.")]
Conf = Annotated[str | None, typer.Option("--conf", "-c", metavar="JSON", help="What tasks see as dag_run.conf.")]
File = Annotated[Path | None, typer.Option("--file", "-f", help="The DAG file; default: look in the DAG folder.")]
Dags = Annotated[Path | None, typer.Option("--dags", "-d", help="The DAG folder; default: that of the settings.")]
Connections = Annotated[
    Path | None, typer.Option("--connections", metavar="FILE", help="Connections for this run: JSON, YAML or env.")
]
VariablesFile = Annotated[
    Path | None, typer.Option("--variables", metavar="FILE", help="Variables for this run: JSON, YAML or env.")
]
TaskParams = Annotated[
    str | None, typer.Option("--task-params", "-t", metavar="JSON", help="Params for this task, over all others.")
]
MapIndex = Annotated[int, typer.Option("--map-index", min=-1, help="Which instance of a mapped task.")]


def dag_in_process(
    dag_id: DagId,
    date: Date = None,
    conf: Conf = None,
    file: File = None,
    dags: Dags = None,
    mark_success: Annotated[
        str | None,
        typer.Option("--mark-success-pattern", metavar="REGEX", help="Count tasks with such ids as successful."),
    ] = None,
    keep_delays: Annotated[
        bool, typer.Option("--keep-delays", help="Wait before a retry as long as the task says.")
    ] = False,
    connections: Connections = None,
    variables: VariablesFile = None,
    output: Output = Format.TABLE,
) -> None:
    """Run a whole DAG in this process and show it; exit with 1 when it fails.

    Nothing else has to run: no scheduler, worker, broker or metastore. Connections and variables come from the
    environment, the given files and, where one is configured, the metastore. Nothing is stored there.

    Example: headway dags test parallel_dag 2026-01-31 --mark-success-pattern 'wait_.*'
    """
    from headway.cli.local_work import Place, show_dag_run

    place = Place(dag_id, file, dags, connections, variables)
    show_dag_run(place, date, conf, mark_success=mark_success, keep_delays=keep_delays, output=output)


def task_in_process(
    dag_id: DagId,
    task_id: TaskId,
    date: Date = None,
    conf: Conf = None,
    task_params: TaskParams = None,
    map_index: MapIndex = -1,
    file: File = None,
    dags: Dags = None,
    connections: Connections = None,
    variables: VariablesFile = None,
    output: Output = Format.TABLE,
) -> None:
    """Run one task in this process, whatever stands before it; exit with 1 when it fails.

    There is one try, and nothing is stored; --output json tells what it has returned.

    Example: headway tasks test parallel_dag extract_a 2026-01-31
    """
    from headway.cli.local_work import Place, TaskPlace, show_task_run

    place = TaskPlace(Place(dag_id, file, dags, connections, variables), task_id, map_index)
    show_task_run(place, date, conf, task_params, output)


def rendered_task(
    dag_id: DagId,
    task_id: TaskId,
    date: Date = None,
    conf: Conf = None,
    task_params: TaskParams = None,
    map_index: MapIndex = -1,
    file: File = None,
    dags: Dags = None,
    connections: Connections = None,
    variables: VariablesFile = None,
    output: Output = Format.TABLE,
) -> None:
    """Show a task's templates as they would be filled in; nothing is run.

    Example: headway tasks render parallel_dag extract_a 2026-01-31
    """
    from headway.cli.local_work import Place, TaskPlace, show_rendered

    place = TaskPlace(Place(dag_id, file, dags, connections, variables), task_id, map_index)
    show_rendered(place, date, conf, task_params, output)
