"""Clearing with the latest version: the run gets and loses tasks; and runs of old versions stay readable."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from headway.metastore.queries import attempts, bundles, former_code, logs, nodes, scheduling, versions
from headway.operations import tasks
from headway.operations.clear import Cleared, Selection, clear
from headway.operations.clear_runs import clear_runs
from headway.operations.runs import delete_run
from headway.operations.selection import RunChoice
from headway.states import Outcome, TaskState
from support.stage import DAG, RUN, Stage
from support.structures import add_run, mapped, structure, task


def new_version(stage: Stage, *specs: dict[str, Any], number: int = 2) -> int:
    """The DAG's file has changed: what it is now."""
    described = json.dumps(structure(DAG, *specs))
    version = stage.value(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure) VALUES (%s, %s, 'f.py', %s, %s)"
        " RETURNING id",
        DAG, number, str(number), described,
    )  # fmt: skip
    for position, spec in enumerate(specs):
        stage.conn.execute(
            "INSERT INTO version_task (version_id, position, task_id, queue, pool, pool_slots, priority, retries,"
            " retry_delay, retry_backoff) VALUES (%s, %s, %s, %s, %s, 1, 1, %s, 0, 0)",
            (version, position, spec["task_id"], spec["queue"], spec["pool"], spec["retries"]),
        )
    stage.conn.execute("UPDATE dag SET version_id = %s", (version,))
    return int(version)


def latest(stage: Stage, selection: Selection | None = None, *, dry_run: bool = False) -> Cleared:
    chosen = selection or Selection(only_failed=True)
    return clear(stage.conn, DAG, RUN, chosen, version="latest", dry_run=dry_run, actor="ann@host")


@pytest.fixture
def failed(stage: Stage) -> Stage:
    """a → b → c, of which b failed."""
    stage.dag(task("a"), task("b", "a"), task("c", "b"))
    stage.start()
    stage.run_task("a")
    stage.run_task("b", Outcome.FAILED, error="boom")
    stage.settle("c", TaskState.UPSTREAM_FAILED)
    stage.end_run("failed")
    return stage


def test_a_failed_run_goes_on_from_its_failure_with_the_new_code(failed: Stage) -> None:
    version = new_version(failed, task("a"), task("b", "a", queue="high_cpu", retries=3), task("d", "b"))
    planned = latest(failed, dry_run=True)
    assert planned.code is not None
    assert (planned.code.number, planned.code.added, planned.code.removed) == (2, ["d"], ["c"])
    assert failed.states() == {"a": "success", "b": "failed", "c": "upstream_failed"}, "a rehearsal changes nothing"
    cleared = latest(failed)
    assert ([each.task_id for each in cleared.instances], cleared.code) == (["b"], planned.code)
    assert failed.states() == {"a": "success", "b": "none", "c": "removed", "d": "none"}
    found = failed.instance("b")
    assert (found.queue, found.try_number, found.max_tries) == ("high_cpu", 2, 4)
    assert failed.value("SELECT version_id FROM dag_run") == version
    assert failed.run().state == "running"
    detail = failed.value("SELECT detail FROM event_log WHERE action = 'run.clear'")
    assert (detail["version"], detail["added"], detail["removed"]) == (2, ["d"], ["c"])
    failed.run_task("b")
    failed.run_task("d")
    failed.end_run("success")


def test_an_attempt_says_which_code_it_ran(failed: Stage) -> None:
    bundle = "INSERT INTO bundle (hash, manifest) VALUES (%s, '{}') RETURNING id"
    old, new = (failed.value(bundle, name) for name in ("old", "new"))
    failed.conn.execute("UPDATE dag_run SET bundle_id = %s", (old,))
    failed.conn.execute("UPDATE dag SET bundle_id = %s", (new,))
    new_version(failed, task("a"), task("b", "a"), task("c", "b"))
    latest(failed)
    failed.queue("b")
    failed.claim("b")
    found = logs.attempts_of(failed.conn, dag_id=DAG, run_id=RUN, task_id="b")
    assert [(each.outcome, each.version, each.bundle) for each in found] == [("failed", 1, "old"), (None, 2, "new")]
    run = failed.value("SELECT id FROM dag_run")
    assert [each.version for each in former_code.of_run(failed.conn, run)] == [1]
    assert versions.delete_old(failed.conn, timedelta(0)) == 0, "an attempt ran it"
    assert bundles.remove_unused(failed.conn).bundles == 0
    delete_run(failed.conn, DAG, RUN, force=True, actor="x")
    assert former_code.of_run(failed.conn, run) == []
    assert versions.delete_old(failed.conn, timedelta(0)) == 1


def test_original_keeps_the_code(failed: Stage) -> None:
    kept = failed.value("SELECT version_id FROM dag_run")
    new_version(failed, task("a"), task("z"))
    assert clear(failed.conn, DAG, RUN, Selection(only_failed=True), actor="x").code is None
    assert failed.value("SELECT version_id FROM dag_run") == kept
    assert failed.states() == {"a": "success", "b": "none", "c": "none"}


def test_a_task_that_is_gone_and_runs_is_stopped_and_its_result_refused(stage: Stage) -> None:
    stage.dag(task("a"), task("b"))
    stage.start()
    stage.join_worker()
    stage.queue("a")
    claimed = stage.claim("a")
    new_version(stage, task("b"), task("c"))
    assert latest(stage).code.removed == ["a"]  # type: ignore[union-attr]
    stops = nodes.stops(stage.conn, node=stage.worker, held=[(claimed.ti, claimed.dispatch)])
    assert [each.reason for each in stops] == ["the code that the run goes on with has no such task"]
    assert stage.finish(claimed) is None
    assert stage.instance("a").state == "removed"


def test_a_message_on_its_way_for_a_task_that_is_gone_is_refused(stage: Stage) -> None:
    stage.dag(task("a"), task("b"))
    stage.start()
    stage.queue("a")
    found = stage.instance("a")
    new_version(stage, task("b"), task("c"))
    latest(stage)
    assert attempts.claim(
        stage.conn, ti=found.ti, dispatch=found.dispatch, node=stage.worker, nonce=stage.worker
    ) is None  # fmt: skip
    assert stage.instance("a").dispatch == found.dispatch + 1


def test_a_task_that_comes_back_waits_again(failed: Stage) -> None:
    new_version(failed, task("a"), task("b", "a"))
    latest(failed)
    assert failed.states()["c"] == "removed"
    new_version(failed, task("a"), task("b", "a"), task("c", "b"), number=3)
    assert latest(failed, Selection("b")).code.added == ["c"]  # type: ignore[union-attr]
    assert failed.states() == {"a": "success", "b": "none", "c": "none"}


def test_a_task_that_is_mapped_no_longer_loses_its_instances(stage: Stage) -> None:
    stage.dag(task("m", **mapped(2, "m")))
    key = stage.start()
    stage.conn.execute("UPDATE task_instance SET state = 'removed'")
    stage.conn.execute(
        "INSERT INTO task_instance (run_id, task_id, map_index, queue, pool, state)"
        " SELECT %s, 'm', n, 'default', 'default_pool', 'failed' FROM generate_series(0, 1) n",
        (key,),
    )
    stage.conn.execute("INSERT INTO xcom (ti_id, key, value) SELECT id, 'return_value', '1' FROM task_instance")
    new_version(stage, task("m"))
    assert latest(stage).code.added == ["m"]  # type: ignore[union-attr]
    rows = stage.conn.execute("SELECT map_index, state FROM task_instance ORDER BY map_index").fetchall()
    assert rows == [(-1, "none"), (0, "removed"), (1, "removed")]
    assert stage.value("SELECT count(*) FROM xcom x JOIN task_instance t ON t.id = x.ti_id AND t.map_index >= 0") == 0


def test_the_version_that_is_there_already_changes_no_tasks(failed: Stage) -> None:
    done = latest(failed)
    assert done.code is not None
    assert (done.code.added, done.code.removed) == ([], [])
    assert [each.task_id for each in done.instances] == ["b", "c"]


def test_a_run_of_an_old_version_stays_readable(failed: Stage) -> None:
    new_version(failed, task("other"))
    shown = tasks.states(failed.conn, DAG, RUN)
    assert {each.task_id: each.state for each in shown.tasks} == {
        "a": "success", "b": "failed", "c": "upstream_failed"
    }  # fmt: skip
    assert next(each.why for each in shown.tasks if each.task_id == "c") == "upstream failed: b"
    assert shown.run.version == 1


def test_a_range_of_runs(stage: Stage) -> None:
    stage.dag(task("a"), task("b", "a"))
    for day in range(1, 5):
        key = add_run(stage.conn, DAG, f"r{day}", logical_date=f"2026-01-0{day}T00:00:00Z")
        version_id = stage.value("SELECT version_id FROM dag_run WHERE id = %s", key)
        assert scheduling.start_run(stage.conn, run=key, version=1, version_id=version_id)
        stage.run_task("a", Outcome.FAILED if day % 2 else Outcome.SUCCESS, run_id=f"r{day}")
    moment = stage.value("SELECT logical_date FROM dag_run WHERE run_id = 'r2'")
    failed = Selection(only_failed=True)
    planned = clear_runs(stage.conn, DAG, RunChoice(since=moment), failed, dry_run=True, actor="x")
    assert [each.run_id for each in planned] == ["r3"]
    everything = clear_runs(stage.conn, DAG, RunChoice("r2", past=True), Selection(), actor="x")
    assert [(each.run_id, [one.task_id for one in each.instances]) for each in everything] == [
        ("r1", ["a"]), ("r2", ["a"])
    ]  # fmt: skip
    assert [stage.instance("a", f"r{day}").state for day in range(1, 5)] == ["none", "none", "failed", "success"]


def test_several_ids_with_and_without_an_index(failed: Stage) -> None:
    cleared = clear(failed.conn, DAG, RUN, Selection(instances=(("a", -1), ("c", None))), actor="x")
    assert [each.task_id for each in cleared.instances] == ["a", "c"]
