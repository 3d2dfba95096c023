"""What waits in each queue, and who consumes it."""

from __future__ import annotations

from rich.text import Text

from headway.cli.output import Column, Format, Output, counted, seconds, show_rows, warn
from headway.cli.session import open_session
from headway.errors import BrokerUnavailable, SettingsError
from headway.operations.queues import QueueState, queue_states


def queues(output: Output = Format.TABLE) -> None:
    """Show each queue: what waits where and for how long, what runs, and who consumes it.

    DEPTH is what lies in the broker. BACKLOG counts tasks that are ready and wait in the metastore,
    OUTSTANDING those published and not begun yet, OLDEST the age of the oldest of these. A queue that a DAG
    names and nobody consumes is shown too, and marked.

    Example: headway queues --output json
    """
    with open_session() as session:
        concurrency = session.settings.worker.concurrency
        try:
            with session.bus() as bus:
                found = queue_states(session.conn, bus, concurrency=concurrency)
        except (BrokerUnavailable, SettingsError) as error:
            warn(f"{error.message}; depths are missing")
            found = queue_states(session.conn, None, concurrency=concurrency)
    show_rows(found, _COLUMNS, output, empty="no DAG names a queue and no worker is running")


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
    Column[QueueState]("CONSUMERS", _consumers, wide=True),
]
