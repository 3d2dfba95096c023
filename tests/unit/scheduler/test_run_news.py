"""What the engine tells of its runs: rarely enough, and always the last word."""

from __future__ import annotations

import math
import time

from headway.flow.run_memory import RunMemory
from headway.states import RunState, TaskState
from headway_scheduler.book import Book
from headway_scheduler.run_news import PAUSE, RunNews, RunTeller
from support.memories import blueprint, open_book, remember
from support.structures import task


class Told:
    """A teller on a book, and what it has told."""

    def __init__(self, book: Book) -> None:
        self.batches: list[list[RunNews]] = []
        self.teller = RunTeller(book, self.batches.append)

    @property
    def last(self) -> list[RunNews]:
        return self.batches[-1]


def run(*task_ids: str, key: int = 1) -> RunMemory:
    return remember(blueprint("d", *map(task, task_ids)), key=key)


def test_nothing_is_told_while_nothing_changes() -> None:
    told = Told(Book())
    told.teller.look()
    assert told.batches == []
    assert told.teller.wait == math.inf


def test_a_run_is_told_with_its_counts() -> None:
    found = run("a", "b", "c")
    book = open_book(found)
    book.move(found, 0, TaskState.SUCCESS)
    book.move(found, 1, TaskState.QUEUED)
    told = Told(book)
    told.teller.look()
    assert told.last == [RunNews(1, "d", "r1", "running", 1, {"none": 1, "queued": 1, "success": 1}, 1)]


def test_removed_instances_do_not_count() -> None:
    found = run("a", "b")
    book = open_book(found)
    book.move(found, 0, TaskState.REMOVED)
    told = Told(book)
    told.teller.look()
    assert told.last[0].counts == {"none": 1}


def test_the_last_word_comes_however_often_something_happens_meanwhile() -> None:
    """Many changes, told seldom: so many batches need at least that many pauses."""
    found = run(*(f"t{n}" for n in range(2000)))
    book = open_book(found)
    told = Told(book)
    began = time.monotonic()
    for slot in range(2000):
        book.move(found, slot, TaskState.SUCCESS)
        told.teller.look()
    while told.teller.wait < math.inf:
        time.sleep(told.teller.wait)
        told.teller.look()
    took = time.monotonic() - began
    assert 2 <= len(told.batches) <= 1 + took / PAUSE
    assert told.last[0].counts == {"success": 2000}


def test_the_end_of_a_run_is_told_behind_what_it_did() -> None:
    found, other = run("a", key=1), run("a", key=2)
    book = open_book(found, other)
    book.move(found, 0, TaskState.FAILED)
    book.end(found, RunState.FAILED)
    told = Told(book)
    told.teller.look()
    assert [(news.key, news.state) for news in told.last] == [(2, "running"), (1, "failed")]
    assert told.last[-1].counts == {"failed": 1}


def test_a_book_that_is_forgotten_says_what_it_knew() -> None:
    found = run("a")
    book = open_book(found)
    told = Told(book)
    told.teller.look()
    book.end(found, RunState.SUCCESS)
    told.teller.tell_now()
    assert told.last[0].state == "success"
