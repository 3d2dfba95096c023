"""Events that never came: does the metastore still say what memory says?

What is in flight is looked up at every sweep, which costs little, for a queue's window bounds it: a lost
event costs a sweep. Runs of which nothing was heard for long are compared as a whole.
"""

from __future__ import annotations

import time

from headway.messages import Finished
from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway_scheduler.book import Book

_SILENCE = 15.0  # seconds
_AT_ONCE = 5000  # task instances in one look-up


class SilentRuns:
    """Finds what events would have told."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def unheard(self, conn: Connection) -> list[Finished]:
        """The events of task instances that memory believes in flight although they are not."""
        tis = [run.ti(slot) for run in self._book.runs.values() for slot in run.in_flight]
        return [
            Finished(*row)
            for start in range(0, len(tis), _AT_ONCE)
            for row in scheduling.no_longer_in_flight(conn, tis[start : start + _AT_ONCE])
        ]

    def check(self, conn: Connection) -> None:
        """Compare counts of task instances by state; a difference makes the engine rebuild that run."""
        now = time.monotonic()
        silent = [run for run in self._book.runs.values() if now - run.last_event >= _SILENCE]
        if not silent:
            return
        counts = scheduling.progress(conn, [run.key for run in silent])
        for run in silent:
            run.last_event = now
            if counts.get(run.key, (0, 0)) != (run.unfinished, run.occupying):
                self._book.stale.add(run.key)
