"""The ``headway triggerer`` command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def command(
    capacity: Annotated[
        int, typer.Option("--capacity", min=0, help="Triggers run at once; 0: as the settings say.")
    ] = 0,
    join: Annotated[
        Path | None,
        typer.Option("--join", help="Join file of the cluster: where metastore and broker are, and the key."),
    ] = None,
) -> None:
    """Run a triggerer: wait on behalf of deferred tasks, which take no worker's slot meanwhile.

    Several may run at once: they share the triggers, and when one dies the others take over its triggers within its
    lease. It needs no copy of the DAG folder.

    Example: headway triggerer --capacity 5000
    """
    if join is not None:
        os.environ["HEADWAY_JOIN"] = str(join.expanduser().absolute())
    from headway import node_logs
    from headway.settings import load_settings
    from headway_triggerer.node import TriggererNode

    settings = load_settings()
    node_logs.set_up(settings.logs.node_format, "triggerer")
    TriggererNode(settings, capacity or settings.triggerer.capacity).run()
