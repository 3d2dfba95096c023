"""Lists of runs over HTTP: pages, orders, filters; days of the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.stage import DAG, Stage
from support.structures import add_run
from support.webs import Served

from .runs_by_hand import RUNS, every, get

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ended(stage: Stage, run_id: str, state: str, *, at: datetime, **more: str) -> int:
    """A run that was over long ago."""
    key = add_run(stage.conn, DAG, run_id, logical_date=at.isoformat())
    stage.conn.execute(
        "UPDATE dag_run SET state = %s, run_after = %s, start_date = %s, end_date = %s, run_type = %s WHERE id = %s",
        (state, at, at, at + timedelta(minutes=1), more.get("run_type", "scheduled"), key),
    )
    return key


@pytest.fixture
def history(stage: Stage) -> Iterator[list[str]]:
    """Twelve runs that are over, newest first; two of them have the same time."""
    names = [f"r{number:02}" for number in range(12)]
    for number, name in enumerate(names):
        state = "failed" if number % 4 == 3 else "success"
        kind = "manual" if number % 3 == 0 else "scheduled"
        ended(stage, name, state, at=BEGIN + timedelta(hours=number), run_type=kind)
    stage.conn.execute("UPDATE dag_run SET run_after = %s WHERE run_id = 'r05'", (BEGIN + timedelta(hours=4),))
    yield names[::-1]
    stage.conn.execute("DELETE FROM dag_run")


@pytest.mark.parametrize("dag", [DAG, "~"])
@pytest.mark.parametrize("order", ["-run_after", "run_after"])
def test_pages_of_runs_are_complete_and_in_order(web: Served, history: list[str], dag: str, order: str) -> None:
    found = [each["dag_run_id"] for each in every(web, f"/dags/{dag}/dagRuns", "dag_runs", limit=5, order_by=order)]
    assert found == (history if order == "-run_after" else history[::-1])


@pytest.mark.parametrize("field", ["logical_date", "start_date", "end_date"])
def test_runs_of_one_dag_have_more_orders(web: Served, history: list[str], field: str) -> None:
    found = every(web, RUNS, "dag_runs", limit=5, order_by=f"-{field}")
    assert [each[field] for each in found] == sorted((each[field] for each in found), reverse=True)
    assert len(found) == 12
    assert web.as_("viewer").get("/dags/~/dagRuns", params={"order_by": field}).status_code == 422


def test_what_comes_while_somebody_reads_moves_nothing(web: Served, stage: Stage, history: list[str]) -> None:
    first = get(web, RUNS, limit=4)
    ended(stage, "new", "success", at=BEGIN + timedelta(days=9))
    rest = every(web, RUNS, "dag_runs", limit=4, cursor=first["next_cursor"])
    assert [each["dag_run_id"] for each in first["dag_runs"] + rest] == history


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "failed"}, ["r11", "r07", "r03"]),
        ({"state": ["failed", "running"]}, ["r11", "r07", "r03"]),
        ({"state": "running"}, []),
        ({"run_type": "manual", "state": "failed"}, ["r03"]),
        ({"dag_run_id_part": "R1"}, ["r11", "r10"]),
        ({"run_after_gte": "2026-01-01T22:00:00Z"}, ["r11", "r10"]),
        ({"run_after_lte": "2026-01-01T13:00:00+00:00"}, ["r01", "r00"]),
        ({"logical_date_gte": "2026-01-02T07:00:00+09:00", "logical_date_lte": "2026-01-01T22:30:00Z"}, ["r10"]),
        ({"end_date_gte": "2026-01-01T22:59:00Z"}, ["r11"]),
        ({"end_date_lte": "2026-01-01T12:01:00Z"}, ["r00"]),
    ],
)
def test_every_filter_of_runs(web: Served, history: list[str], query: dict[str, Any], found: list[str]) -> None:
    for dag in (DAG, "~"):
        assert [each["dag_run_id"] for each in every(web, f"/dags/{dag}/dagRuns", "dag_runs", **query)] == found


@pytest.mark.parametrize("query", ["state=done", "run_after_gte=yesterday", "run_after_gte=2026-01-01T00:00:00"])
def test_filters_that_mean_nothing_are_refused(web: Served, stage: Stage, query: str) -> None:
    answer = web.as_("viewer").get(f"{RUNS}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0] or answer.json()["errors"]


def test_a_run_counts_its_tasks_and_says_what_it_waits_for(web: Served, stage: Stage, run: str) -> None:
    stage.run_task("a", run_id=run)
    found = get(web, f"{RUNS}/{run}")
    assert found["task_counts"] == {"success": 1, "none": 3}
    assert (found["state"], found["why"], found["version"]) == ("running", "", 1)
    add_run(stage.conn, DAG, "waiting")
    stage.conn.execute("UPDATE dag SET is_paused = true")
    assert get(web, f"{RUNS}/waiting")["why"].startswith("the DAG is paused")
    stage.conn.execute("UPDATE dag SET is_paused = false")


def test_a_large_conf_stays_out_of_lists(web: Served, stage: Stage, run: str) -> None:
    stage.conn.execute(
        "UPDATE dag_run SET conf = (SELECT jsonb_object_agg(md5(n::text), n) FROM generate_series(1, 200) AS n)"
    )
    assert get(web, RUNS)["dag_runs"][0]["conf"] is None
    assert len(get(web, f"{RUNS}/{run}")["conf"]) == 200


def test_days_are_counted_in_the_zone_that_was_asked_for(web: Served, history: list[str]) -> None:
    utc = get(web, f"/dags/{DAG}/calendar", **{"from": "2026-01-01", "to": "2026-01-02"})["days"]
    assert utc == [{"date": "2026-01-01", "counts": {"success": 9, "failed": 3}}]
    seoul = get(web, f"/dags/{DAG}/calendar", **{"from": "2026-01-01", "to": "2026-01-02", "timezone": "Asia/Seoul"})
    assert seoul["days"] == [
        {"date": "2026-01-01", "counts": {"success": 3}},
        {"date": "2026-01-02", "counts": {"success": 6, "failed": 3}},
    ]
    for wrong in ({"timezone": "Mars/Base"}, {"from": "2020-01-01", "to": "2026-01-01"}, {"from": "x"}):
        assert web.as_("viewer").get(f"/dags/{DAG}/calendar", params=wrong).status_code == 422
