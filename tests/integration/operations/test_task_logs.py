"""Reading and following logs: complete, running, lost, cut; over several tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from headway.errors import NotFound
from headway.log_store.reading import LogStore
from headway.metastore.queries import nodes, scheduling
from headway.operations.task_logs import (
    Began,
    Earlier,
    Ended,
    LogEnd,
    LogEvent,
    LogRequest,
    Text,
    Waiting,
    log_events,
    without_log,
)
from headway.settings import LogSettings
from headway.states import Outcome
from support.stage import DAG, RUN, Stage
from support.structures import add_run, task

STORE = LogStore(LogSettings())


@pytest.fixture
def one(stage: Stage) -> Stage:
    stage.dag(task("a", retries=1))
    stage.start()
    stage.queue("a")
    return stage


def told(events: Iterator[LogEvent]) -> list[Any]:
    """The events in short."""
    short: list[Any] = []
    for event in events:
        if isinstance(event, Earlier):
            short.append(event)
        elif isinstance(event, Began):
            short.append(f"try {event.attempt.try_number}")
        elif isinstance(event, Text):
            short.append(event.text)
        elif isinstance(event, Ended):
            short.append(event.end)
        elif isinstance(event, Waiting):
            short.append((event.state, event.why))
    return short


def read(stage: Stage, **more: Any) -> list[Any]:
    return told(log_events(stage.conn, STORE, LogRequest(DAG, "a", **more), patience=0))


def follow(
    stage: Stage, *steps: Callable[[], object], patience: float = 30, follow: bool = True, **more: Any
) -> list[Any]:
    """Follow while each pause of the reader lets the next step happen."""
    waiting = list(steps)

    def pause() -> None:
        assert waiting, "the follower waits for something that nobody does"
        waiting.pop(0)()

    return told(
        log_events(stage.conn, STORE, LogRequest(DAG, "a", follow=follow, **more), patience=patience, pause=pause)
    )


def test_a_finished_log_is_whole(one: Stage) -> None:
    claimed = one.claim("a")
    middle = one.log(claimed, "één\n")
    end = one.log(claimed, "two\n", middle)
    one.finish(claimed, log_bytes=end)
    assert read(one) == ["try 1", "één\n", "two\n", LogEnd.COMPLETE]


def test_a_running_one_shows_what_is_there(one: Stage) -> None:
    one.log(one.claim("a"), "first\n")
    assert read(one) == ["try 1", "first\n", LogEnd.RUNNING]


def test_a_task_that_never_began_has_no_log(one: Stage) -> None:
    assert read(one) == []
    assert without_log(one.conn, LogRequest(DAG, "a")).startswith("nothing was logged yet")
    assert without_log(one.conn, LogRequest(DAG, "a", try_number=2)) == "a had no try 2: it is queued at try 1"


def test_a_lost_host_is_said(one: Stage) -> None:
    one.join_worker()
    one.log(one.claim("a"), "last words\n")
    one.conn.execute("UPDATE node SET state = 'dead'")
    assert nodes.end_lost(one.conn, max_lost=3)
    assert read(one) == ["try 1", "last words\n", LogEnd.LOST]


def test_a_follower_misses_no_try_that_begins_while_it_waits(one: Stage) -> None:
    def two_tries() -> None:
        due = one.value("SELECT now()")
        first = one.claim("a")
        one.finish(first, Outcome.RETRY, due=due, error="ValueError", log_bytes=one.log(first, "no luck\n"))
        one.queue("a")
        second = one.claim("a")
        one.finish(second, log_bytes=one.log(second, "fine\n"))

    waiting, *shown = follow(one, two_tries)
    assert waiting[0] == "queued"
    assert shown == ["try 1", "no luck\n", LogEnd.COMPLETE, "try 2", "fine\n", LogEnd.COMPLETE]


def test_a_missing_end_is_said(one: Stage) -> None:
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=one.log(claimed, "half\n") + 10)
    assert read(one) == ["try 1", "half\n", LogEnd.CUT]


def test_a_follower_ends_with_the_last_byte(one: Stage) -> None:
    claimed = one.claim("a")
    end = one.log(claimed, "one\n")
    events = follow(
        one,
        lambda: one.finish(claimed, log_bytes=end + 4),  # over, and four bytes are still on their way
        lambda: one.log(claimed, "two\n", end),
    )
    assert events == ["try 1", "one\n", "two\n", LogEnd.COMPLETE]


def test_the_end_that_is_on_its_way_is_awaited_by_everyone(one: Stage) -> None:
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=4)
    assert follow(one, lambda: one.log(claimed, "one\n"), follow=False) == ["try 1", "one\n", LogEnd.COMPLETE]


def test_a_follower_does_not_wait_for_ever_for_the_end(one: Stage) -> None:
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=100)
    assert follow(one, patience=0) == ["try 1", LogEnd.CUT]


def test_a_follower_goes_through_retries(one: Stage) -> None:
    claimed = one.claim("a")
    one.log(claimed, "no luck\n")
    due = one.value("SELECT '2030-01-01 00:00:05+00'::timestamptz")

    def fail() -> None:
        one.finish(claimed, Outcome.RETRY, due=due, error="ValueError", log_bytes=8)

    def retry() -> None:
        one.queue("a")
        second = one.claim("a")
        one.finish(second, log_bytes=one.log(second, "fine\n"))

    assert follow(one, fail, retry) == [
        "try 1",
        "no luck\n",
        LogEnd.COMPLETE,
        ("up_for_retry", "retry due at 2030-01-01 00:00:05Z, after: ValueError"),
        "try 2",
        "fine\n",
        LogEnd.COMPLETE,
    ]
    assert read(one) == [Earlier([1]), "try 2", "fine\n", LogEnd.COMPLETE], "without -f: the last try"
    assert without_log(one.conn, LogRequest(DAG, "a", try_number=3)) == "a had no try 3: it is success at try 2"
    assert read(one, try_number=1) == ["try 1", "no luck\n", LogEnd.COMPLETE]
    assert follow(one, try_number=1) == ["try 1", "no luck\n", LogEnd.COMPLETE]


def test_a_follower_who_comes_first_waits_for_the_beginning(one: Stage) -> None:
    def run() -> None:
        claimed = one.claim("a")
        one.finish(claimed, log_bytes=one.log(claimed, "done\n"))

    waits = ("queued", "nobody consumes queue 'default': headway worker -Q default")
    assert follow(one, lambda: None, run) == [waits, "try 1", "done\n", LogEnd.COMPLETE]


def test_many_chunks_come_in_order(one: Stage) -> None:
    claimed = one.claim("a")
    offset = 0
    for number in range(450):  # more than one read takes
        offset = one.log(claimed, f"{number}\n", offset)
    one.finish(claimed, log_bytes=offset)
    assert "".join(read(one)[1:-1]) == "".join(f"{number}\n" for number in range(450))


def test_a_follower_may_come_before_the_run_has_started(stage: Stage) -> None:
    stage.dag(task("a"))
    add_run(stage.conn, DAG, RUN)

    def run() -> None:
        row = stage.conn.execute("SELECT id, version_id FROM dag_run").fetchone()
        assert row is not None
        scheduling.start_run(stage.conn, run=row[0], version=1, version_id=row[1])
        claimed = stage.run_task("a", log_bytes=5)
        stage.log(claimed, "done\n")

    assert read(stage) == []
    waits = ("none", "no scheduler is running: headway scheduler")
    assert follow(stage, run) == [waits, "try 1", "done\n", LogEnd.COMPLETE]
    with pytest.raises(NotFound):
        read(stage, map_index=7)
