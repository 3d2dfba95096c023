"""What is held starts nothing new, whoever schedules; the rest goes on, and a release lets all of it go."""

from __future__ import annotations

from headway.metastore.queries import scheduling
from headway.metastore.queries.attempts import Result
from headway.operations.holds import hold, release
from headway.states import Outcome
from support.mini_worker import Gate
from support.structures import mapped, task
from support.waiting import wait_for

from .conftest import Yard

DAG = (task("a"), task("b", "a"), task("c", "a"), task("empty", "b", kind="empty"))


def held(yard: Yard, run_id: str | None = None, task_id: str | None = None) -> int:
    done = hold(yard.conn, "d", run_id, task_id, reason="the bank is shut", actor="ann@host")
    for scheduler in yard.schedulers:
        scheduler.wake("hold")
    return done.taken_back


def released(yard: Yard, run_id: str | None = None, task_id: str | None = None) -> None:
    assert release(yard.conn, "d", run_id, task_id, actor="ann@host")
    for scheduler in yard.schedulers:
        scheduler.wake("release")


def test_a_held_task_waits_while_the_rest_goes_on(yard: Yard) -> None:
    yard.dag("d", *DAG)
    held(yard, task_id="b")
    yard.scheduler()
    yard.worker()
    run = yard.run()
    yard.await_states(run, a="success", b="none", c="success", empty="none")
    yard.run(run_id="r2")
    wait_for(lambda: yard.moves.count("c", "success") == 2, 60, "the second run's c")
    assert yard.moves.count("b", "queued") == 0
    released(yard, task_id="b")
    assert yard.await_end(run) == ["success"]


def test_a_task_held_in_one_run_runs_in_another(yard: Yard) -> None:
    yard.dag("d", *DAG)
    gate = Gate()
    yard.scheduler()
    yard.worker(gate)
    first = yard.run()
    gate.await_held(1)
    held(yard, "r1", "b")
    second = yard.run(run_id="r2")
    gate.open()
    assert yard.await_end(second) == ["success"]
    yard.await_states(first, a="success", b="none", c="success")
    released(yard, "r1", "b")
    assert yard.await_end(first) == ["success"]


def test_a_held_run_lets_what_runs_end_and_starts_nothing(yard: Yard) -> None:
    yard.dag("d", *DAG)
    gate = Gate()
    yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    held(yard, "r1")
    gate.open()
    yard.await_states(run, a="success")
    other = yard.run(run_id="r2")
    assert yard.await_end(other) == ["success"], "the other run is decided after the held one was looked at"
    assert yard.states(run) == {"a": "success", "b": "none", "c": "none", "empty": "none"}
    released(yard, "r1")
    assert yard.await_end(run) == ["success"]


def test_a_held_dag_starts_no_run_and_others_go_on(yard: Yard) -> None:
    yard.dag("d", *DAG)
    yard.dag("other", task("x"))
    held(yard)
    yard.scheduler()
    yard.worker()
    run, other = yard.run(), yard.run("other", "o1")
    assert yard.await_end(other) == ["success"]
    assert yard.value("SELECT state FROM dag_run WHERE id = %s", run) == "queued"
    released(yard)
    assert yard.await_end(run) == ["success"]


def test_what_waits_for_a_worker_is_taken_back(yard: Yard) -> None:
    """Also where no scheduler lives: nothing that is held begins once the hold has returned."""
    yard.dag("d", task("a"), task("b"))
    scheduler = yard.scheduler()
    run = yard.run()
    yard.await_states(run, a="queued", b="queued")
    scheduler.kill()
    assert held(yard, task_id="a") == 1
    yard.worker()
    yard.await_states(run, a="scheduled", b="success")
    released(yard, task_id="a")
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE kind = 'scheduler'")
    yard.scheduler()
    assert yard.await_end(run) == ["success"]


def test_a_retry_that_is_due_waits_for_the_release(yard: Yard) -> None:
    yard.dag("d", task("a", retries=1), task("b"))
    gate = Gate(
        lambda claimed: Result(
            Outcome.RETRY
            if claimed.task_id == "a" and claimed.run_id == "r1" and claimed.try_number == 1
            else Outcome.SUCCESS
        )
    )
    yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    held(yard, task_id="a")
    gate.open()
    yard.await_states(run, b="success")
    yard.await_states(run, a="up_for_retry")
    other = yard.run(run_id="r2")
    yard.await_states(other, b="success")
    assert yard.moves.count("a", "success") == 0
    released(yard, task_id="a")
    assert yard.await_end(run, other) == ["success", "success"]


def test_a_held_mapped_task_does_not_expand(yard: Yard) -> None:
    yard.dag("d", task("m", **mapped(3, "m")), task("b"))
    held(yard, task_id="m")
    yard.scheduler()
    yard.worker()
    run = yard.run()
    yard.await_states(run, m="none", b="success")
    assert yard.value("SELECT count(*) FROM task_instance WHERE task_id = 'm'") == 1
    released(yard, task_id="m")
    assert yard.await_end(run) == ["success"]


def test_a_scheduler_that_has_not_heard_of_a_hold_cannot_queue(yard: Yard) -> None:
    yard.dag("d", task("a"))
    key = yard.run()
    version_id = yard.value("SELECT version_id FROM dag_run")
    assert scheduling.start_run(yard.conn, run=key, version=1, version_id=version_id)
    hold(yard.conn, "d", task_id="a", actor="ann@host")
    ti = yard.value("SELECT id FROM task_instance")
    me = "00000000-0000-0000-0000-000000000001"
    queued = scheduling.queue(yard.conn, me=me, wanted=[(ti, 0, "default_pool")], runs=[(key, 1)], pools={})
    assert queued == []


def test_a_run_that_was_held_since_it_was_looked_at_is_not_adopted(yard: Yard) -> None:
    """Else its new version would come into a memory that knows of no hold."""
    yard.dag("d", task("a"))
    key, me = yard.run(), "00000000-0000-0000-0000-000000000001"
    yard.conn.execute("UPDATE dag SET owner_id = %s", (me,))
    hold(yard.conn, "d", task_id="a", actor="ann@host")
    assert scheduling.adopt_runs(yard.conn, me=me, runs=[(key, 1)]) == {}
    assert scheduling.adopt_runs(yard.conn, me=me, runs=[(key, 2)]) == {key: 3}


def test_two_schedulers_and_holds_that_come_and_go(yard: Yard) -> None:
    """Whatever the moment: between a hold's return and its release nothing of the task is queued."""
    yard.dag("d", *(task(f"t{n}") for n in range(20)), task("a"))
    for _ in range(2):
        yard.scheduler()
    yard.worker()
    runs = []
    for number in range(4):
        runs.append(yard.run(run_id=f"r{number}"))
        held(yard, task_id="a")
        queued = yard.moves.count("a", "queued")
        yard.await_states(runs[-1], t0="success", t19="success")
        assert yard.moves.count("a", "queued") == queued
        released(yard, task_id="a")
    assert yard.await_end(*runs) == ["success"] * 4
