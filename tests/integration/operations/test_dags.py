"""Pause, unpause, describe, delete."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from headway.errors import Conflict, NotFound
from headway.metastore.queries import dag_list
from headway.operations import dags
from support.stage import DAG, Stage
from support.structures import task

DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "interval": "data", "timezone": "UTC"}


def test_pause_and_unpause_change_once_and_are_audited(stage: Stage) -> None:
    stage.dag(task("a"))
    assert dags.pause(stage.conn, [DAG], actor="ann") == [DAG]
    assert dags.pause(stage.conn, [DAG], actor="ann") == []
    assert [each.changed for each in dags.unpause(stage.conn, [DAG], actor="ann")] == [True]
    assert stage.audit() == [("dag.pause", DAG), ("dag.unpause", DAG)]


def test_a_paused_dag_tells_who_paused_it_and_when(stage: Stage) -> None:
    stage.dag(task("a"))
    dags.pause(stage.conn, [DAG], actor="ann")
    pause = dags.describe(stage.conn, DAG).pause
    assert pause is not None
    assert (pause.actor, pause.reason) == ("ann", "")
    assert pause.paused_at == stage.value("SELECT at FROM event_log")
    dags.unpause(stage.conn, [DAG], actor="ann")
    assert dags.describe(stage.conn, DAG).pause is None
    dags.pause(stage.conn, [DAG], actor="ann")
    dags.delete(stage.conn, DAG, actor="ann")
    stage.dag(task("a"), paused=True)
    assert dags.describe(stage.conn, DAG).pause is None, "the new DAG's pause is nobody's"


def test_one_unknown_dag_among_several_changes_nothing(stage: Stage) -> None:
    stage.dag(task("a"))
    with pytest.raises(NotFound):
        dags.pause(stage.conn, [DAG, "nowhere"], actor="ann")
    assert stage.value("SELECT is_paused FROM dag") is False


def test_unpause_counts_the_runs_that_catchup_creates(stage: Stage) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = today.replace(year=today.year - 1, day=1)
    stage.dag(task("a"), paused=True, schedule=DAILY, start_date=start.isoformat(), catchup=True)
    stage.dag(task("a"), dag_id="latest", paused=True, schedule=DAILY, start_date=start.isoformat(), catchup=False)
    due = {each.dag_id: each.runs_due for each in dags.unpause(stage.conn, [DAG, "latest"], actor="x")}
    assert due == {DAG: (today - start).days, "latest": 1}


def test_unpause_lets_the_next_run_be_computed_anew(stage: Stage) -> None:
    stage.dag(task("a"), paused=True, schedule=DAILY, start_date="2020-01-01T00:00:00+00:00")
    stage.conn.execute("UPDATE dag SET next_due = '2020-01-02 00:00+00'")
    dags.unpause(stage.conn, [DAG], actor="x")
    assert stage.value("SELECT next_due FROM dag") is None


def test_delete_takes_everything_of_the_dag_and_nothing_else(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.dag(task("a"), dag_id="other")
    stage.start()
    claimed = stage.run_task("a", xcoms={"return_value": "1"})
    stage.log(claimed, "hello\n")
    stage.end_run("success")
    stage.start("kept", dag_id="other")
    gone = dags.delete(stage.conn, DAG, actor="ann")
    assert (gone.runs, gone.task_instances) == (1, 1)
    for table in ("xcom", "task_attempt", "task_log"):
        assert stage.value(f"SELECT count(*) FROM {table}") == 0, table
    assert [each.dag_id for each in dag_list.dags(stage.conn)] == ["other"]
    assert stage.value("SELECT count(*) FROM task_instance") == 1
    assert stage.value("SELECT count(*) FROM dag_version") == 1
    assert stage.value("SELECT count(*) FROM version_task") == 1
    assert stage.audit() == [("dag.delete", DAG)]


def test_delete_refuses_active_runs_unless_forced(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.start()
    stage.queue("a")
    claimed = stage.claim("a")
    with pytest.raises(Conflict, match=r"1 active run\(s\), first 'manual__1'"):
        dags.delete(stage.conn, DAG, actor="x")
    assert stage.value("SELECT count(*) FROM dag WHERE NOT is_stale AND NOT is_paused") == 1
    dags.delete(stage.conn, DAG, force=True, actor="x")
    assert stage.value("SELECT count(*) FROM claim") == 0, "the worker would not be told to stop"
    assert stage.finish(claimed) is None, "a deleted attempt's outcome must be refused"


def test_describe_shows_structure_and_warnings(stage: Stage) -> None:
    stage.dag(task("a"), task("b", "a", queue="high_cpu"), doc_md="# Shop")
    stage.conn.execute("""UPDATE dag SET warnings = '[{"line": 3, "text": "old name"}]'""")
    found = dags.describe(stage.conn, DAG)
    assert [each["task_id"] for each in found.tasks] == ["a", "b"]
    assert found.warnings == [{"line": 3, "text": "old name"}]
    assert found.doc_md == "# Shop"
    assert found.dag.warnings == 1


def test_the_list_shows_the_newest_run_and_leaves_stale_dags_out(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.dag(task("a"), dag_id="gone")
    stage.conn.execute("UPDATE dag SET is_stale = true WHERE dag_id = 'gone'")
    stage.start("first")
    stage.start("second")
    shown = dag_list.dags(stage.conn)
    assert [(each.dag_id, each.last_run, each.last_state, each.active_runs) for each in shown] == [
        (DAG, "second", "running", 2)
    ]
    assert [each.dag_id for each in dag_list.dags(stage.conn, stale=True)] == ["gone", DAG]


def test_a_schedule_without_further_runs_has_no_next_run(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.conn.execute("UPDATE dag SET next_due = '9999-01-01'")
    assert dag_list.dags(stage.conn)[0].next_due is None
