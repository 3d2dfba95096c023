"""Runs come into being when they are due: once, and no more than may be."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.metastore.queries import actions
from headway_scheduler.plan import Plan
from support.structures import task

from .conftest import Yard

DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "interval": "data", "timezone": "UTC"}
TICKS = {**DAILY, "interval": "trigger"}


def days_ago(days: float) -> str:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - timedelta(days=days)).isoformat()


def scheduled(yard: Yard, dag_id: str, schedule: dict[str, Any], **more: Any) -> None:
    yard.dag(dag_id, task("a"), schedule=schedule, **more)


def plan(yard: Yard) -> Plan:
    return Plan(yard.settings, on_runs=lambda: None)


def created(yard: Yard, dag_id: str = "d") -> list[str]:
    rows = yard.conn.execute(
        "SELECT data_interval_start FROM dag_run WHERE dag_id = %s ORDER BY logical_date", (dag_id,)
    ).fetchall()
    return [row[0].isoformat() for row in rows]


def finish_all(yard: Yard) -> None:
    yard.conn.execute("UPDATE dag_run SET state = 'success'")


def test_catchup_creates_no_more_than_may_run_and_goes_on_as_they_end(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(5), catchup=True, max_active_runs=2)
    service = plan(yard)
    for expected in (2, 4, 5, 5):
        service.run_once()
        assert created(yard) == [days_ago(5 - n) for n in range(expected)]
        finish_all(yard)


def test_without_catchup_only_the_latest_is_created(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(50))
    service = plan(yard)
    service.run_once()
    service.run_once()
    assert created(yard) == [days_ago(1)]


@pytest.mark.parametrize("schedule", [DAILY, TICKS])
def test_without_catchup_what_a_stopped_scheduler_missed_is_left_out(yard: Yard, schedule: dict[str, Any]) -> None:
    scheduled(yard, "d", schedule, start_date=days_ago(50))
    yard.conn.execute(
        "UPDATE dag SET next_due = %s, next_start = %s, next_end = %s", (days_ago(3), days_ago(4), days_ago(3))
    )
    plan(yard).run_once()
    assert created(yard) == [days_ago(1 if schedule is DAILY else 0)]


def test_a_dag_that_was_paused_for_long_begins_with_the_latest(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(50), paused=True)
    yard.conn.execute("UPDATE dag SET next_due = %s, next_start = %s, next_end = %s", (days_ago(9),) * 3)
    service = plan(yard)
    service.run_once()
    assert created(yard) == []
    actions.set_paused(yard.conn, ["d"], False)
    service.run_once()
    assert created(yard) == [days_ago(1)]


def test_the_end_date_is_the_end(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(5), end_date=days_ago(4), catchup=True)
    service = plan(yard)
    service.run_once()
    finish_all(yard)
    service.run_once()
    assert created(yard) == [days_ago(5), days_ago(4)]


def test_once_is_once(yard: Yard) -> None:
    scheduled(yard, "d", {"kind": "once"}, start_date=days_ago(2))
    service = plan(yard)
    service.run_once()
    finish_all(yard)
    yard.conn.execute("UPDATE dag SET next_due = NULL")  # as after a change of its code
    service.run_once()
    assert created(yard) == [days_ago(2)]


@pytest.mark.parametrize("change", ["is_stale = true", "is_paused = true"])
def test_a_dag_that_may_not_run_gets_no_runs(yard: Yard, change: str) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(5), catchup=True)
    yard.conn.execute(f"UPDATE dag SET {change}")
    plan(yard).run_once()
    assert created(yard) == []


def test_a_run_that_somebody_made_by_hand_for_that_date_is_not_made_again(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(2), catchup=True)
    yard.run("d", "by hand", logical_date=days_ago(2))
    plan(yard).run_once()
    assert yard.value("SELECT count(*) FROM dag_run") == 2


def test_two_planners_create_each_run_once_and_not_too_many(yard: Yard) -> None:
    for n in range(12):
        scheduled(yard, f"d{n}", DAILY, start_date=days_ago(30), catchup=True, max_active_runs=3)
    planners = [plan(yard) for _ in range(4)]
    together = threading.Barrier(len(planners))

    def work(service: Plan) -> None:
        for _ in range(5):
            together.wait(60)
            service.run_once()

    threads = [threading.Thread(target=work, args=(service,)) for service in planners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    counts = dict(yard.conn.execute("SELECT dag_id, count(*) FROM dag_run GROUP BY dag_id").fetchall())
    assert counts == {f"d{n}": 3 for n in range(12)}


def test_a_schedule_that_never_comes_stops_no_other_dag(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    scheduled(yard, "a_bad", {**DAILY, "crons": ["0 0 31 2 *"]}, start_date=days_ago(5))
    scheduled(yard, "b_bad", {**DAILY, "timezone": "Mars/Base"}, start_date=days_ago(5))
    scheduled(yard, "good", DAILY, start_date=days_ago(5))
    service = plan(yard)
    service.run_once()
    service.run_once()
    assert created(yard, "good") == [days_ago(1)]
    assert [name for name in ("a_bad", "b_bad") if f"DAG {name} gets no more runs" in caplog.text] == ["a_bad", "b_bad"]


def test_a_plan_sleeps_until_the_next_run(yard: Yard) -> None:
    scheduled(
        yard, "d", {"kind": "delta", "seconds": 5.0, "interval": "data"}, start_date=datetime.now(UTC).isoformat()
    )
    wait = plan(yard).run_once()
    assert wait is not None
    assert yard.value("SELECT extract(epoch FROM next_due - now())::float FROM dag") <= wait <= 5


def test_scheduled_runs_are_dated_and_named_by_their_interval(yard: Yard) -> None:
    scheduled(yard, "d", DAILY, start_date=days_ago(1))
    plan(yard).run_once()
    row = yard.conn.execute(
        "SELECT run_id, run_type, state, logical_date, data_interval_end, run_after, version_id FROM dag_run"
    ).fetchone()
    assert row is not None
    begin, end = datetime.fromisoformat(days_ago(1)), datetime.fromisoformat(days_ago(0))
    assert row[:6] == (f"scheduled__{begin.isoformat()}", "scheduled", "queued", begin, end, end)
    assert row[6] == yard.value("SELECT version_id FROM dag")


@pytest.mark.parametrize("catchup", [False, True])
def test_continuous_runs_follow_each_other_without_a_gap(yard: Yard, catchup: bool) -> None:
    scheduled(yard, "d", {"kind": "continuous"}, start_date=days_ago(3), catchup=catchup, max_active_runs=1)
    service = plan(yard)
    for count in (1, 2, 3):
        service.run_once()
        service.run_once()  # the run before has not ended: there is no room
        assert len(created(yard)) == count
        finish_all(yard)
    intervals = yard.conn.execute(
        "SELECT data_interval_start, data_interval_end, run_after FROM dag_run ORDER BY logical_date"
    ).fetchall()
    assert intervals[0][0].isoformat() == days_ago(3)
    assert all(start < end == run_after for start, end, run_after in intervals)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(intervals))


def test_a_continuous_dag_waits_for_its_start_date(yard: Yard) -> None:
    scheduled(yard, "d", {"kind": "continuous"}, start_date=days_ago(-1), max_active_runs=1)
    plan(yard).run_once()
    assert created(yard) == []
