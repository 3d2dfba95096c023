"""DAG files that are run by hand: what ``dag.test()`` and ``dag.cli()`` do."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from headway.errors import InvalidInput
from headway.local.console import ConsoleWatcher, show_fields
from headway.local.facts import manual_run
from headway.local.options import Options
from headway.local.results import RunReport
from headway.local.session import run_dag, run_task, task_execution
from headway.local.values import open_world
from headway.settings import load_settings


def show_run(
    dag: Any,
    *,
    logical_date: datetime | None = None,
    conf: Mapping[str, Any] | None = None,
    connections: str | None = None,
    variables: str | None = None,
    mark_success: re.Pattern[str] | str | None = None,
) -> RunReport:
    """Run a DAG and show it on standard output; files of connections and variables as in ``value_files``."""
    settings = load_settings()
    with open_world(settings, connections=_path(connections), variables=_path(variables)) as world:
        options = Options.of(settings, mark_success)
        watcher = ConsoleWatcher(world)
        return run_dag(dag, world, logical_date=logical_date, conf=conf, watcher=watcher, options=options)


def command_line(dag: Any, arguments: list[str] | None = None) -> None:
    """``test``, ``list``, ``test TASK`` or ``render TASK``; raises ``InvalidInput`` for anything else."""
    match sys.argv[1:] if arguments is None else arguments:
        case ["list"]:
            sys.stdout.write("".join(f"{task_id}\n" for task_id in dag.task_ids))
        case ["test"]:
            sys.exit(0 if show_run(dag).succeeded else 1)
        case ["test", task_id]:
            with open_world(load_settings()) as world:
                execution = task_execution(dag, task_id, manual_run(dag), world)
                sys.exit(1 if run_task(execution, world, ConsoleWatcher(world)).state == "failed" else 0)
        case ["render", task_id]:
            with open_world(load_settings()) as world:
                execution = task_execution(dag, task_id, manual_run(dag), world)
                execution.render()
                show_fields(world, execution.fields())
        case _:
            raise InvalidInput(f"expected list, test, test TASK or render TASK of DAG {dag.dag_id}", "")


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
