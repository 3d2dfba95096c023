"""Callbacks on their way to a worker: none is forgotten, none is run for a duplicate, none for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headway.broker.bus import open_bus
from headway.metastore.queries import callbacks, nodes
from headway.metastore.queries.callbacks import Taken
from headway_scheduler.reconcile.callbacks import Callbacks
from support.mini_worker import Gate
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard


@pytest.fixture
def service(yard: Yard) -> Iterator[Callbacks]:
    """Not started: the test looks when it wants to."""
    bus = open_bus(yard.settings)
    made = Callbacks(yard.settings, bus)
    yield made
    made.conn.close()
    bus.close()


def lose_its_host(yard: Yard, *, has_callbacks: list[str]) -> None:
    """A task that may not run again loses its worker."""
    gate = Gate()
    yard.dag("d", task("a", retry_on_lost=False, has_callbacks=has_callbacks))
    yard.scheduler()
    worker = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    worker.stop()
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (worker.id,))
    nodes.end_lost(yard.conn, max_lost=3)
    assert yard.await_end(run) == ["failed"]


def take(yard: Yard, sent: int) -> Taken | None:
    order = yard.value("SELECT id FROM callback")
    return callbacks.take(yard.conn, order=order, sent=sent, seconds=60)


def make_due(yard: Yard) -> None:
    yard.conn.execute("UPDATE callback SET due = now()")


def waiting(yard: Yard) -> int:
    return int(yard.value("SELECT count(*) FROM callback"))


def test_a_task_that_lost_its_host_for_good_calls_for_its_callbacks(yard: Yard) -> None:
    lose_its_host(yard, has_callbacks=["on_failure_callback"])
    [sending] = callbacks.send_due(yard.conn)
    assert (sending.queue, sending.order.task_id, sending.order.sent) == ("default", "a", 1)
    taken = take(yard, 1)
    assert taken is not None
    assert (taken.outcome, taken.of_dag, taken.claimed.try_number) == ("failed", False, 1)
    assert taken.reason == "the worker was lost: its lease ran out"


def test_tasks_without_such_callbacks_cost_nothing(yard: Yard) -> None:
    lose_its_host(yard, has_callbacks=["on_success_callback", "on_retry_callback"])
    assert waiting(yard) == 0


def test_a_duplicate_and_an_older_message_are_dropped(yard: Yard, service: Callbacks) -> None:
    lose_its_host(yard, has_callbacks=["on_failure_callback"])
    service.run_once()
    service.run_once()  # not due again yet
    assert take(yard, 2) is None
    assert take(yard, 1) is not None
    assert take(yard, 1) is None
    make_due(yard)
    service.run_once()
    assert take(yard, 1) is None
    assert take(yard, 2) is not None


def test_callbacks_that_kill_every_worker_are_given_up(
    yard: Yard, service: Callbacks, caplog: pytest.LogCaptureFixture
) -> None:
    lose_its_host(yard, has_callbacks=["on_failure_callback"])
    for sent in (1, 2, 3):
        service.run_once()
        assert take(yard, sent) is not None
        make_due(yard)
    service.run_once()
    assert waiting(yard) == 0
    assert "callbacks of run r1 of d are given up" in caplog.text


def test_a_run_that_lasted_too_long_is_cut_by_whoever_owns_it_then(yard: Yard) -> None:
    """Its first scheduler dies before the time is over; the second knows nothing but what the metastore says."""
    gate = Gate()
    yard.dag(
        "d", task("a"), task("b", "a"), task("c", "a", kind="empty"),
        dagrun_timeout=3600.0, has_callbacks=["on_failure_callback"],
    )  # fmt: skip
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    first.leave()
    yard.conn.execute("UPDATE dag_run SET start_date = now() - interval '2 hours'")
    yard.scheduler()
    yard.await_states(run, b="skipped", c="skipped")
    stop = yard.value("SELECT stop FROM claim")
    assert stop == "skipped: the run has reached its dagrun_timeout of 3600 s"
    assert waiting(yard) == 0
    gate.open()  # it succeeds at the last moment, and yet the run was too late
    assert yard.await_end(run) == ["failed"]
    assert yard.states(run) == {"a": "success", "b": "skipped", "c": "skipped"}
    assert yard.conn.execute("SELECT outcome, of_dag, reason FROM callback").fetchall() == [
        ("failed", True, "timed_out")
    ]


def test_a_failure_that_its_scheduler_did_not_live_to_follow_up_ends_the_run_fast(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), task("b"), task("c", "b", trigger_rule="all_done"), fail_fast=True)
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(2)
    first.leave()
    yard.conn.execute("UPDATE task_instance SET state = 'failed' WHERE task_id = 'a'")
    yard.scheduler()
    yard.await_states(run, c="skipped")
    wait_for(lambda: yard.value("SELECT stop FROM claim c JOIN task_instance t ON t.id = c.ti_id AND t.task_id = 'b'"),
             10, "the request to stop")  # fmt: skip
    gate.open()
    assert yard.await_end(run) == ["failed"]
    assert yard.states(run) == {"a": "failed", "b": "success", "c": "skipped"}
