"""DAG files that are run by hand: what ``dag.test()`` and ``dag.cli()`` do."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from headway.cli.errors import report
from headway.errors import HeadwayError, InvalidInput
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


def command_line(dag: Any) -> None:
    """``list``, ``test``, ``test TASK`` or ``render TASK``, then leave Python with the exit status."""
    try:
        sys.exit(_command(dag, sys.argv[1:]))
    except HeadwayError as error:
        sys.exit(report(error))


def _command(dag: Any, words: list[str]) -> int:
    if words == ["test"]:
        return int(not show_run(dag).succeeded)
    if words == ["list"]:
        sys.stdout.write("".join(f"{task_id}\n" for task_id in dag.task_ids))
        return 0
    if len(words) != 2 or words[0] not in ("test", "render"):
        given = f"got {' '.join(words)}" if words else "got nothing"
        raise InvalidInput(f"expected list, test, test TASK or render TASK, {given}", f"python {sys.argv[0]} test")
    with open_world(load_settings()) as world:
        execution = task_execution(dag, words[1], manual_run(dag), world)
        if words[0] == "test":
            return int(run_task(execution, world, ConsoleWatcher(world)).state == "failed")
        execution.render()
        show_fields(world, execution.fields())
        return 0


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
