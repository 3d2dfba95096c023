"""Deferred task instances: woken once, whoever wakes them, and what they take of pools meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from headway.authoring.deferral import Firing
from headway.broker.bus import open_bus
from headway.messages import Due
from headway.metastore.database import connect
from headway.metastore.queries import nodes, pools, triggers
from headway.metastore.queries.attempts import Claimed, Result
from headway.metastore.queries.triggers import Wait
from headway.operations.clear import Selection, clear
from headway.states import Outcome
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard

EVENT = Firing("event", '"rain"')
WAIT = Wait("waiting.Signal", "sealed", "resume", "rain")


class Deferring:
    """A worker's behaviour: the first dispatch of each try defers, what follows succeeds."""

    def __init__(self, timeout: float | None = None) -> None:
        self.resumed: list[Claimed] = []
        self._timeout = timeout

    def __call__(self, claimed: Claimed) -> Result:
        if claimed.was_deferred:
            self.resumed.append(claimed)
            return Result(Outcome.SUCCESS, was_deferred=True)
        due = datetime.now(UTC) + timedelta(seconds=self._timeout) if self._timeout is not None else None
        return Result(Outcome.DEFERRED, wait=WAIT, due=due)


@pytest.fixture
def triggerer(yard: Yard) -> str:
    """The id of a triggerer that is up."""
    me = str(uuid4())
    nodes.register(
        yard.conn, node=me, kind="triggerer", name="t", hostname="here", pid=1, version="0", lease=3600, capacity=10
    )
    return me


def waits(yard: Yard, me: str, count: int = 1) -> list[tuple[int, int]]:
    """Take the triggers, once there are so many; (ti, token) each."""

    def taken() -> list[tuple[int, int]] | None:
        triggers.take(yard.conn, node=me, limit=10)
        found = sorted(triggers.held(yard.conn, node=me))
        return found if len(found) == count else None

    found: list[tuple[int, int]] = wait_for(taken, 60, f"{count} waits")
    return found


def fire(yard: Yard, me: str, *keys: tuple[int, int]) -> int:
    return len(triggers.fire(yard.conn, node=me, ended=[(*key, EVENT) for key in keys]))


def test_a_firing_wakes_its_task_once_and_only_from_the_triggerer_that_has_it(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    behave = Deferring()
    yard.scheduler()
    yard.worker(behave)
    run = yard.run()
    (key,) = waits(yard, triggerer)
    other = str(uuid4())
    assert (fire(yard, other, key), fire(yard, triggerer, (key[0], key[1] + 1))) == (0, 0)
    assert fire(yard, triggerer, key) == 1
    assert fire(yard, triggerer, key) == 0
    assert yard.await_end(run) == ["success"]
    assert [(one.ti, one.try_number) for one in behave.resumed] == [(key[0], 1)]
    assert (yard.value("SELECT count(*) FROM trigger"), yard.value("SELECT count(*) FROM timer")) == (0, 0)


def test_a_firing_in_many_threads_and_a_repeated_word_of_it_resume_once(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    behave = Deferring()
    scheduler = yard.scheduler()
    yard.worker(behave)
    run = yard.run()
    (key,) = waits(yard, triggerer)
    counts: list[int] = []

    def hurry() -> None:
        with connect(yard.settings.metastore) as conn:
            counts.append(len(triggers.fire(conn, node=triggerer, ended=[(*key, EVENT)])))

    threads = [threading.Thread(target=hurry) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(counts) == [0, 0, 0, 1]
    bus = open_bus(yard.settings, name="test")
    for _ in range(3):
        bus.send_event(scheduler.id, Due(run, *key).encode())
    bus.close()
    assert yard.await_end(run) == ["success"]
    assert len(behave.resumed) == 1


def test_a_wait_that_is_over_is_found_without_word_of_it(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"), task("b", "a"))
    yard.scheduler(deaf=True)
    yard.worker(Deferring())
    run = yard.run()
    for _ in "ab":
        (key,) = waits(yard, triggerer)
        fire(yard, triggerer, key)
    assert yard.await_end(run) == ["success"]


def test_the_end_of_a_deferrals_time_resumes_and_a_firing_after_it_is_refused(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    behave = Deferring(timeout=600)
    yard.scheduler()
    yard.worker(behave)
    run = yard.run()
    (key,) = waits(yard, triggerer)
    assert yard.value("SELECT due > now() + interval '5 minutes' FROM timer")
    yard.conn.execute("UPDATE timer SET due = now()")
    assert yard.await_end(run) == ["success"]
    assert len(behave.resumed) == 1
    assert fire(yard, triggerer, key) == 0


def test_a_clear_and_a_firing_at_once(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    behave = Deferring()
    yard.scheduler()
    yard.worker(behave)
    run = yard.run()
    (key,) = waits(yard, triggerer)
    clear(yard.conn, "d", "r1", Selection(), actor="test")
    assert fire(yard, triggerer, key) == 0
    (again,) = waits(yard, triggerer)
    assert again[1] > key[1]
    fire(yard, triggerer, again)
    assert yard.await_end(run) == ["success"]
    assert [one.try_number for one in behave.resumed] == [2]


def test_triggers_of_a_dead_triggerer_and_those_handed_back_are_taken_by_another(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"), task("b"))
    yard.scheduler()
    yard.worker(Deferring())
    run = yard.run()
    both = waits(yard, triggerer, 2)
    other = str(uuid4())
    nodes.register(
        yard.conn, node=other, kind="triggerer", name="o", hostname="here", pid=1, version="0", lease=3600, capacity=10
    )
    assert triggers.take(yard.conn, node=other, limit=10) == 0
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (triggerer,))
    assert triggers.take(yard.conn, node=other, limit=1) == 1
    assert triggers.take(yard.conn, node=triggerer, limit=10) == 0  # a dead one may not come back
    assert waits(yard, other, 2) == both
    assert fire(yard, triggerer, *both) == 0
    assert triggers.hand_back(yard.conn, node=other) == 2
    assert waits(yard, other, 2) == both
    assert fire(yard, other, *both) == 2
    assert yard.await_end(run) == ["success"]


def test_a_deferred_task_gives_its_slot_back_unless_the_pool_counts_it(yard: Yard, triggerer: str) -> None:
    pools.set_pool(yard.conn, "small", 1)
    yard.dag("d", task("a", pool="small"), task("b", pool="small"))
    yard.scheduler()
    yard.worker(Deferring())
    run = yard.run()
    both = waits(yard, triggerer, 2)
    fire(yard, triggerer, *both)
    assert yard.await_end(run) == ["success"]
    pools.set_pool(yard.conn, "small", 1, include_deferred=True)
    run = yard.run(run_id="r2")
    (first,) = waits(yard, triggerer)
    assert yard.value("SELECT used::text FROM pool WHERE name = 'small'").endswith(": 1}")
    assert sorted(yard.states(run).values()) == ["deferred", "none"]
    fire(yard, triggerer, first)
    (second,) = waits(yard, triggerer)
    assert second != first
    fire(yard, triggerer, second)
    assert yard.await_end(run) == ["success"]


def test_what_a_lost_worker_had_begun_to_resume_goes_on_with_the_same_event(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    handed_back: list[int] = []

    def behave(claimed: Claimed) -> Result:
        if claimed.was_deferred and not handed_back:
            handed_back.append(claimed.dispatch)
            return Result(Outcome.INTERRUPTED, was_deferred=True)
        return deferring(claimed)

    deferring = Deferring()
    yard.scheduler()
    yard.worker(behave)
    run = yard.run()
    (key,) = waits(yard, triggerer)
    fire(yard, triggerer, key)
    assert yard.await_end(run) == ["success"]
    assert len(deferring.resumed) == 1
    assert deferring.resumed[0].dispatch > handed_back[0]


def test_stale_triggers_are_forgotten(yard: Yard, triggerer: str) -> None:
    yard.dag("d", task("a"))
    yard.scheduler()
    yard.worker(Deferring())
    yard.run()
    waits(yard, triggerer)
    assert triggers.forget_stale(yard.conn) == 0
    yard.conn.execute("UPDATE task_instance SET state = 'failed'")
    assert triggers.held(yard.conn, node=triggerer) == set()
    assert triggers.forget_stale(yard.conn) == 1
