"""Runs of which nothing was heard: does the metastore still say what memory says?"""

from __future__ import annotations

import time

from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway_scheduler.book import Book

_LONGEST_SILENCE = 30.0  # seconds


class SilentRuns:
    """Marks runs as stale whose events were lost; a run is looked at less often the longer it is silent.

    ``first`` is the silence in seconds after which a run with work in flight is compared.
    """

    def __init__(self, book: Book, *, first: float) -> None:
        self._book = book
        self._first = first

    def check(self, conn: Connection) -> None:
        """Compare counts of task instances by state; a difference makes the engine rebuild that run."""
        now = time.monotonic()
        silent = [
            run
            for run in self._book.runs.values()
            if run.unfinished and now - run.last_event >= max(self._first, run.silence)
        ]
        if not silent:
            return
        counts = scheduling.progress(conn, [run.key for run in silent])
        for run in silent:
            run.silence = min(max(self._first, 2 * run.silence), _LONGEST_SILENCE)
            run.last_event = now
            if counts.get(run.key) != (run.unfinished, run.occupying):
                self._book.stale.add(run.key)
