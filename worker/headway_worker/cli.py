"""The ``headway worker`` command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def command(
    queues: Annotated[str, typer.Option("--queues", "-Q", help="Queues to take tasks from, separated by commas.")] = "",
    concurrency: Annotated[
        int, typer.Option("--concurrency", "-c", min=0, help="Tasks at once; 0: as the settings say.")
    ] = 0,
    hostname: Annotated[
        str,
        typer.Option("--hostname", "-n", help="Name of this worker, NAME or NAME@HOST; default: its queues."),
    ] = "",
    join: Annotated[
        Path | None,
        typer.Option("--join", help="Join file of the cluster: where metastore and broker are, and the key."),
    ] = None,
) -> None:
    """Run a worker: take task instances from queues and execute them.

    It needs no copy of the DAG folder. SIGTERM or Ctrl-C lets running tasks finish for a while and hands
    the rest back; a second one ends at once.

    Example: headway worker -Q high_cpu -c 2 --join join.toml
    """
    if join is not None:
        os.environ["HEADWAY_JOIN"] = str(join.expanduser().absolute())
    from headway.settings import load_settings
    from headway_worker.parent.host import Wish, run_worker

    settings = load_settings()
    names = [name.strip() for name in queues.split(",") if name.strip()] or settings.worker.queues
    wish = Wish.of(names, concurrency or settings.worker.concurrency, hostname)
    raise typer.Exit(run_worker(settings, wish))
