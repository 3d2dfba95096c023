"""``db clean``: what is old goes, what is needed stays, a dry run only counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from headway.metastore import partitions
from headway.operations.cleaning import KINDS, Cleaned, ages_of, clean
from headway.settings import RetentionSettings, Settings, load_settings
from headway_scheduler.reconcile.cleaning import Cleaning
from support.stage import Stage
from support.structures import task

MONTH = timedelta(days=30)


def run_clean(stage: Stage, *, dry_run: bool = False) -> dict[str, int | None]:
    ages = {**dict.fromkeys(KINDS, MONTH), "logs": timedelta(days=14)}
    cleaned: list[Cleaned] = clean(stage.conn, ages, dry_run=dry_run, actor="ann")
    return {each.kind: each.count for each in cleaned}


@pytest.fixture
def aged(stage: Stage) -> Stage:
    """Three finished runs, two of them old, and one old active run."""
    stage.dag(task("a"))
    for name in ("old", "older", "active", "new"):
        stage.start(name)
        if name != "active":
            claimed = stage.run_task("a", run_id=name, xcoms={"return_value": "1"})
            stage.log(claimed, "text\n")
            stage.end_run("success", name)
    stage.conn.execute(
        "UPDATE dag_run SET run_after = now() - interval '60 days', end_date = end_date - interval '60 days'"
        " WHERE run_id <> 'new'"
    )
    return stage


def runs(stage: Stage) -> list[str]:
    return [row[0] for row in stage.conn.execute("SELECT run_id FROM dag_run ORDER BY 1").fetchall()]


def test_old_finished_runs_go_with_all_that_is_theirs(aged: Stage) -> None:
    assert run_clean(aged)["runs"] == 2
    assert runs(aged) == ["active", "new"]
    for table in ("xcom", "task_attempt", "task_log"):
        assert aged.value(f"SELECT count(*) FROM {table}") == 1, table
    assert aged.audit() == [("db.clean", "metastore")]


def test_a_dry_run_counts_and_changes_nothing(aged: Stage) -> None:
    assert run_clean(aged, dry_run=True)["runs"] == 2
    assert len(runs(aged)) == 4
    assert aged.audit() == []


def test_each_dags_newest_run_stays_however_old(aged: Stage) -> None:
    aged.conn.execute("DELETE FROM dag_run WHERE run_id IN ('new', 'active')")
    run_clean(aged)
    assert len(runs(aged)) == 1


def test_log_partitions_go_by_their_own_retention(stage: Stage) -> None:
    today = stage.value("SELECT (now() AT TIME ZONE 'UTC')::date")
    for days in (20, 60):
        partitions.ensure(stage.conn, today - timedelta(days=days))
    names = run_clean(stage, dry_run=True)
    assert names["task log partitions"] == 2 * 6
    assert names["attempts partitions"]
    assert names["rendered template partitions"] == names["attempts partitions"]
    before = _partitions(stage)
    run_clean(stage)
    gone = before - _partitions(stage)
    assert f"task_log_p{today - timedelta(days=20):%Y%m%d}" in gone
    assert f"task_log_p{today:%Y%m%d}" not in gone
    assert not any(_day(name) > today - MONTH for name in gone if not name.startswith("task_log"))


def test_what_templates_became_goes_by_an_age_of_its_own_or_with_its_attempt(stage: Stage) -> None:
    past = stage.value("SELECT (now() AT TIME ZONE 'UTC')::date") - timedelta(days=60)
    both = {"rendered", "task_attempt"}
    for kept, gone in (
        ({"attempts_days": 0, "rendered_days": 0}, set[str]()),
        ({"attempts_days": 0}, {"rendered"}),
        ({"attempts_days": 14, "rendered_days": 0}, both),
        ({"attempts_days": 14, "rendered_days": 90}, both),
    ):
        partitions.ensure(stage.conn, past)
        before = _partitions(stage)
        clean(stage.conn, ages_of(load_settings(retention=kept)), actor="ann")
        dropped = {name.rpartition("_p")[0] for name in before - _partitions(stage)}
        assert dropped - {"task_log"} == gone, kept


def test_versions_and_bundles_that_nothing_refers_to_go(aged: Stage) -> None:
    aged.conn.execute(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure, created_at)"
        " VALUES ('shop', 2, 'f.py', 'y', '{}', now() - interval '60 days')"
    )
    aged.conn.execute("UPDATE dag_version SET created_at = now() - interval '60 days'")
    assert run_clean(aged)["DAG versions"] == 1
    assert aged.value("SELECT count(*) FROM version_task") == 1, "the version in use keeps its tasks"


def test_kinds_go_by_ages_of_their_own(aged: Stage) -> None:
    settings = load_settings(retention={"xcoms_days": 30}, logs={"retention_days": 7})
    assert ages_of(settings) == {"logs": timedelta(days=7), "rendered": MONTH, "xcoms": MONTH}
    found = {each.kind: each.count for each in clean(aged.conn, ages_of(settings), actor="ann")}
    assert found["XComs"] == 2
    assert len(runs(aged)) == 4
    assert aged.value("SELECT count(*) FROM xcom") == 1


def test_one_of_several_schedulers_cleans_at_each_time(aged: Stage, settings: Settings) -> None:
    daily = settings.model_copy(update={"retention": RetentionSettings(schedule="0 0 * * *", runs_days=30)})
    for _ in range(2):
        service = Cleaning(daily)
        pause = service.run_once()
        assert pause is not None
        assert 0 < pause <= 3600
        service.conn.close()
    assert aged.audit() == [("db.clean", "metastore")]
    assert runs(aged) == ["active", "new"]


def test_without_a_schedule_nothing_is_cleaned(aged: Stage, settings: Settings) -> None:
    never = settings.model_copy(update={"retention": RetentionSettings(schedule="", runs_days=30)})
    Cleaning(never).run_once()
    assert len(runs(aged)) == 4


def _partitions(stage: Stage) -> set[str]:
    rows = stage.conn.execute("SELECT relname FROM pg_class WHERE relname ~ '_p[0-9]{8}$' AND relkind = 'r'")
    return {row[0] for row in rows.fetchall()}


def _day(name: str) -> date:
    return date.fromisoformat(name[-8:])
