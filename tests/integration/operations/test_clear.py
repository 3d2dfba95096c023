"""Clearing task instances: what becomes of each state, and that stale writers are shut out."""

from __future__ import annotations

import pytest

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import connect
from headway.metastore.queries import scheduling
from headway.operations.clear import Cleared, Selection, clear
from headway.settings import Settings
from headway.states import Outcome, TaskState
from support.stage import DAG, RUN, Stage
from support.structures import task
from support.waiting import wait_for

CHAIN = (task("a", retries=2), task("b", "a"), task("c", "b"))


def clear_all(stage: Stage, selection: Selection | None = None) -> Cleared:
    return clear(stage.conn, DAG, RUN, selection or Selection(), actor="ann@host")


def cleared_tasks(cleared: Cleared) -> list[str]:
    return [each.task_id for each in cleared.instances]


@pytest.fixture
def chain(stage: Stage) -> Stage:
    stage.dag(*CHAIN)
    stage.start()
    return stage


def test_a_finished_run_goes_on_with_new_tries(chain: Stage) -> None:
    chain.run_task("a", xcoms={"return_value": "1"})
    chain.run_task("b", Outcome.FAILED, error="boom")
    chain.settle("c", TaskState.UPSTREAM_FAILED)
    chain.end_run("failed")
    version = chain.version()
    cleared = clear_all(chain)
    assert cleared_tasks(cleared) == ["a", "b", "c"]
    assert chain.states() == {"a": "none", "b": "none", "c": "none"}
    assert (chain.run().state, chain.run().end_date, chain.version()) == ("running", None, version + 1)
    tries = {name: (chain.instance(name).try_number, chain.instance(name).max_tries) for name in "abc"}
    assert tries == {"a": (2, 3), "b": (2, 1), "c": (1, 0)}, "c never ran: its first try is still to come"
    assert chain.instance("a").start_date is None
    assert chain.value("SELECT count(*) FROM xcom") == 0
    assert chain.audit() == [("run.clear", f"{DAG}/{RUN}")]


def test_the_owner_of_the_run_cannot_write_with_its_old_version(chain: Stage) -> None:
    chain.run_task("a")
    old = chain.version()
    clear_all(chain)
    found = chain.instance("b")
    queued = scheduling.queue(
        chain.conn, me=chain.scheduler, wanted=[(found.ti, found.dispatch, found.pool)],
        runs=[(chain.run().key, old)], pools={},
    )  # fmt: skip
    assert queued == []


def test_a_message_on_its_way_is_refused_by_its_token(chain: Stage) -> None:
    chain.queue("a")
    token = chain.instance("a").dispatch
    clear_all(chain)
    found = chain.instance("a")
    assert (found.state, found.try_number) == ("none", 1), "a try that no worker began is not used up"
    assert found.dispatch == token + 1


def test_a_waiting_retry_loses_its_timer_and_begins_a_new_try(chain: Stage) -> None:
    now = chain.value("SELECT now() + interval '1 hour'")
    chain.run_task("a", Outcome.RETRY, due=now)
    assert chain.instance("a").state == "up_for_retry"
    clear_all(chain)
    found = chain.instance("a")
    assert (found.state, found.try_number, found.max_tries) == ("none", 2, 3)
    assert chain.value("SELECT count(*) FROM timer") == 0


def test_a_running_task_is_stopped_first_and_starts_anew_then(chain: Stage) -> None:
    chain.queue("a")
    claimed = chain.claim("a")
    cleared = clear_all(chain)
    assert cleared.stopping == 1
    assert chain.instance("a").state == "restarting"
    assert chain.instance("a").stop == "cleared by ann@host"
    assert chain.finish(claimed, Outcome.FAILED) == "scheduled"
    found = chain.instance("a")
    assert (found.try_number, found.max_tries) == (2, 3), "all retries are there again"


def test_a_selection_takes_what_is_before_and_after(chain: Stage) -> None:
    for name in "abc":
        chain.run_task(name)
    assert cleared_tasks(clear(chain.conn, DAG, RUN, Selection("b"), dry_run=True, actor="x")) == ["b"]
    for selection, expected in [
        (Selection("b", downstream=True), ["b", "c"]),
        (Selection("b", upstream=True), ["a", "b"]),
        (Selection("^[ac]$"), ["a", "c"]),
    ]:
        found = clear(chain.conn, DAG, None, selection, dry_run=True, actor="x")
        assert cleared_tasks(found) == expected
    assert chain.states() == dict.fromkeys("abc", "success"), "a dry run changes nothing"
    assert chain.audit() == []


def test_only_failed_leaves_the_rest(chain: Stage) -> None:
    chain.run_task("a")
    chain.run_task("b", Outcome.FAILED)
    chain.settle("c", TaskState.UPSTREAM_FAILED)
    assert cleared_tasks(clear_all(chain, Selection(only_failed=True))) == ["b", "c"]
    assert chain.states() == {"a": "success", "b": "none", "c": "none"}


def test_nothing_to_clear_leaves_the_run_alone(chain: Stage) -> None:
    version = chain.version()
    assert clear_all(chain).instances == []
    assert chain.version() == version
    assert chain.audit() == []


def test_a_run_that_has_not_started_is_refused(stage: Stage) -> None:
    stage.dag(*CHAIN)
    from support.structures import add_run

    add_run(stage.conn, DAG, RUN)
    with pytest.raises(Conflict, match="has not started"):
        clear_all(stage)


@pytest.mark.parametrize(("pattern", "error"), [("zzz", NotFound), ("[", InvalidInput)])
def test_a_pattern_must_match_something(chain: Stage, pattern: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        clear_all(chain, Selection(pattern))


def test_an_exact_id_is_not_taken_as_a_pattern(stage: Stage) -> None:
    stage.dag(task("load"), task("preload"), task("load_b"))
    stage.start()
    for name in ("load", "preload", "load_b"):
        stage.run_task(name)
    assert cleared_tasks(clear_all(stage, Selection("load"))) == ["load"]


def test_a_lock_on_the_run_is_waited_for(chain: Stage, settings: Settings) -> None:
    """A scheduler's write and a clear never overlap: the run row is locked first."""
    import threading

    chain.run_task("a")
    other = connect(settings.metastore, name="other")
    with other.transaction():
        other.execute("SELECT 1 FROM dag_run FOR SHARE")
        clearing = threading.Thread(target=clear_all, args=(chain,))
        clearing.start()
        wait_for(lambda: other.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone(), what="the clear to wait")
        assert other.execute("SELECT state FROM task_instance WHERE task_id = 'a'").fetchone() == ("success",)
    clearing.join(60)
    assert chain.instance("a").state == "none"
    other.close()
