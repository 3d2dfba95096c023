"""Who is judged dead, and when: an outage of the metastore is nobody's death."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from headway.broker.bus import BEATS, Bus, open_bus
from headway.metastore.database import Connection
from headway.metastore.queries import nodes
from headway.settings import LeaseSettings
from headway_scheduler.reconcile.leases import Leases
from support.mini_worker import Gate
from support.schedulers import TestScheduler
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard

BEGIN = datetime(2031, 1, 1, tzinfo=UTC)


class Clock:
    """The metastore's clock, turned by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = BEGIN
        monkeypatch.setattr("headway.metastore.queries.planning.clock", lambda _conn: self.now)

    def turn(self, seconds: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def scheduler(yard: Yard) -> TestScheduler:
    return yard.scheduler()


@pytest.fixture
def leases(scheduler: TestScheduler) -> Leases:
    """Not started: the test looks when it wants to; the lease is 10 s."""
    return scheduler.leases


@pytest.fixture
def silent(yard: Yard) -> str:
    """A worker whose lease ran out long ago."""
    worker = yard.worker(slots=0)
    yard.conn.execute("UPDATE node SET lease_until = now() - interval '1 hour' WHERE id = %s", (worker.id,))
    return worker.id


def state(yard: Yard, node: str) -> str:
    return str(yard.value("SELECT state FROM node WHERE id = %s", node))


def test_nobody_is_judged_before_a_whole_lease_of_contact(
    yard: Yard, leases: Leases, clock: Clock, silent: str
) -> None:
    for _ in range(4):
        leases.run_once()
        assert state(yard, silent) == "up"
        clock.turn(2.5)
    leases.run_once()
    assert state(yard, silent) == "dead"


def test_an_outage_begins_the_waiting_anew(
    yard: Yard, leases: Leases, clock: Clock, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases.run_once()
    clock.turn(6)
    with monkeypatch.context() as outage:
        outage.setattr(nodes, "renew", _away)
        with pytest.raises(psycopg.OperationalError):
            leases.run_once()
    clock.turn(4)
    leases.run_once()
    assert state(yard, silent) == "up"
    for _ in range(2):
        clock.turn(4.5)
        leases.run_once()
        assert state(yard, silent) == "up"
    clock.turn(1)
    leases.run_once()
    assert state(yard, silent) == "dead"


def test_half_a_lease_without_an_answer_breaks_the_contact(
    yard: Yard, leases: Leases, clock: Clock, silent: str
) -> None:
    """No error may have said so: then workers that another scheduler told of an outage hold on to their tasks."""
    leases.run_once()
    for _ in range(2):
        clock.turn(5.5)
        leases.run_once()
        assert state(yard, silent) == "up"


def _away(*_: object, **__: object) -> None:
    raise psycopg.OperationalError("away")


def test_a_process_that_was_frozen_does_not_count_that_time_as_contact(
    yard: Yard, leases: Leases, clock: Clock, silent: str
) -> None:
    """The whole host may have been asleep, workers and all."""
    leases.run_once()
    clock.turn(3600)
    leases.run_once()
    assert state(yard, silent) == "up"
    keep_in_touch(leases, clock)
    assert state(yard, silent) == "dead"


def keep_in_touch(leases: Leases, clock: Clock) -> None:
    """Let a whole lease go by in which the metastore answers."""
    for _ in range(4):
        clock.turn(2.5)
        leases.run_once()


def test_who_renews_lives(yard: Yard, leases: Leases, clock: Clock) -> None:
    worker = yard.worker(slots=0)
    leases.run_once()
    keep_in_touch(leases, clock)
    assert state(yard, worker.id) == "up"


@pytest.fixture
def listener(yard: Yard) -> Iterator[Bus]:
    made = open_bus(yard.settings, name="worker")
    made.listen(BEATS, 0.1)
    yield made
    made.close()


def beats(listener: Bus) -> list[bool]:
    return [json.loads(beat)["metastore"] for beat in listener.listen(BEATS, 0.5)]


def test_workers_hear_whether_the_metastore_answers(
    leases: Leases, listener: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases.run_once()
    assert beats(listener) == [True]
    monkeypatch.setattr(nodes, "renew", _away)
    with pytest.raises(psycopg.OperationalError):
        leases.run_once()
    assert beats(listener) == [False]


def test_workers_hear_of_a_metastore_that_hangs(
    yard: Yard, scheduler: TestScheduler, listener: Bus, clock: Clock, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No error says so: the renewal waits for its answer, and afterwards nobody is judged for a whole lease."""
    settings = yard.settings.model_copy(update={"lease": LeaseSettings(length=10, renewal=0.2)})
    buses = (open_bus(settings, name=name) for name in ("leases", "pulse"))
    leases = Leases(
        scheduler.id, settings, *buses, on_ended=lambda _: None, on_dead_node=lambda: None, on_deposed=lambda: None
    )
    leases.run_once()
    for _ in range(3):
        clock.turn(2.5)
        leases.run_once()
    goes_on = threading.Event()
    renew = nodes.renew

    def hanging(conn: Connection, *, node: str, lease: float) -> str | None:
        assert goes_on.wait(110)
        return renew(conn, node=node, lease=lease)

    monkeypatch.setattr(nodes, "renew", hanging)
    leases.start()
    wait_for(lambda: False in beats(listener), 60, "word of the silence")
    clock.turn(2.5)
    goes_on.set()
    wait_for(lambda: True in beats(listener), 60, "the answer")
    leases.stop()
    assert state(yard, silent) == "up"


def test_a_scheduler_that_was_declared_dead_is_told(yard: Yard, scheduler: TestScheduler, leases: Leases) -> None:
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (scheduler.id,))
    leases.run_once()
    assert scheduler.deposed.is_set()


def test_the_events_of_a_dead_scheduler_are_thrown_away(yard: Yard, leases: Leases, clock: Clock) -> None:
    other = yard.scheduler(deaf=True)
    bus = open_bus(yard.settings, name="test")
    bus.send_event(other.id, b"x")
    yard.conn.execute("UPDATE node SET lease_until = now() - interval '1 hour' WHERE id = %s", (other.id,))
    leases.run_once()
    keep_in_touch(leases, clock)
    assert bus.events(other.id, 0.05) == []
    bus.close()


def test_what_a_node_that_left_still_held_is_given_to_others_at_once(yard: Yard, leases: Leases) -> None:
    """It need not be waited for: it has said itself that it is gone."""
    gate = Gate()
    yard.dag("d", task("a"))
    worker = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    worker.stop()
    nodes.leave(yard.conn, node=worker.id)
    leases.run_once()
    wait_for(lambda: yard.moves.count("a", "scheduled") == 1, 60, "the hand-back")
    yard.worker()
    assert yard.await_end(run) == ["success"]
