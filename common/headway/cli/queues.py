"""What waits in each queue, and who consumes it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer
from rich.live import Live
from rich.text import Text

from headway.broker.bus import Bus
from headway.cli.output import Column, Format, Output, console, counted, seconds, show_rows, table_of, warn
from headway.cli.session import Session, open_session
from headway.errors import BrokerUnavailable, InvalidInput, SettingsError
from headway.operations.queues import QueueState, queue_states

_EVERY = 2.0  # seconds between two looks of --watch
_EMPTY = "no DAG names a queue and no worker is running"


def queues(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look every two seconds, until Ctrl-C.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Show each queue: what waits where and for how long, what runs, who consumes it and how many workers it wants.

    DEPTH is what lies in the broker. BACKLOG counts tasks that are ready and wait in the metastore,
    OUTSTANDING those published and not begun yet, OLDEST the age of the oldest of these. TAKES is how long a task
    of the queue took on average in the last hour, WANTED how many workers could be used now. A queue that a DAG
    names and nobody consumes is shown too, and marked.

    Example: headway queues --watch
    """
    if watch and output is Format.JSON:
        raise InvalidInput("--watch shows a table", "leave --output json out, or call the command again and again")
    with open_session() as session, ExitStack() as stack:
        look = _Look(session, stack)
        if watch:
            _watch(look)
        else:
            show_rows(look(), _COLUMNS, output, empty=_EMPTY)


class _Look:
    """One look at all queues; a broker that is away leaves the depths out, and is told once."""

    def __init__(self, session: Session, stack: ExitStack) -> None:
        self._session = session
        self._stack = stack
        self._bus: Bus | None = None
        self._warned = False

    def __call__(self) -> list[QueueState]:
        concurrency = self._session.settings.worker.concurrency
        return queue_states(self._session.conn, self._depths, concurrency=concurrency)

    def _depths(self, queues: Sequence[str]) -> dict[str, int]:
        try:
            self._bus = self._bus or self._stack.enter_context(self._session.bus())
            return self._bus.depths(queues)
        except (BrokerUnavailable, SettingsError) as error:
            if not self._warned:
                warn(f"{error.message}; depths are missing")
            self._warned = True
            return {}


def _watch(look: Callable[[], list[QueueState]]) -> None:
    """Show a table that changes; where there is no terminal, one after the other."""
    shown = console()
    try:
        if not sys.stdout.isatty():
            while True:
                show_rows(look(), _COLUMNS, Format.TABLE, empty=_EMPTY)
                sys.stdout.flush()
                time.sleep(_EVERY)
        with Live(console=shown, auto_refresh=False) as live:
            while True:
                live.update(table_of(look(), _COLUMNS, shown), refresh=True)
                time.sleep(_EVERY)
    except KeyboardInterrupt:
        return


def _consumers(row: QueueState) -> Text:
    if not row.consumed:
        return Text(f"NOBODY: start `headway worker -Q {row.queue}`", style="bold red")
    return Text(f"{counted(row.workers, 'worker')}, {counted(row.slots, 'slot')}")


_COLUMNS = [
    Column[QueueState]("QUEUE", lambda row: row.queue),
    Column[QueueState]("DEPTH", lambda row: "?" if row.depth is None else row.depth, right=True),
    Column[QueueState]("BACKLOG", lambda row: row.backlog, right=True),
    Column[QueueState]("OUTSTANDING", lambda row: row.outstanding, right=True),
    Column[QueueState]("OLDEST", lambda row: seconds(row.oldest_seconds), right=True),
    Column[QueueState]("RUNNING", lambda row: row.running, right=True),
    Column[QueueState]("TAKES", lambda row: seconds(row.mean_duration), right=True, detail=1),
    Column[QueueState]("WANTED", lambda row: row.wanted_workers, right=True),
    Column[QueueState]("CONSUMERS", _consumers, wide=True),
]
