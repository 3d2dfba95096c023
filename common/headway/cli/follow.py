"""Follow a run with a progress bar."""

from __future__ import annotations

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from headway.cli.output import warn
from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import run_list
from headway.metastore.queries.run_list import Run
from headway.operations import tasks
from headway.operations.tasks import RunStates
from headway.states import FINISHED, FINISHED_RUNS

_PAUSE = 0.25  # seconds between two looks
_QUIET = 3.0  # seconds without a change and without a running task after which the reason is told
_FINISHED = frozenset(map(str, FINISHED))
_TOLD = ("running", "queued", "up_for_retry", "failed", "upstream_failed", "skipped")


def follow_run(conn: Connection, dag_id: str, run_id: str) -> Run:
    """Show how a run proceeds until it has ended; return it as it ended.

    On a terminal a live bar, else one line for each change; a run that does not go on says why. Raises
    ``NotFound`` when the run is deleted.
    """
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with bar:
        shown = bar.add_task(run_id, total=None)
        last, changed, told = "", time.monotonic(), ""
        while True:
            run = _look(conn, dag_id, run_id)
            done, total, text = progress(run)
            bar.update(shown, completed=done, total=total or None, description=text)
            if bar.disable and text != last:
                print(text, file=sys.stderr, flush=True)  # noqa: T201
            if text != last:
                last, changed = text, time.monotonic()
            if run.state in FINISHED_RUNS:
                return run
            if time.monotonic() - changed > _QUIET and not run.tasks.get("running"):
                why, changed = obstacle(tasks.states(conn, dag_id, run_id)), time.monotonic()
                if why != told:
                    warn(why)
                    told = why
            time.sleep(_PAUSE)


def progress(run: Run) -> tuple[int, int, str]:
    """How many task instances have ended, of how many, and the run in words."""
    done = sum(count for name, count in run.tasks.items() if name in _FINISHED)
    total = sum(run.tasks.values())
    parts = [f"{run.tasks[name]} {name}" for name in _TOLD if run.tasks.get(name)]
    return done, total, f"{run.run_id}: {run.state}{', ' if parts else ''}{', '.join(parts)} ({done}/{total})"


def obstacle(found: RunStates) -> str:
    """What the run waits for: the reason of the task instance that is the furthest on."""
    waiting = [each for each in found.tasks if each.why and each.state not in _FINISHED]
    if found.why or not waiting:
        return f"{found.run.run_id}: {found.why or 'nothing runs at the moment'}"
    first = min(waiting, key=lambda each: (each.state != "queued", each.why.startswith("waits for ")))
    return f"{first.task_id}: {first.why}"


def _look(conn: Connection, dag_id: str, run_id: str) -> Run:
    run = run_list.run(conn, dag_id, run_id)
    if run is None:
        raise NotFound(f"run {run_id!r} was deleted", "")
    return run
