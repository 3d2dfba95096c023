"""Run a DAG or a task in this process, without scheduler, worker and broker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from headway.authoring.local_runtime import LocalWorld
from headway.cli.durations import parse_moment
from headway.cli.json_argument import json_object
from headway.cli.output import Format, Output, show_json
from headway.errors import HeadwayError
from headway.local.console import ConsoleWatcher, masked, show_fields
from headway.local.facts import manual_run
from headway.local.options import Options
from headway.local.results import RunReport, TaskReport
from headway.local.session import result_of, run_dag, run_task, task_execution
from headway.local.sources import open_source
from headway.local.values import open_world
from headway.settings import Settings, load_settings

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
    with _opened(dag_id, file, dags, connections, variables) as local:
        watcher = ConsoleWatcher(local.world, sys.stderr if output is Format.JSON else None)
        report = run_dag(
            local.dag,
            local.world,
            logical_date=parse_moment(date) if date else None,
            conf=json_object("--conf", conf),
            watcher=watcher,
            options=Options.of(local.settings, mark_success, keep_delays=keep_delays),
        )
    if output is Format.JSON:
        show_json(_as_json(report))
    if not report.succeeded:
        failed = [one.label for one in report.tasks if one.state == "failed"]
        raise HeadwayError(f"run of {dag_id} failed", f"mend {', '.join(failed)}" if failed else "")


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
    with _opened(dag_id, file, dags, connections, variables) as local:
        facts = manual_run(local.dag, parse_moment(date) if date else None, _conf(conf, task_params))
        options = Options.of(local.settings)
        execution = task_execution(local.dag, task_id, facts, local.world, options, map_index=map_index)
        watcher = ConsoleWatcher(local.world, sys.stderr if output is Format.JSON else None)
        report = run_task(execution, local.world, watcher)
        returned = _plain(local.world, result_of(execution, local.world))
    if output is Format.JSON:
        show_json({**_instance(report), "returned": returned})
    if report.state == "failed":
        raise HeadwayError(f"task {task_id} of {dag_id} failed", "")


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
    with _opened(dag_id, file, dags, connections, variables) as local:
        facts = manual_run(local.dag, parse_moment(date) if date else None, _conf(conf, task_params))
        execution = task_execution(local.dag, task_id, facts, local.world, map_index=map_index)
        execution.render()
        fields = execution.fields()
        if output is Format.JSON:
            show_json({name: _plain(local.world, value) for name, value in fields.items()})
        else:
            show_fields(local.world, fields)


@dataclass
class _Local:
    dag: Any
    world: LocalWorld
    settings: Settings


@contextmanager
def _opened(
    dag_id: str, file: Path | None, folder: Path | None, connections: Path | None, variables: Path | None
) -> Iterator[_Local]:
    """The DAG, and a world that has what the files hold and, behind it, what the metastore holds."""
    settings = load_settings()
    with open_world(settings, connections=connections, variables=variables) as world:
        yield _Local(open_source(world, folder=folder, file=file).find(dag_id), world, settings)


def _conf(conf: str | None, task_params: str | None) -> dict[str, Any]:
    return (json_object("--conf", conf) or {}) | (json_object("--task-params", task_params) or {})


def _as_json(report: RunReport) -> dict[str, Any]:
    return {
        "dag_id": report.dag_id,
        "run_id": report.run_id,
        "logical_date": report.facts.logical_date,
        "state": report.state,
        "seconds": report.seconds,
        "tasks": [_instance(one) for one in report.tasks],
    }


def _instance(one: TaskReport) -> dict[str, Any]:
    names = ("task_id", "map_index", "state", "tries", "seconds", "error", "outlets")
    return {name: getattr(one, name) for name in names}


def _plain(world: LocalWorld, value: Any) -> Any:
    """A rendered value as JSON, its secrets masked; what JSON cannot hold is shown as Python writes it."""
    if isinstance(value, dict):
        return {str(key): _plain(world, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(world, each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(world, value if isinstance(value, str) else repr(value))
