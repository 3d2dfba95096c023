"""Starting a run by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headway.errors import Conflict, InvalidInput, NotFound
from headway.operations.trigger import trigger
from headway.timetables import manual_interval
from support.stage import DAG, Stage
from support.structures import task

DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "interval": "data", "timezone": "UTC"}
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_a_run_is_queued_with_the_dags_version_and_audited(stage: Stage) -> None:
    stage.dag(task("a"))
    made = trigger(stage.conn, DAG, conf={"day": 1}, actor="ann@host")
    run = stage.run(made.run_id)
    assert (run.state, run.run_type, run.conf, run.triggered_by) == ("queued", "manual", {"day": 1}, "ann@host")
    assert run.version == 1
    assert stage.value("SELECT bundle_id FROM dag_run") == stage.value("SELECT bundle_id FROM dag")
    assert made.run_id == f"manual__{made.logical_date.isoformat()}"
    assert stage.audit() == [("dag.trigger", DAG)]


def test_the_metastores_clock_dates_a_run(stage: Stage) -> None:
    stage.dag(task("a"))
    before = stage.value("SELECT clock_timestamp()")
    made = trigger(stage.conn, DAG, actor="x")
    assert before <= made.logical_date <= stage.value("SELECT clock_timestamp()")


def test_a_data_interval_schedule_gives_the_last_complete_interval(stage: Stage) -> None:
    stage.dag(task("a"), schedule=DAILY)
    made = trigger(stage.conn, DAG, logical_date=NOON, actor="x")
    assert made.data_interval_start == datetime(2026, 3, 9, tzinfo=UTC)
    assert made.data_interval_end == datetime(2026, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "start"),
    [
        ({"kind": "none"}, NOON),
        ({**DAILY, "interval": "trigger"}, NOON),
        ({"kind": "delta", "seconds": 3600.0, "interval": "data"}, NOON - timedelta(hours=1)),
    ],
)
def test_other_schedules_give_a_point_or_the_delta(schedule: dict[str, object], start: datetime) -> None:
    assert manual_interval(schedule, NOON) == (start, NOON)


def test_a_run_id_or_logical_date_that_is_taken_is_refused(stage: Stage) -> None:
    stage.dag(task("a"))
    trigger(stage.conn, DAG, logical_date=NOON, run_id="first", actor="x")
    with pytest.raises(Conflict, match="has a run 'first' already"):
        trigger(stage.conn, DAG, run_id="first", actor="x")
    with pytest.raises(Conflict, match="has a run for 2026-03-10"):
        trigger(stage.conn, DAG, logical_date=NOON, actor="x")
    assert stage.value("SELECT count(*) FROM dag_run") == 1
    assert len(stage.audit()) == 1


def test_a_paused_dag_may_be_triggered_and_says_so(stage: Stage) -> None:
    stage.dag(task("a"), paused=True)
    assert trigger(stage.conn, DAG, actor="x").dag_is_paused


def test_a_stale_dag_is_refused(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.conn.execute("UPDATE dag SET is_stale = true")
    with pytest.raises(Conflict, match="not in its file any more"):
        trigger(stage.conn, DAG, actor="x")


def test_an_unknown_dag_names_the_nearest(stage: Stage) -> None:
    stage.dag(task("a"), dag_id="daily_sales")
    with pytest.raises(NotFound) as caught:
        trigger(stage.conn, "dayly_sales", actor="x")
    assert caught.value.remedy == "did you mean 'daily_sales'?"


@pytest.mark.parametrize("conf", [[1], "text", {"a": float("nan")}, {"a": object()}, {"a": "x" * 70_000}])
def test_conf_must_be_a_json_object_of_64_kb(stage: Stage, conf: object) -> None:
    stage.dag(task("a"))
    with pytest.raises(InvalidInput, match="conf"):
        trigger(stage.conn, DAG, conf=conf, actor="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("run_id", ["", "a b", "a/b", "x" * 251])
def test_a_malformed_run_id_is_refused(stage: Stage, run_id: str) -> None:
    stage.dag(task("a"))
    with pytest.raises(InvalidInput, match="run id"):
        trigger(stage.conn, DAG, run_id=run_id, actor="x")


@pytest.mark.parametrize("made_by", ["scheduled", "backfill", "asset_triggered", "dataset_triggered"])
def test_a_run_id_that_a_scheduler_may_want_is_refused(stage: Stage, made_by: str) -> None:
    stage.dag(task("a"))
    with pytest.raises(InvalidInput, match=f"begin with {made_by}__ are kept"):
        trigger(stage.conn, DAG, run_id=f"{made_by}__2026-01-31T00:00:00+00:00", actor="x")


def test_conf_must_fit_the_dags_params(stage: Stage) -> None:
    params = {"n": {"value": 1, "schema": {"type": "integer"}}, "must": {"schema": {"type": "string"}}}
    stage.dag(task("a"), params=params)
    with pytest.raises(InvalidInput, match="param 'must': has no default and must be given") as error:
        trigger(stage.conn, DAG, actor="x")
    assert error.value.remedy == 'give values that fit as conf, for example {"must": "text"}'
    assert error.value.fields == {"conf.must": "has no default and must be given"}
    with pytest.raises(InvalidInput, match="param 'n': expected a whole number, got 'two'"):
        trigger(stage.conn, DAG, conf={"must": "x", "n": "two"}, actor="x")
    made = trigger(stage.conn, DAG, conf={"must": "x", "other": True}, actor="x")
    assert stage.run(made.run_id).conf == {"must": "x", "other": True}
