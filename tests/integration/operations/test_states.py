"""How a run stands: every state comes with the reason why it does not go on."""

from __future__ import annotations

import pytest

from headway.errors import NotFound
from headway.metastore.queries import pools
from headway.operations import tasks
from headway.states import Outcome, TaskState
from support.stage import DAG, RUN, Stage
from support.structures import add_run, task


def why(stage: Stage) -> dict[str, str]:
    return {each.task_id: each.why for each in tasks.states(stage.conn, DAG).tasks}


@pytest.fixture
def ready(stage: Stage) -> Stage:
    stage.join_scheduler()
    stage.join_worker()
    return stage


def test_a_run_that_has_not_started_says_why(stage: Stage) -> None:
    stage.dag(task("a"), paused=True, max_active_runs=1)
    add_run(stage.conn, DAG, RUN)
    assert tasks.states(stage.conn, DAG).why == "the DAG is paused: headway dags unpause shop"
    stage.conn.execute("UPDATE dag SET is_paused = false")
    assert tasks.states(stage.conn, DAG).why == "no scheduler is running: headway scheduler"
    stage.join_scheduler()
    assert tasks.states(stage.conn, DAG).why == "about to start"
    stage.start("other")
    assert tasks.states(stage.conn, DAG, RUN).why == "1 of 1 runs of the DAG are running (max_active_runs)"
    assert why(stage) != {}


def test_a_run_of_a_backfill_has_its_own_reasons(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.join_scheduler()
    stage.conn.execute(
        "INSERT INTO backfill (dag_id, from_date, to_date, max_active_runs, actor) VALUES (%s, now(), now(), 1, 'x')",
        (DAG,),
    )
    stage.start("first")
    add_run(stage.conn, DAG, "second")
    assert tasks.states(stage.conn, DAG, "second").why == "about to start"
    stage.conn.execute("UPDATE dag_run SET backfill_id = (SELECT id FROM backfill)")
    key = stage.value("SELECT id FROM backfill")
    assert tasks.states(stage.conn, DAG, "second").why == f"1 of 1 runs of backfill {key} are running"
    stage.conn.execute("UPDATE backfill SET state = 'paused'")
    assert tasks.states(stage.conn, DAG, "second").why == f"its backfill is paused: headway backfill resume {key}"


def test_a_task_waits_for_its_upstream(ready: Stage) -> None:
    ready.dag(task("a"), task("b"), task("c", "a", "b"))
    ready.start()
    assert why(ready)["c"] == "waits for a, b"
    ready.run_task("a")
    assert why(ready)["c"] == "waits for b"


def test_a_queued_task_waits_for_a_worker_or_has_none(ready: Stage) -> None:
    ready.dag(task("a"), task("b", queue="gpu"))
    ready.start()
    ready.queue("a", "b")
    assert why(ready) == {
        "a": "waits for a free worker of queue 'default'",
        "b": "nobody consumes queue 'gpu': headway worker -Q gpu",
    }


def test_a_pool_that_is_unknown_full_too_small_or_closed(ready: Stage) -> None:
    small = task("c", pool="small", pool_slots=3)
    ready.dag(task("a", pool="nowhere"), task("b", pool="full"), small, task("d", pool="closed"))
    ready.start()
    for name, slots in (("full", 2), ("small", 2), ("closed", 0)):
        pools.set_pool(ready.conn, name, slots)
    ready.conn.execute("""UPDATE pool SET used = '{"s": 2}' WHERE name = 'full'""")
    assert why(ready) == {
        "a": "pool 'nowhere' does not exist: headway pools set nowhere SLOTS",
        "b": "pool 'full' is full (2 of 2 slots)",
        "c": "needs 3 slots, pool 'small' has 2",
        "d": "pool 'closed' has no slots: headway pools set closed SLOTS",
    }


def test_max_active_tasks_of_the_dag(ready: Stage) -> None:
    ready.dag(task("a"), task("b"), max_active_tasks=1)
    ready.start()
    ready.queue("a")
    assert why(ready)["b"] == "1 of 1 tasks of the DAG are active (max_active_tasks)"


def test_a_paused_dag_holds_a_running_run(ready: Stage) -> None:
    ready.dag(task("a"))
    ready.start()
    ready.conn.execute("UPDATE dag SET is_paused = true")
    assert why(ready)["a"] == "the DAG is paused: headway dags unpause shop"


def test_a_retry_tells_when_it_is_due_and_after_what(ready: Stage) -> None:
    ready.dag(task("a", retries=1))
    ready.start()
    due = ready.value("SELECT '2030-01-01 06:07:08+00'::timestamptz")
    ready.run_task("a", Outcome.RETRY, due=due, error="ValueError: no\ntraceback")
    assert why(ready)["a"] == "retry due at 2030-01-01 06:07:08Z, after: ValueError: no"


def test_failures_tell_their_cause(ready: Stage) -> None:
    ready.dag(task("a"), task("b", "a"))
    ready.start()
    ready.run_task("a", Outcome.FAILED, error="ValueError: boom\n  File ...")
    ready.settle("b", TaskState.UPSTREAM_FAILED)
    assert why(ready) == {"a": "ValueError: boom", "b": "upstream failed: a"}


def test_a_finished_task_says_where_and_how_long(ready: Stage) -> None:
    ready.dag(task("a"))
    ready.start()
    ready.run_task("a")
    found = tasks.states(ready.conn, DAG).tasks[0]
    assert (found.state, found.node, found.why) == ("success", "worker-1", "")
    assert found.seconds is not None
    assert found.seconds >= 0


def test_unknown_runs_and_tasks(stage: Stage) -> None:
    stage.dag(task("extract"))
    with pytest.raises(NotFound, match="has no runs"):
        tasks.states(stage.conn, DAG)
    stage.start()
    with pytest.raises(NotFound) as caught:
        tasks.states(stage.conn, DAG, "manual__2")
    assert caught.value.remedy == "did you mean 'manual__1'?"
    with pytest.raises(NotFound) as caught:
        tasks.find_instance(stage.conn, DAG, None, "extrct")
    assert caught.value.remedy == "did you mean 'extract'?"


def test_the_tasks_of_a_dag_know_their_downstream(stage: Stage) -> None:
    stage.dag(task("a"), task("b", "a", queue="gpu"))
    listed = tasks.list_tasks(stage.conn, DAG)
    assert [(each.task_id, each.upstream, each.downstream, each.queue) for each in listed] == [
        ("a", [], ["b"], "default"),
        ("b", ["a"], [], "gpu"),
    ]
