"""What the engine has to tell of its runs, gathered at most four times a second.

A run that has changed is marked in the book by whatever changed it; here the marks are collected. A change that
comes when all is quiet is told at once, those behind it together when the pause is over: so the last word is
always said, and what a busy second costs does not depend on how many events it had.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from headway.flow.run_memory import RunMemory
from headway.states import RunState
from headway_scheduler.book import Book

PAUSE = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class RunNews:
    """A run as its owner knows it: ``counts`` of task instances by state, ``in_flight`` of them queued or running.

    Which of those run is known to the workers and the metastore only.
    """

    key: int
    dag_id: str
    run_id: str
    state: str
    version: int
    counts: dict[str, int]
    in_flight: int


class RunTeller:
    """Collects the book's marks for ``tell``; belongs to the engine's thread."""

    def __init__(self, book: Book, tell: Callable[[list[RunNews]], None]) -> None:
        self._book = book
        self._tell = tell
        self._next = 0.0

    @property
    def wait(self) -> float:
        """Seconds until there is something to tell, unless something happens before."""
        return max(0.0, self._next - time.monotonic()) if self._book.has_news else math.inf

    def look(self) -> None:
        """Tell what has changed, if the pause is over."""
        if not self._book.has_news or time.monotonic() < self._next:
            return
        self.tell_now()

    def tell_now(self) -> None:
        """Tell what has changed without a pause: the book is about to be forgotten."""
        self._next = time.monotonic() + PAUSE
        self._tell(self._collect())

    def _collect(self) -> list[RunNews]:
        book = self._book
        news = [
            RunNews(run.key, run.dag_id, run.run_id, RunState.QUEUED, run.version, {}, 0) for run in book.new_waiting
        ]
        news += [_news(run, RunState.RUNNING) for key in book.changed if (run := book.runs.get(key)) is not None]
        news += [_news(run, state) for run, state in book.ended]
        book.forget_news()
        return news


def _news(run: RunMemory, state: RunState) -> RunNews:
    counts = run.counts()
    return RunNews(run.key, run.blueprint.dag_id, run.run_id, state, run.version, counts, run.occupying)
