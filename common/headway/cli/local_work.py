"""A DAG or a task run in this process and shown: without scheduler, worker and broker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalWorld
from headway.cli.durations import parse_moment
from headway.cli.json_argument import json_object
from headway.cli.output import Format, show_json
from headway.errors import HeadwayError
from headway.local.console import ConsoleWatcher, masked, show_fields
from headway.local.facts import manual_run
from headway.local.options import Options
from headway.local.results import RunReport, TaskReport
from headway.local.session import result_of, run_dag, run_task, task_execution
from headway.local.sources import open_source
from headway.local.values import open_world
from headway.settings import Settings, load_settings


@dataclass(frozen=True)
class Place:
    """Where a DAG is looked for, and files of values for its run."""

    dag_id: str
    file: Path | None
    folder: Path | None
    connections: Path | None
    variables: Path | None


@dataclass(frozen=True)
class TaskPlace:
    """A task, or one instance of a mapped one."""

    dag: Place
    task_id: str
    map_index: int


@dataclass
class _Local:
    dag: Any
    world: LocalWorld
    settings: Settings


def show_dag_run(
    place: Place, date: str | None, conf: str | None, *, mark_success: str | None, keep_delays: bool, output: Format
) -> None:
    """Run a whole DAG; raises ``HeadwayError`` when it fails."""
    with _opened(place) as local:
        report = run_dag(
            local.dag,
            local.world,
            logical_date=parse_moment(date) if date else None,
            conf=json_object("--conf", conf),
            watcher=_watcher(local, output),
            options=Options.of(local.settings, mark_success, keep_delays=keep_delays),
        )
    if output is Format.JSON:
        show_json(_as_json(report))
    if not report.succeeded:
        failed = [one.label for one in report.tasks if one.state == "failed"]
        raise HeadwayError(f"run of {place.dag_id} failed", f"mend {', '.join(failed)}" if failed else "")


def show_task_run(place: TaskPlace, date: str | None, conf: str | None, params: str | None, output: Format) -> None:
    """Run one task; raises ``HeadwayError`` when it fails."""
    with _opened(place.dag) as local:
        execution = _execution(local, place, date, _conf(conf, params))
        report = run_task(execution, local.world, _watcher(local, output))
        returned = _plain(local.world, result_of(execution, local.world))
    if output is Format.JSON:
        show_json({**_instance(report), "returned": returned})
    if report.state == "failed":
        raise HeadwayError(f"task {place.task_id} of {place.dag.dag_id} failed", "")


def show_rendered(place: TaskPlace, date: str | None, conf: str | None, params: str | None, output: Format) -> None:
    """Show a task's rendered template fields."""
    with _opened(place.dag) as local:
        execution = _execution(local, place, date, _conf(conf, params))
        execution.render()
        fields = execution.fields()
        if output is Format.JSON:
            show_json({name: _plain(local.world, value) for name, value in fields.items()})
        else:
            show_fields(local.world, fields)


@contextmanager
def _opened(place: Place) -> Iterator[_Local]:
    """The DAG, and a world that has what the files hold and, behind it, what the metastore holds."""
    settings = load_settings()
    with open_world(settings, connections=place.connections, variables=place.variables) as world:
        source = open_source(world, folder=place.folder, file=place.file)
        yield _Local(source.find(place.dag_id), world, settings)


def _execution(local: _Local, place: TaskPlace, date: str | None, conf: dict[str, Any]) -> Execution:
    facts = manual_run(local.dag, parse_moment(date) if date else None, conf)
    options = Options.of(local.settings)
    return task_execution(local.dag, place.task_id, facts, local.world, options, map_index=place.map_index)


def _watcher(local: _Local, output: Format) -> ConsoleWatcher:
    return ConsoleWatcher(local.world, sys.stderr if output is Format.JSON else None)


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
