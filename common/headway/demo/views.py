"""What the demo shows: runs as they proceed, where each task ran, the log of one task."""

from __future__ import annotations

import time
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from headway.log_store.reading import LogStore
from headway.metastore.database import Connection
from headway.metastore.queries import logs, task_list
from headway.metastore.queries.logs import LoggedAttempt
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.task_list import Instance
from headway.states import FINISHED, TaskState

COLOURS = {"success": "green", "failed": "red", "upstream_failed": "red", "skipped": "blue", "up_for_retry": "yellow"}
_PAUSE = 0.1  # seconds between looks for a log that is on its way
_SHOWN = frozenset(FINISHED) | {TaskState.RUNNING, TaskState.UP_FOR_RETRY}


class View(Protocol):
    """Shows runs as they proceed."""

    def update(self, run: Run, instances: list[Instance]) -> None:
        """Take in how a run stands now."""

    def close(self) -> None:
        """Leave the screen in order."""


def open_view(console: Console) -> View:
    """Progress bars on a terminal, a line for each change elsewhere."""
    return BarView(console) if console.is_terminal else LineView(console)


class LineView:
    """A line for each change of a task's state."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen: dict[int, tuple[str, int]] = {}

    def update(self, run: Run, instances: list[Instance]) -> None:
        """Print what changed since the last call."""
        for each in instances:
            if each.state in _SHOWN and self._seen.get(each.ti) != (each.state, each.try_number):
                self._seen[each.ti] = (each.state, each.try_number)
                where = f" on {each.node}" if each.node else ""
                self._console.print(f"  {run.dag_id}.{each.task_id}: {each.state}{where}", highlight=False)

    def close(self) -> None:
        """Nothing is left open."""


class BarView:
    """A bar for each run, with the tasks that run now."""

    def __init__(self, console: Console) -> None:
        columns = [
            TextColumn("{task.description}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
        ]
        self._progress = Progress(*columns, console=console)
        self._bars: dict[str, TaskID] = {}
        self._progress.start()

    def update(self, run: Run, instances: list[Instance]) -> None:
        """Move the run's bar."""
        if run.run_id not in self._bars:
            self._bars[run.run_id] = self._progress.add_task(run.dag_id, total=None, now="")
        done = sum(each.state in FINISHED for each in instances)
        running = [f"{each.task_id} ({each.queue})" for each in instances if each.state == TaskState.RUNNING]
        colour = COLOURS.get(run.state, "cyan")
        self._progress.update(
            self._bars[run.run_id],
            total=len(instances) or None,
            completed=done,
            now=f"[{colour}]{run.state}[/] {', '.join(running)}",
        )

    def close(self) -> None:
        """Stop drawing; the bars stay as they are."""
        self._progress.stop()


def places(conn: Connection, runs: list[Run]) -> Table:
    """A table of every task of some runs: state, tries, queue, worker, seconds."""
    table = Table(box=None, pad_edge=False)
    for name in ("dag", "task", "state", "tries", "queue", "worker", "seconds"):
        table.add_column(name, justify="right" if name in ("tries", "seconds") else "left", no_wrap=True)
    for run in runs:
        for each in task_list.instances(conn, run.key):
            attempts = logs.attempts_of(conn, dag_id=run.dag_id, run_id=run.run_id, task_id=each.task_id)
            state = f"[{COLOURS.get(each.state, 'default')}]{each.state}[/]"
            table.add_row(run.dag_id, each.task_id, state, *_effort(each, attempts))
    return table


def _effort(instance: Instance, attempts: list[LoggedAttempt]) -> tuple[str, str, str, str]:
    if not attempts:  # skipped, or empty: no worker had it
        return "-", "-", "-", "-"
    seconds = "-" if instance.seconds is None else f"{instance.seconds:.2f}"
    return str(len(attempts)), instance.queue, instance.node or attempts[-1].hostname, seconds


def await_log(conn: Connection, store: LogStore, run: Run, task_id: str, seconds: float = 5.0) -> list[str]:
    """The log of the newest attempt of an ended task; what has arrived of it after ``seconds``."""
    attempts = logs.attempts_of(conn, dag_id=run.dag_id, run_id=run.run_id, task_id=task_id)
    if not attempts:
        return []
    newest = attempts[-1]
    deadline = time.monotonic() + seconds
    while True:
        text = "".join(chunk.text for chunk in store.read(conn, ti=newest.ti, dispatch=newest.dispatch).chunks)
        if len(text.encode()) >= (newest.log_bytes or 1) or time.monotonic() > deadline:
            return text.splitlines()
        time.sleep(_PAUSE)
