"""Nothing on the way from one task's end to the next one's start waits for a sweep: here none ever comes."""

from __future__ import annotations

import json
from functools import partial
from uuid import uuid4

import pytest

from headway.broker.bus import open_bus
from headway.messages import Finished
from headway.metastore.queries import nodes
from headway.settings import load_settings
from headway.states import Outcome
from support.mini_worker import Gate, deciding, ending, retrying
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard

SOON = 60.0


@pytest.fixture
def unswept(yard: Yard) -> Yard:
    """A yard whose schedulers sweep once an hour."""
    yard.settings = load_settings(
        metastore={"url": yard.settings.metastore.url},
        broker={"url": yard.settings.broker.url},
        scheduler={"sweep_interval": 3600.0},
    )
    return yard


def test_a_chain_and_the_end_of_its_run(unswept: Yard) -> None:
    unswept.dag("d", task("a"), task("b", "a"), task("c", "b"))
    unswept.worker()
    unswept.scheduler()
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["success"]


def test_the_next_run_that_waits_for_its_turn(unswept: Yard) -> None:
    unswept.dag("d", task("a"), max_active_runs=1)
    unswept.worker()
    unswept.scheduler()
    runs = [unswept.run(run_id=f"r{n}") for n in range(4)]
    assert unswept.await_end(*runs, seconds=SOON) == ["success"] * 4


def test_slots_that_become_free(unswept: Yard) -> None:
    unswept.dag("d", *(task(f"t{n}", max_active_tis_per_dag=1) for n in range(9)), max_active_tasks=1)
    unswept.conn.execute("UPDATE pool SET slots = 1")
    unswept.worker()
    unswept.scheduler()
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["success"]


@pytest.mark.parametrize("look_below", [False, True])
def test_the_past_that_is_over(unswept: Yard, look_below: bool) -> None:
    unswept.dag("d", task("a", depends_on_past=True, wait_for_downstream=look_below), task("b", "a"), task("c", "b"))
    unswept.worker()
    unswept.scheduler()
    runs = [unswept.run(run_id=day, logical_date=day) for day in ("2026-01-01", "2026-01-02", "2026-01-03")]
    assert unswept.await_end(*runs, seconds=SOON) == ["success"] * 3


def test_branches_and_what_is_settled_without_a_worker(unswept: Yard) -> None:
    unswept.dag(
        "d",
        task("branch", kind="branch"),
        task("left", "branch"),
        task("right", "branch", kind="empty"),
        task("join", "left", "right", trigger_rule="none_failed", kind="empty"),
        task("end", "join"),
    )
    unswept.worker(deciding(branch={"followed": ["right"]}))
    unswept.scheduler()
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["success"]


def test_failures_that_settle_the_rest(unswept: Yard) -> None:
    unswept.dag("d", task("a"), *(task(f"t{n}", f"t{n - 1}" if n else "a") for n in range(30)))
    unswept.worker(ending(a=Outcome.FAILED))
    unswept.scheduler()
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["failed"]


def test_retries(unswept: Yard) -> None:
    unswept.dag("d", task("a", retries=2), task("b", "a"))
    unswept.worker(partial(retrying, delay=0.2))
    unswept.scheduler()
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["success"]


def test_a_run_that_must_be_read_anew(unswept: Yard) -> None:
    """An event of a later dispatch than the scheduler knows of."""
    gate = Gate()
    unswept.dag("d", task("a"), task("b", "a"))
    worker = unswept.worker(gate)
    scheduler = unswept.scheduler()
    run = unswept.run()
    gate.await_held(1)
    worker.stop()
    unswept.conn.execute("UPDATE task_instance SET state = 'success', dispatch = 9 WHERE task_id = 'a'")
    ti = unswept.value("SELECT id FROM task_instance WHERE task_id = 'a'")
    scheduler.engine.inbox.put(Finished(run, ti, 9, "success"))
    wait_for(lambda: unswept.states(run)["b"] == "queued", SOON, "the next task")


def test_a_retry_whose_time_comes_before_the_news_of_it(unswept: Yard) -> None:
    unswept.dag("d", task("a", retries=1))
    unswept.worker(retrying, tell=False)
    scheduler = unswept.scheduler()
    run = unswept.run()
    unswept.await_states(run, a="up_for_retry")
    scheduler.look_at_timers()
    unswept.await_states(run, a="success")


def test_what_another_scheduler_took_from_a_dead_worker(unswept: Yard) -> None:
    """The one that judges is not the one that owns the run, and tells it over the broker."""
    gate = Gate()
    unswept.dag("d", task("a"))
    dead = unswept.worker(gate)
    owner = unswept.scheduler()
    run = unswept.run()
    gate.await_held(1)
    dead.stop()
    unswept.worker()
    judge = unswept.scheduler()
    nodes.leave(unswept.conn, node=dead.id)
    judge.leases.run_once()
    assert unswept.await_end(run, seconds=SOON) == ["success"]
    assert str(unswept.value("SELECT owner_id FROM dag")) == owner.id


@pytest.mark.parametrize("garbage", [b"", b"not json", b"[1]", b"[99, 1]", b'{"a": 1}', b"null"])
def test_after_an_event_that_nobody_can_read(unswept: Yard, garbage: bytes) -> None:
    unswept.dag("d", task("a"), task("b", "a"))
    unswept.worker()
    scheduler = unswept.scheduler()
    open_bus(unswept.settings).send_event(scheduler.id, garbage)
    assert unswept.await_end(unswept.run(), seconds=SOON) == ["success"]


def test_a_small_window_keeps_all_workers_busy(unswept: Yard) -> None:
    broker = {"url": unswept.settings.broker.url, "window_floor": 4, "window": 1}
    unswept.settings = load_settings(
        metastore={"url": unswept.settings.metastore.url}, broker=broker, scheduler={"sweep_interval": 3600.0}
    )
    gate = Gate()
    unswept.dag("d", *(task(f"t{n}") for n in range(8)))
    unswept.worker(gate, slots=4)
    unswept.scheduler()
    run = unswept.run()
    gate.await_held(4)
    for came in (5, 6):
        gate.let_one_go()
        gate.await_held(came, SOON)
    gate.open()
    assert unswept.await_end(run, seconds=SOON) == ["success"]


def test_slots_that_another_took_meanwhile_are_not_fought_for(unswept: Yard) -> None:
    """The scheduler asks for more than there is, is refused, takes what is left, and reads no run anew."""
    gate, other = Gate(), str(uuid4())
    unswept.conn.execute("INSERT INTO pool (name, slots) VALUES ('p', 4)")
    unswept.dag("d", task("first", queue="quick"), *(task(f"t{n}", "first", pool="p") for n in range(8)))
    unswept.worker(gate, slots=8)
    scheduler = unswept.scheduler()
    run = unswept.run()
    unswept.await_states(run, first="queued")  # by now the scheduler believes that four slots are free
    unswept.conn.execute("UPDATE pool SET used = %s WHERE name = 'p'", (json.dumps({other: 3}),))
    memory = scheduler.engine._book.runs[run]
    unswept.worker(queues=["quick"], wake=False)
    gate.await_held(1, SOON)
    assert unswept.value("SELECT used FROM pool WHERE name = 'p'") == {other: 3, scheduler.id: 1}
    unswept.conn.execute("UPDATE pool SET used = used - %s", (other,))
    scheduler.wake("pool")
    gate.await_held(4, SOON)
    assert scheduler.engine._book.runs[run] is memory
    gate.open()
    assert unswept.await_end(run, seconds=SOON) == ["success"]
