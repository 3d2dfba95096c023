"""Marking task instances and runs: what each state becomes, what follows, and that late results are refused."""

from __future__ import annotations

import threading

import pytest

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import connection
from headway.metastore.queries import attempts, marked_attempts, nodes, scheduling
from headway.metastore.queries.attempts import Claimed, Result
from headway.operations.clear import clear
from headway.operations.marks import Marked, mark_run, mark_tasks
from headway.operations.selection import RunChoice, Selection
from headway.settings import Settings
from headway.states import Outcome, TaskState
from support.stage import DAG, RUN, Stage
from support.structures import add_run, mapped, task
from support.waiting import wait_for

CHAIN = (task("a", retries=2), task("b", "a"), task("c", "b"))


def mark(stage: Stage, task_id: str, state: str) -> Marked:
    marked = mark_tasks(stage.conn, DAG, RunChoice(RUN), Selection(task_id), state, actor="ann@host")
    assert len(marked) == 1
    return marked[0]


def close(stage: Stage, claimed: Claimed, log_bytes: int = 0) -> bool:
    result = Result(Outcome.FAILED, log_bytes=log_bytes)
    return marked_attempts.close(
        stage.conn, ti=claimed.ti, dispatch=claimed.dispatch, hostname="worker-1", result=result
    )


def marked_ids(marked: Marked) -> list[str]:
    return [each.task_id for each in marked.instances]


@pytest.fixture
def chain(stage: Stage) -> Stage:
    stage.dag(*CHAIN)
    stage.start()
    return stage


def test_a_failed_task_marked_a_success_lets_its_run_go_on(chain: Stage) -> None:
    chain.run_task("a", Outcome.FAILED, error="boom")
    chain.settle("b", TaskState.UPSTREAM_FAILED)
    chain.settle("c", TaskState.UPSTREAM_FAILED)
    chain.end_run("failed")
    version, ended = chain.version(), chain.instance("a").end_date
    done = mark(chain, "a", "success")
    assert (marked_ids(done), done.decided_anew, done.run_state) == (["a"], 2, "running")
    assert chain.instance("a").end_date == ended, "it has not run any longer for that"
    assert chain.states() == {"a": "success", "b": "none", "c": "none"}
    assert (chain.run().state, chain.version()) == ("running", version + 1)
    assert chain.audit() == [("task.mark", f"{DAG}/{RUN}")]


def test_what_waits_is_marked_and_its_message_refused(chain: Stage) -> None:
    chain.queue("a")
    token = chain.instance("a").dispatch
    mark(chain, "a", "skipped")
    found = chain.instance("a")
    assert (found.state, found.dispatch) == ("skipped", token + 1)
    assert attempts.claim(chain.conn, ti=found.ti, dispatch=token, node=chain.worker, nonce=chain.worker) is None


def test_a_waiting_retry_loses_its_timer(chain: Stage) -> None:
    chain.run_task("a", Outcome.RETRY, due=chain.value("SELECT now() + interval '1 hour'"))
    mark(chain, "a", "failed")
    assert chain.instance("a").state == "failed"
    assert chain.value("SELECT count(*) FROM timer") == 0


def test_a_running_task_is_stopped_and_its_late_result_refused(chain: Stage) -> None:
    chain.join_worker()
    chain.queue("a")
    claimed = chain.claim("a")
    done = mark(chain, "a", "success")
    assert done.stopping == 1
    held = [(claimed.ti, claimed.dispatch)]
    stops = nodes.stops(chain.conn, node=chain.worker, held=held)
    assert [(each.ti, each.reason) for each in stops] == [(claimed.ti, "marked success by ann@host")]
    assert chain.finish(claimed, Outcome.FAILED, xcoms={"return_value": "1"}) is None
    assert chain.instance("a").state == "success"
    assert chain.value("SELECT count(*) FROM xcom") == 0
    assert close(chain, claimed, log_bytes=7)
    assert not close(chain, claimed), "an attempt ends once"
    row = chain.conn.execute("SELECT outcome, error, log_bytes, hostname FROM task_attempt").fetchall()
    assert row == [("interrupted", "stopped: marked success by ann@host", 7, "worker-1")]
    assert chain.value("SELECT count(*) FROM claim") == 0


def test_one_cleared_before_its_worker_has_ended_it_waits_for_that(chain: Stage) -> None:
    """Two attempts of one task instance never overlap, whatever people do to it."""
    chain.queue("a")
    claimed = chain.claim("a")
    mark(chain, "a", "failed")
    assert clear(chain.conn, DAG, RUN, Selection("a"), actor="bob@host").stopping == 1
    assert chain.instance("a").state == "restarting"
    assert not close(chain, claimed), "its end is a restart's now"
    assert chain.finish(claimed, Outcome.SUCCESS) == "scheduled"
    assert chain.instance("a").try_number == 2


def test_a_marked_attempt_whose_host_is_lost_ends_in_the_history(chain: Stage) -> None:
    chain.join_worker()
    chain.queue("a")
    chain.claim("a")
    mark(chain, "a", "success")
    chain.conn.execute("UPDATE node SET state = 'dead'")
    assert nodes.end_lost(chain.conn, max_lost=3) == [], "the mark stands, and nobody need be told"
    assert chain.instance("a").state == "success"
    assert chain.value("SELECT outcome FROM task_attempt") == "lost"
    assert "marked success by ann@host" in chain.value("SELECT error FROM task_attempt")
    assert chain.value("SELECT count(*) FROM claim") == 0


def test_the_owner_of_the_run_cannot_write_with_its_old_version(chain: Stage) -> None:
    old = chain.version()
    mark(chain, "a", "success")
    found = chain.instance("b")
    queued = scheduling.queue(
        chain.conn, me=chain.scheduler, wanted=[(found.ti, found.dispatch, found.pool)],
        runs=[(chain.run().key, old)], pools={},
    )  # fmt: skip
    assert queued == []


def test_a_run_that_had_ended_ends_anew_as_its_tasks_say(chain: Stage) -> None:
    for name in "abc":
        chain.run_task(name)
    chain.end_run("success")
    ended = chain.run().end_date
    assert mark(chain, "c", "failed").run_state == "failed"
    assert (chain.run().state, chain.run().end_date) == ("failed", ended)
    assert mark(chain, "c", "skipped").run_state == "success"
    assert chain.run().state == "success"


def test_a_rehearsal_and_what_would_change_nothing(chain: Stage) -> None:
    version = chain.version()
    planned = mark_tasks(
        chain.conn, DAG, RunChoice(RUN), Selection("b", upstream=True, downstream=True), "success",
        dry_run=True, actor="x",
    )  # fmt: skip
    assert marked_ids(planned[0]) == ["a", "b", "c"]
    assert set(chain.states().values()) == {"none"}
    mark(chain, "a", "success")
    again = mark_tasks(chain.conn, DAG, RunChoice(RUN), Selection("a"), "success", actor="x")
    assert again == []
    assert chain.version() == version + 1


def test_one_index_of_a_mapped_task(stage: Stage) -> None:
    stage.dag(task("m", **mapped(3, "m")))
    key = stage.start()
    stage.conn.execute("UPDATE task_instance SET state = 'removed'")
    stage.conn.execute(
        "INSERT INTO task_instance (run_id, task_id, map_index, queue, pool)"
        " SELECT %s, 'm', n, 'default', 'default_pool' FROM generate_series(0, 2) n",
        (key,),
    )
    choice = RunChoice(RUN)
    done = mark_tasks(stage.conn, DAG, choice, Selection("m", map_index=1), "success", actor="x")
    assert [(each.task_id, each.map_index) for each in done[0].instances] == [("m", 1)]
    done = mark_tasks(stage.conn, DAG, choice, Selection(instances=(("m", 0), ("m", 2))), "failed", actor="x")
    assert [each.map_index for each in done[0].instances] == [0, 2]
    rows = stage.conn.execute("SELECT map_index, state FROM task_instance ORDER BY map_index").fetchall()
    assert rows == [(-1, "removed"), (0, "failed"), (1, "success"), (2, "failed")]


def test_past_and_future_runs_and_ranges_of_dates(stage: Stage) -> None:
    stage.dag(*CHAIN)
    for day in range(1, 6):
        key = add_run(stage.conn, DAG, f"r{day}", logical_date=f"2026-01-0{day}T00:00:00Z")
        if day < 5:  # the last one has not begun
            version_id = stage.value("SELECT version_id FROM dag_run WHERE id = %s", key)
            assert scheduling.start_run(stage.conn, run=key, version=1, version_id=version_id)
    moment = stage.value("SELECT logical_date FROM dag_run WHERE run_id = 'r2'")

    def runs(choice: RunChoice) -> list[str]:
        marked = mark_tasks(stage.conn, DAG, choice, Selection("a"), "success", dry_run=True, actor="x")
        return [each.run_id for each in marked]

    assert runs(RunChoice("r2")) == ["r2"]
    assert runs(RunChoice("r2", past=True)) == ["r1", "r2"]
    assert runs(RunChoice("r2", future=True)) == ["r2", "r3", "r4"]
    assert runs(RunChoice(since=moment)) == ["r2", "r3", "r4"]
    assert runs(RunChoice(until=moment)) == ["r1", "r2"]
    with pytest.raises(InvalidInput, match="dates and a run"):
        runs(RunChoice("r2", since=moment))
    with pytest.raises(NotFound, match="no run"):
        runs(RunChoice(since=stage.value("SELECT now() + interval '9 years'")))
    with pytest.raises(Conflict, match="has not started"):
        runs(RunChoice("r5"))


def test_a_whole_run_marked_a_success(chain: Stage) -> None:
    chain.run_task("a", Outcome.FAILED)
    chain.queue("b")
    claimed = chain.claim("b")
    done = mark_run(chain.conn, DAG, RUN, "success", actor="ann@host")
    assert (sorted(marked_ids(done)), done.stopping, done.run_state) == (["a", "b", "c"], 1, "success")
    assert chain.states() == dict.fromkeys("abc", "success")
    assert chain.run().state == "success"
    assert chain.run().end_date is not None
    assert chain.finish(claimed, Outcome.FAILED) is None
    assert chain.audit() == [("run.mark", f"{DAG}/{RUN}")]


def test_a_whole_run_marked_failed(chain: Stage) -> None:
    chain.run_task("a")
    chain.queue("b")
    chain.claim("b")
    done = mark_run(chain.conn, DAG, RUN, "failed", actor="ann@host")
    assert (marked_ids(done), done.stopping) == (["b", "c"], 1)
    assert chain.states() == {"a": "success", "b": "failed", "c": "skipped"}
    assert chain.run().state == "failed"


CLEANED = (
    task("up", is_setup=True),
    task("work", "up"),
    task("after", "work"),
    task("down", "up", "after", is_teardown=True, trigger_rule="all_done_setup_success"),
)


@pytest.mark.parametrize(
    ("state", "states"),
    [("failed", {"work": "failed", "after": "failed"}), ("success", {"work": "success", "after": "success"})],
)
def test_a_marked_run_ends_behind_its_teardowns(stage: Stage, state: str, states: dict[str, str]) -> None:
    stage.dag(*CLEANED)
    stage.start()
    stage.run_task("up")
    stage.queue("work")
    stage.claim("work")
    done = mark_run(stage.conn, DAG, RUN, state, actor="ann@host")
    assert (sorted(marked_ids(done)), done.teardowns, done.run_state) == (["after", "work"], 1, "running")
    assert stage.states() == {"up": "success", **states, "down": "none"}
    again = mark_run(stage.conn, DAG, RUN, state, actor="ann@host")
    assert (marked_ids(again), again.teardowns, again.run_state) == (["down"], 0, state)
    assert stage.run().state == state


def test_nothing_is_torn_down_that_was_not_set_up(stage: Stage) -> None:
    stage.dag(*CLEANED)
    stage.start()
    stage.queue("up")
    stage.claim("up")
    assert mark_run(stage.conn, DAG, RUN, "failed", actor="ann@host").teardowns == 0
    assert stage.states() == {"up": "failed", "work": "skipped", "after": "skipped", "down": "skipped"}
    assert stage.run().state == "failed"


def test_a_run_that_has_not_begun_never_begins_once_it_is_marked(stage: Stage) -> None:
    stage.dag(*CHAIN)
    key = add_run(stage.conn, DAG, RUN)
    mark_run(stage.conn, DAG, RUN, "failed", actor="x")
    version_id = stage.value("SELECT version_id FROM dag_run")
    assert not scheduling.start_run(stage.conn, run=key, version=1, version_id=version_id)
    assert stage.run().state == "failed"


@pytest.mark.parametrize("state", ["none", "running", "upstream_failed", "nonsense"])
def test_only_what_ends_a_task_can_be_marked(chain: Stage, state: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be marked"):
        mark(chain, "a", state)
    with pytest.raises(InvalidInput, match="cannot be marked"):
        mark_run(chain.conn, DAG, RUN, state, actor="x")


def test_a_mark_and_a_finish_at_once_end_in_one_state(chain: Stage, settings: Settings) -> None:
    """The finish waits for the mark that has the row, and is refused then."""
    chain.queue("a")
    claimed = chain.claim("a")
    result = Result(Outcome.SUCCESS)
    results: list[str | None] = []

    def finish() -> None:
        with connection(settings.metastore, name="worker") as own:
            results.append(attempts.finish(own, ti=claimed.ti, dispatch=claimed.dispatch, hostname="h", result=result))

    finishing = threading.Thread(target=finish)
    with chain.conn.transaction():
        mark(chain, "a", "failed")
        finishing.start()
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted"
        wait_for(lambda: chain.conn.execute(waits).fetchone(), what="the finish to wait")
    finishing.join(60)
    assert results == [None]
    assert chain.instance("a").state == "failed"
