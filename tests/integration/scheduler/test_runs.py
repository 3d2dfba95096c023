"""Whole runs: what becomes of every task."""

from __future__ import annotations

import pytest

from headway.metastore.queries import run_list
from headway.metastore.queries.attempts import Result
from headway.operations import dags
from headway.operations.reasons import why_run_waits
from headway.states import Outcome
from support.mini_worker import Gate, ending
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard


def test_a_chain_runs_in_order(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"))
    yard.scheduler()
    yard.worker()
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.moves.order("success") == ["a", "b", "c"]


def test_a_diamond_joins_when_both_sides_are_done(yard: Yard) -> None:
    yard.dag("d", task("top"), task("left", "top"), task("right", "top"), task("bottom", "left", "right"))
    yard.scheduler()
    yard.worker()
    assert yard.await_end(yard.run()) == ["success"]
    order = yard.moves.order("running")
    assert (order[0], order[-1], len(order)) == ("top", "bottom", 4)


def test_a_failure_goes_down_to_the_run(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"), task("aside"))
    yard.scheduler()
    yard.worker(ending(a=Outcome.FAILED))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert yard.states(run) == {"a": "failed", "b": "upstream_failed", "c": "upstream_failed", "aside": "success"}


def test_empty_tasks_need_no_worker(yard: Yard) -> None:
    yard.dag("d", task("a", kind="empty"), task("b", "a", kind="empty"), task("c", "b", kind="empty"))
    yard.scheduler()
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert yard.value("SELECT count(*) FROM task_attempt") == 0
    assert yard.value("SELECT count(*) FROM task_instance WHERE start_date IS NULL OR end_date IS NULL") == 0


def test_a_dag_without_tasks_ends_at_once(yard: Yard) -> None:
    yard.dag("d")
    yard.scheduler()
    assert yard.await_end(yard.run()) == ["success"]


#: For each rule, what becomes of a task below (good, bad, left out).
RULES = {
    "all_success": "upstream_failed",
    "all_failed": "skipped",
    "all_done": "success",
    "all_done_min_one_success": "success",
    "all_skipped": "skipped",
    "one_success": "success",
    "one_failed": "success",
    "one_done": "success",
    "none_failed": "upstream_failed",
    "none_failed_min_one_success": "upstream_failed",
    "none_skipped": "skipped",
    "always": "success",
}


def test_every_trigger_rule(yard: Yard) -> None:
    below = [task(rule, "good", "bad", "left_out", trigger_rule=rule) for rule in RULES]
    left_out = task("left_out", "bad", trigger_rule="one_failed")  # comes last: then all_success has seen a failure
    yard.dag("d", task("good"), task("bad"), left_out, *below)
    yard.scheduler()
    yard.worker(ending(bad=Outcome.FAILED, left_out=Outcome.SKIPPED))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert {task_id: state for task_id, state in yard.states(run).items() if task_id in RULES} == RULES


def test_a_task_that_need_not_wait_starts_early(yard: Yard) -> None:
    gate = Gate()
    eager = task("eager", "quick", "slow", trigger_rule="one_success", queue="quick")
    yard.dag("d", task("quick", queue="quick"), task("slow"), eager)
    yard.scheduler()
    yard.worker(gate)
    yard.worker(queues=["quick"])
    run = yard.run()
    yard.await_states(run, eager="success", slow="running")
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_the_last_task_decides_how_the_run_ends(yard: Yard) -> None:
    yard.dag("d", task("bad"), task("cure", "bad", trigger_rule="one_failed"))
    yard.scheduler()
    yard.worker(ending(bad=Outcome.FAILED))
    assert yard.await_end(yard.run()) == ["success"]


def test_a_teardown_runs_after_a_failure_and_does_not_hide_it(yard: Yard) -> None:
    clean = task("clean", "make", "work", is_teardown=True, trigger_rule="all_done_setup_success")
    yard.dag("d", task("make", is_setup=True), task("work", "make"), clean)
    yard.scheduler()
    yard.worker(ending(work=Outcome.FAILED))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert yard.states(run)["clean"] == "success"


def test_urgent_tasks_go_first(yard: Yard) -> None:
    yard.dag("d", *(task(f"t{n}", priority_weight=n) for n in range(6)), max_active_tasks=1)
    yard.scheduler()
    yard.worker(slots=1)
    assert yard.await_end(yard.run()) == ["success"]
    assert yard.moves.order("queued") == ["t5", "t4", "t3", "t2", "t1", "t0"]


def test_runs_wait_for_their_turn_and_start_in_order(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), max_active_runs=1)
    yard.scheduler()
    yard.worker(gate)
    runs = [yard.run(run_id=f"r{n}") for n in range(3)]
    gate.await_held(1)
    assert [yard.value("SELECT state FROM dag_run WHERE id = %s", run) for run in runs] == [
        "running",
        "queued",
        "queued",
    ]
    gate.open()
    assert yard.await_end(*runs) == ["success"] * 3
    ran = [move.run for move in yard.moves.all() if move.new == "running"]
    assert ran == runs


def test_a_paused_dag_starts_nothing_and_goes_on_later(yard: Yard) -> None:
    gate = Gate()
    yard.dag("d", task("a"), task("b", "a"), max_active_runs=1)
    scheduler = yard.scheduler()
    yard.worker(gate)
    first, second = yard.run(run_id="r1"), yard.run(run_id="r2")
    gate.await_held(1)
    yard.conn.execute("UPDATE dag SET is_paused = true")
    yard.dag("seen", task("x", kind="empty"))
    assert yard.await_end(yard.run("seen")) == ["success"]  # the scheduler knows of the pause
    gate.open()
    yard.await_states(first, a="success")
    yard.dag("other", task("x"))
    assert yard.await_end(yard.run("other")) == ["success"]  # by now the scheduler has seen all of it
    assert yard.states(first) == {"a": "success", "b": "none"}
    assert yard.states(second) == {}
    yard.conn.execute("UPDATE dag SET is_paused = false")
    scheduler.wake("pause")
    assert yard.await_end(first, second) == ["success", "success"]


@pytest.mark.parametrize("events", [True, False])
def test_runs_end_with_and_without_events(yard: Yard, events: bool) -> None:
    """Events only save time."""
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"))
    yard.scheduler()
    yard.worker(tell=events)
    assert yard.await_end(yard.run()) == ["success"]
    assert yard.value("SELECT count(*) FROM task_attempt") == 3


def test_an_idle_scheduler_leaves_runs_and_their_versions_alone(yard: Yard) -> None:
    """Adopting again what it owns already would make it read everything anew at every sweep."""
    gate = Gate()
    yard.dag("d", task("a"))
    yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    before = yard.value("SELECT version FROM dag_run WHERE id = %s", run)
    sweeps = "SELECT sum(n_tup_upd) FROM pg_stat_user_tables WHERE relname = 'dag_run'"
    for n in range(5):  # each needs a sweep, for nobody tells of it
        yard.dag(f"x{n}", task("x", kind="empty"))
        assert yard.await_end(yard.run(f"x{n}")) == ["success"]
    assert yard.value("SELECT version FROM dag_run WHERE id = %s", run) == before, yard.value(sweeps)
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_a_broken_version_stops_no_other_dag(yard: Yard) -> None:
    yard.dag("good", task("a"))
    yard.dag("bad", task("a"))
    yard.conn.execute(
        "UPDATE dag_version SET structure = jsonb_set(structure, '{tasks,0,upstream}', '[\"ghost\"]')"
        " WHERE dag_id = 'bad'"
    )
    yard.scheduler()
    yard.worker()
    bad, good = yard.run("bad"), yard.run("good")
    assert yard.await_end(good) == ["success"]
    assert yard.states(bad) == {"a": "none"}


def test_a_dag_whose_runs_fail_one_after_the_other_is_paused(yard: Yard) -> None:
    yard.dag("d", task("a"), max_consecutive_failed_dag_runs=2, max_active_runs=1)
    outcomes = {"r1": Outcome.FAILED, "r2": Outcome.SUCCESS}
    yard.worker(lambda claimed: Result(outcomes.get(claimed.run_id, Outcome.FAILED)))
    runs = [yard.run(run_id=f"r{number}") for number in range(1, 7)]
    scheduler = yard.scheduler()
    assert yard.await_end(*runs[:4]) == ["failed", "success", "failed", "failed"]
    wait_for(lambda: yard.value("SELECT is_paused FROM dag"), 60, "the pause")
    assert yard.value("SELECT state FROM dag_run WHERE run_id = 'r5'") == "queued"
    events = yard.conn.execute("SELECT actor, action, detail ->> 'reason' FROM event_log").fetchall()
    assert events == [("scheduler", "dag.pause", "its last 2 runs failed (max_consecutive_failed_dag_runs=2)")]
    around = run_list.surroundings(yard.conn, ["d"])["d"]
    run = run_list.run(yard.conn, "d", "r5")
    assert run is not None
    assert "the DAG is paused because its last 2 runs failed" in why_run_waits(run, around)
    pause = dags.describe(yard.conn, "d").pause
    assert pause is not None
    assert (pause.actor, pause.reason) == ("scheduler", events[0][2])
    dags.unpause(yard.conn, ["d"], actor="ann@host")
    scheduler.wake("pause")
    assert yard.await_end(*runs) == ["failed", "success", *["failed"] * 4], "only what failed since then counts"
    assert yard.value("SELECT is_paused FROM dag")
