"""Who decides about a run, and what becomes of what the dead held."""

from __future__ import annotations

from headway.metastore.queries import nodes, scheduling
from headway.operations.clear import Selection, clear
from headway.settings import load_settings
from headway.states import Outcome
from support.mini_worker import Gate, ending
from support.structures import task
from support.waiting import wait_for

from .conftest import FAST, Yard


def owner(yard: Yard) -> str:
    return str(yard.value("SELECT owner_id FROM dag WHERE dag_id = 'd'"))


def declare_dead(yard: Yard, node: str) -> None:
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (node,))


def test_the_runs_of_a_dead_scheduler_go_on_with_another(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"))
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    first.kill()
    second = yard.scheduler()
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    assert owner(yard) == first.id  # its lease still holds
    declare_dead(yard, first.id)
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert owner(yard) == second.id
    assert yard.value("SELECT count(*) FROM task_attempt") == 3


def test_a_deposed_scheduler_cannot_write(yard: Yard) -> None:
    """It does not know yet that somebody else has its runs."""
    gate = Gate()
    yard.dag("d", task("a"), task("b", "a"))
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    first.kill()
    declare_dead(yard, first.id)
    stale = yard.value("SELECT version FROM dag_run WHERE id = %s", run)
    yard.scheduler()
    wait_for(lambda: owner(yard) != first.id, 60, "another owner")
    wait_for(lambda: yard.value("SELECT version FROM dag_run WHERE id = %s", run) > stale, 60, "a new version")
    b = yard.value("SELECT id FROM task_instance WHERE task_id = 'b'")
    assert scheduling.queue(yard.conn, me=first.id, wanted=[(b, 0, "default_pool")], runs=[(run, stale)],
                            pools={"default_pool": 5}) == []  # fmt: skip
    assert scheduling.settle(yard.conn, decided=[(b, "skipped")], runs=[(run, stale)]) == set()  # type: ignore[list-item]
    assert not scheduling.end_run(yard.conn, run=run, version=stale, state="failed")  # type: ignore[arg-type]
    assert scheduling.adopt_runs(yard.conn, me=first.id, runs=[(run, yard.value("SELECT version FROM dag_run"))]) == {}
    assert yard.value("SELECT used ->> %s FROM pool", first.id) != "5"
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_a_run_with_unfinished_tasks_cannot_be_ended(yard: Yard) -> None:
    yard.dag("d", task("a"))
    run = yard.run()
    assert scheduling.start_run(yard.conn, run=run, version=1, version_id=yard.value("SELECT version_id FROM dag"))
    assert not scheduling.end_run(yard.conn, run=run, version=1, state="success")  # type: ignore[arg-type]


def test_a_clear_in_mid_run_is_noticed_and_followed(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), task("b", "a"), task("c", "b", queue="held"))
    scheduler = yard.scheduler()
    yard.worker()
    yard.worker(gate, queues=["held"])
    run = yard.run()
    gate.await_held(1)
    clear(yard.conn, "d", "r1", Selection("a"), actor="test")
    scheduler.wake("clear")
    wait_for(lambda: yard.moves.count("a", "success") == 2, 60, "the second time")
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert yard.moves.count("c", "success") == 1


def test_what_is_cleared_while_it_runs_waits_for_what_is_above_it(yard: Yard) -> None:
    """The task comes back from its worker as ``scheduled``; its upstream was cleared too and is not done."""
    gate, again = Gate(), Gate()
    yard.dag("d", task("a", queue="above"), task("b", "a"))
    scheduler = yard.scheduler()
    first = yard.worker(queues=["above"])
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    first.stop()
    first.join()
    yard.worker(again, queues=["above"])
    clear(yard.conn, "d", "r1", Selection(), actor="test")
    scheduler.wake("clear")
    again.await_held(1)
    gate.open()
    yard.await_states(run, b="scheduled")
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    assert yard.states(run) == {"a": "running", "b": "scheduled"}
    again.open()
    assert yard.await_end(run) == ["success"]
    assert [task_id for task_id in yard.moves.order("success") if task_id != "x"] == ["a", "a", "b"]


def test_a_cleared_run_that_was_over_goes_on(yard: Yard) -> None:
    broken = {"a": Outcome.FAILED}
    yard.dag("d", task("a"), task("b", "a"))
    scheduler = yard.scheduler()
    yard.worker(lambda claimed: ending(**broken)(claimed))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    broken.clear()
    clear(yard.conn, "d", "r1", Selection(), actor="test")
    scheduler.wake("clear")
    assert yard.await_end(run) == ["success"]


def test_the_tasks_of_a_dead_worker_run_elsewhere_at_no_cost(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), task("b", "a"))
    yard.settings = _short_leases(yard)
    yard.scheduler(judge=True)
    dead = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    dead.stop()
    yard.conn.execute("UPDATE node SET lease_until = now() WHERE id = %s", (dead.id,))
    yard.worker()
    assert yard.await_end(run) == ["success"]
    ends = yard.conn.execute("SELECT try_number, outcome, error FROM task_attempt ORDER BY dispatch, ti_id").fetchall()
    assert sorted((number, outcome) for number, outcome, _ in ends) == [(1, "lost"), (1, "success"), (1, "success")]
    assert ["lease" in error for _, _, error in ends if error] == [True]
    assert yard.value("SELECT count(*) FROM claim") == 0


def _short_leases(yard: Yard) -> object:
    return load_settings(
        metastore={"url": yard.settings.metastore.url}, broker={"url": yard.settings.broker.url}, scheduler=FAST,
        lease={"length": 2, "renewal": 0.2, "margin": 0.1},
    )  # fmt: skip


def lose(yard: Yard, worker: str, max_lost: int = 3) -> list[nodes.Ended]:
    declare_dead(yard, worker)
    return nodes.end_lost(yard.conn, max_lost=max_lost)


def test_a_try_that_lost_too_many_hosts_fails_and_says_so(yard: Yard) -> None:
    yard.dag("d", task("a", retries=5))
    scheduler = yard.scheduler()
    run = yard.run()
    for number in range(3):
        gate = Gate()
        worker = yard.worker(gate)
        gate.await_held(1)
        worker.stop()
        (ended,) = lose(yard, worker.id, max_lost=2)
        assert ended.state == ("failed" if number == 2 else "scheduled")
        assert ended.owner == scheduler.id
    assert yard.await_end(run) == ["failed"]
    assert "max_lost is 2" in yard.value("SELECT error FROM task_attempt ORDER BY dispatch DESC LIMIT 1")


def test_a_task_that_must_not_run_twice_fails_when_its_host_is_lost(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a", retry_on_lost=False, retries=3))
    yard.scheduler()
    worker = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    worker.stop()
    lose(yard, worker.id)
    assert yard.await_end(run) == ["failed"]
    assert "retry_on_lost=False" in yard.value("SELECT error FROM task_attempt")


def test_what_was_decided_behind_its_back_is_read_and_not_overwritten(yard: Yard) -> None:
    gate = Gate(ending(a=Outcome.FAILED))
    yard.dag("d", task("a"), task("b", "a"))
    yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    yard.conn.execute("UPDATE task_instance SET state = 'success' WHERE task_id = 'b'")
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == {"a": "failed", "b": "success"}


def test_a_claim_that_was_left_behind_does_not_block_the_next(yard: Yard) -> None:
    """Its task instance has moved on without the worker's doing."""
    gate = Gate()
    yard.dag("d", task("a"))
    scheduler = yard.scheduler()
    old = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    old.stop()
    yard.conn.execute("UPDATE task_instance SET state = 'success', dispatch = dispatch + 1")  # by hand
    wait_for(lambda: yard.await_end(run) == ["success"], 60, "the end")
    assert yard.value("SELECT count(*) FROM claim") == 1
    clear(yard.conn, "d", "r1", Selection(), actor="test")
    scheduler.wake("clear")
    yard.worker()
    assert yard.await_end(run) == ["success"]
    gate.open()


def test_orphaned_claims_of_dead_nodes_are_cleaned_up(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"))
    yard.scheduler()
    worker = yard.worker(gate)
    yard.run()
    gate.await_held(1)
    worker.stop()
    yard.conn.execute("UPDATE task_instance SET state = 'failed'")
    assert lose(yard, worker.id) == []
    assert yard.value("SELECT count(*) FROM claim") == 0


def test_two_schedulers_share_many_dags_and_run_each_task_once(yard: Yard) -> None:
    for n in range(10):
        yard.dag(f"d{n}", task("a"), task("b", "a"), task("c", "a", "b"))
    runs = [yard.run(f"d{n}") for n in range(10)]
    yard.scheduler()
    yard.scheduler()
    worker = yard.worker()
    assert yard.await_end(*runs) == ["success"] * 10
    assert yard.value("SELECT count(*) FROM task_attempt") == 30
    assert len({(message.ti, message.dispatch) for message in worker.claimed}) == 30
    assert worker.refused == []
