"""The entry of the ``headway`` command."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from headway.cli.errors import INTERRUPTED, report
from headway.cli.lazy import LazyGroup

app = typer.Typer(cls=LazyGroup, add_completion=True, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    command: Any = typer.main.get_command(app)
    try:
        status = command.main(args=arguments, prog_name="headway", standalone_mode=False)
        sys.stdout.flush()
    except typer.Abort:
        return INTERRUPTED
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (a person never sees a traceback)
        return report(error)
    return status if isinstance(status, int) else 0


def _show_version(wanted: bool) -> None:
    if wanted:
        from headway.cli.info import version

        version()
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Headway runs DAGs of tasks on Celery workers: named queues, many hosts, one command to start.

    Begin with `headway demo`, or with `headway standalone` in one terminal and `headway dags list` in another.
    Every command explains itself with --help, and those that show something take --output json.
    """
