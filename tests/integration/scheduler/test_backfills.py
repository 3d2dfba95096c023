"""Backfills run beside live runs: in their order, within their own limit, and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from headway.errors import Conflict, InvalidInput
from headway.metastore.queries import backfills as queries
from headway.operations import backfills
from headway.operations.backfills import Request
from headway_scheduler.backfills import Backfills
from support.mini_worker import Gate, succeed
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "timezone": "UTC", "interval": "data"}


def daily(yard: Yard, dag_id: str = "d", *tasks: dict[str, Any], **more: Any) -> None:
    yard.dag(dag_id, *(tasks or (task("t"),)), schedule=DAILY, start_date=(FIRST - 30 * DAY).isoformat(), **more)
    yard.conn.execute("UPDATE dag SET next_due = '9999-01-01' WHERE dag_id = %s", (dag_id,))  # no live runs of its own


def days(count: int, **more: Any) -> Request:
    return Request(FIRST, FIRST + (count - 1) * DAY, **more)


@pytest.fixture
def told() -> list[str]:
    """The DAGs of which the service has said that their backfill is complete."""
    return []


@pytest.fixture(autouse=True)
def service(yard: Yard, told: list[str]) -> Iterator[Backfills]:
    """The service that makes the runs."""
    made = Backfills(yard.settings, on_runs=lambda: wake(yard), on_completed=told.append)
    made.start()
    yield made
    made.stop()


def wake(yard: Yard) -> None:
    for scheduler in yard.schedulers:
        scheduler.wake("backfill")


def fill(yard: Yard, request: Request, dag_id: str = "d") -> int:
    return backfills.create(yard.conn, dag_id, request, actor="test").id


def await_completed(yard: Yard, key: int) -> queries.Backfill:
    def completed() -> queries.Backfill | None:
        found = backfills.find(yard.conn, key)
        return found if found.state == "completed" else None

    return wait_for(completed, 60, f"the end of backfill {key}")


def started(yard: Yard) -> list[datetime]:
    rows = yard.conn.execute("SELECT logical_date FROM dag_run WHERE run_type = 'backfill' ORDER BY start_date, id")
    return [row[0] for row in rows.fetchall()]


def test_each_date_of_the_range_gets_its_run(yard: Yard, told: list[str]) -> None:
    daily(yard)
    yard.scheduler()
    yard.worker()
    done = await_completed(yard, fill(yard, days(5)))
    assert (done.success, done.waiting, done.active) == (5, 0, 0)
    assert started(yard) == [FIRST + n * DAY for n in range(5)]
    ids = yard.conn.execute("SELECT run_id, data_interval_start, data_interval_end FROM dag_run ORDER BY 1").fetchall()
    assert ids[0] == ("backfill__2026-03-01T00:00:00+00:00", FIRST, FIRST + DAY)
    wait_for(lambda: told, 60, "the news that it is complete")
    assert told == ["d"]


def test_backwards_the_newest_date_is_first(yard: Yard) -> None:
    daily(yard)
    yard.scheduler()
    yard.worker()
    await_completed(yard, fill(yard, days(4, backwards=True, max_active_runs=1)))
    assert started(yard) == [FIRST + n * DAY for n in (3, 2, 1, 0)]


def test_only_so_many_run_at_once_beside_the_live_runs_of_the_dag(yard: Yard) -> None:
    daily(yard, max_active_runs=1)
    gate = Gate()
    yard.scheduler()
    yard.worker(gate, slots=8)
    fill(yard, days(6, max_active_runs=2))
    gate.await_held(2)
    live = yard.run("d")
    gate.await_held(3)
    assert yard.value("SELECT count(*) FROM dag_run WHERE state = 'running' AND run_type = 'backfill'") == 2
    gate.open()
    assert yard.await_end(live) == ["success"]
    wait_for(lambda: len(started(yard)) == 6, 60, "all of the backfill")
    wait_for(lambda: yard.value("SELECT state FROM backfill") == "completed", 60, "its end")


@pytest.mark.parametrize(
    ("reprocess", "again"), [("none", set()), ("failed", {"failed"}), ("completed", {"failed", "success"})]
)
def test_runs_that_exist_are_run_again_as_asked(yard: Yard, reprocess: str, again: set[str]) -> None:
    daily(yard)
    yard.scheduler()
    yard.worker()
    await_completed(yard, fill(yard, days(3)))
    yard.conn.execute("UPDATE dag_run SET state = 'failed' WHERE logical_date = %s", (FIRST,))
    yard.conn.execute(
        "UPDATE task_instance SET state = 'failed' WHERE run_id = (SELECT id FROM dag_run WHERE logical_date = %s)",
        (FIRST,),
    )
    request = days(4, reprocess=reprocess)
    outcomes = ["rerun" if state in again else "skipped" for state in ("failed", "success", "success")] + ["made"]
    assert [date.outcome for date in backfills.preview(yard.conn, "d", request).dates] == outcomes
    done = await_completed(yard, fill(yard, request))
    assert [date.outcome for date in queries.dates(yard.conn, done.id)] == outcomes
    tries: dict[datetime, int] = dict(
        yard.conn.execute(
            "SELECT r.logical_date, count(*) FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id"
            " JOIN dag_run r ON r.id = t.run_id GROUP BY 1"
        ).fetchall()
    )
    assert [tries[FIRST + n * DAY] for n in range(4)] == [2 if each == "rerun" else 1 for each in outcomes]


def test_a_live_task_is_not_kept_waiting_by_a_flood_of_backfilled_ones(yard: Yard) -> None:
    wide = [task(f"t{n}") for n in range(6)]
    daily(yard, "old", *wide)
    yard.dag("live", task("now"))
    gate = Gate()
    yard.scheduler()
    yard.worker(lambda claimed: (succeed if claimed.dag_id == "live" else gate)(claimed), slots=4)
    key = fill(yard, days(10, max_active_runs=10), "old")
    gate.await_held(3)  # three of four slots: its share
    wait_for(lambda: yard.value("SELECT count(*) FROM task_instance WHERE state = 'none'") >= 50, 60, "the flood")
    assert yard.value("SELECT count(*) FROM task_instance WHERE state IN ('queued', 'running')") == 3
    assert yard.await_end(yard.run("live")) == ["success"]
    gate.open()
    assert await_completed(yard, key).success == 10


def test_pause_resume_and_cancel(yard: Yard) -> None:
    daily(yard)
    gate = Gate()
    yard.scheduler()
    yard.worker(gate, slots=8)
    key = fill(yard, days(8, max_active_runs=1))
    gate.await_held(1)
    assert backfills.pause(yard.conn, key, actor="test").state == "paused"
    gate.open()
    wait_for(lambda: backfills.find(yard.conn, key).success == 1, 60, "the run that had begun")
    live = yard.run("d")
    assert yard.await_end(live) == ["success"]  # a round of the scheduler in which no paused run was started
    assert yard.value("SELECT count(*) FROM dag_run WHERE run_type = 'backfill' AND start_date IS NOT NULL") == 1
    backfills.resume(yard.conn, key, actor="test")
    wake(yard)
    assert await_completed(yard, key).success == 8


def test_a_cancelled_one_ends_what_has_begun_and_begins_no_more(yard: Yard) -> None:
    daily(yard)
    gate = Gate()
    yard.scheduler()
    yard.worker(gate, slots=8)
    key = fill(yard, days(8, max_active_runs=1))
    gate.await_held(1)
    cancelled = backfills.cancel(yard.conn, key, actor="test")
    assert (cancelled.state, cancelled.active, cancelled.skipped) == ("cancelled", 1, 7)
    gate.open()
    wait_for(lambda: backfills.find(yard.conn, key).success == 1, 60, "the run that had begun")
    assert yard.value("SELECT count(*) FROM dag_run") == 1
    with pytest.raises(Conflict, match="is cancelled"):
        backfills.resume(yard.conn, key, actor="test")
    actions = yard.conn.execute("SELECT action FROM event_log WHERE subject = 'd' ORDER BY id").fetchall()
    assert [row[0] for row in actions] == ["backfill.create", "backfill.cancelled"]


def test_a_cancel_leaves_runs_whose_turn_to_run_again_has_not_come_as_they_were(yard: Yard) -> None:
    daily(yard)
    gate = Gate()
    yard.scheduler()
    yard.worker(lambda claimed: (gate if claimed.try_number > 1 else succeed)(claimed), slots=8)
    await_completed(yard, fill(yard, days(5)))
    key = fill(yard, days(5, reprocess="completed", max_active_runs=2))
    gate.await_held(2)
    found = backfills.find(yard.conn, key)
    assert (found.active, found.running, found.queued, found.waiting) == (2, 2, 0, 3)
    backfills.cancel(yard.conn, key, actor="test")
    assert yard.value("SELECT count(*) FROM dag_run WHERE state = 'success'") == 3
    gate.open()
    wait_for(lambda: yard.value("SELECT count(*) FROM dag_run WHERE state = 'success'") == 5, 60, "the two that began")
    assert yard.value("SELECT count(*) FROM task_attempt") == 7


def test_one_at_a_time_of_a_dag(yard: Yard) -> None:
    daily(yard)
    key = fill(yard, days(2))
    with pytest.raises(Conflict, match=f"backfill {key} of DAG 'd' is not over"):
        fill(yard, days(2))
    backfills.cancel(yard.conn, key, actor="test")
    fill(yard, days(2))


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (Request(FIRST, FIRST - DAY), "ends before it begins"),
        (Request(FIRST - 900 * DAY, FIRST - 800 * DAY), "no date in the range"),
        (days(2, reprocess="all"), "expected one of none, failed, completed, got 'all'"),
        (days(2, max_active_runs=0), "expected at least 1, got 0"),
    ],
)
def test_what_cannot_be(yard: Yard, request_: Request, fault: str) -> None:
    daily(yard)
    with pytest.raises(InvalidInput, match=fault):
        backfills.create(yard.conn, "d", request_, actor="test")


def left_out(yard: Yard, first: datetime, last: datetime, **more: Any) -> list[tuple[str, datetime]]:
    """What a preview leaves out of a range: why, and which of its dates is the first or the last instead."""
    preview = backfills.preview(yard.conn, "d", Request(first, last, **more))
    dates = [each.logical_date for each in preview.dates]
    assert {part.bound for part in preview.left_out} <= {min(dates), max(dates)}
    return [(part.reason, part.bound) for part in preview.left_out]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_preview_says_what_it_leaves_out_of_the_range(yard: Yard, backwards: bool) -> None:
    daily(yard)
    today = yard.value("SELECT date_trunc('day', now(), 'UTC')")
    ((reason, newest),) = left_out(yard, today - 3 * DAY, today + 500 * DAY, backwards=backwards)
    assert reason == "not_due"
    assert newest in (today - DAY, today), "the day may have ended meanwhile"
    assert left_out(yard, today - 4 * DAY, today - 2 * DAY) == []
    early = left_out(yard, FIRST - 900 * DAY, FIRST, backwards=backwards)
    assert early == [("start_date", FIRST - 30 * DAY)]
    end = today - 2 * DAY
    yard.conn.execute("UPDATE dag SET end_date = %s", (end,))
    assert left_out(yard, end - 2 * DAY, end) == []
    assert left_out(yard, end - 2 * DAY, today + DAY) == [("end_date", end)], "its later dates never come"


def test_a_new_backfill_says_what_it_leaves_out_and_so_does_the_audit_trail(yard: Yard) -> None:
    daily(yard)
    yard.conn.execute("UPDATE dag SET end_date = %s", (FIRST + DAY,))
    made = backfills.create(yard.conn, "d", Request(FIRST - 900 * DAY, FIRST + 900 * DAY), actor="test")
    assert (made.dates, made.from_date, made.to_date) == (32, FIRST - 30 * DAY, FIRST + DAY)
    words = [
        "the range begins at 2026-01-30 00:00:00Z: the DAG's start date is 2026-01-30 00:00:00Z",
        "the range ends at 2026-03-02 00:00:00Z: the DAG's end date is 2026-03-02 00:00:00Z",
    ]
    assert [part.message for part in made.left_out] == words
    detail = yard.value("SELECT detail FROM event_log WHERE action = 'backfill.create'")
    assert (detail["runs"], detail["to"], detail["left_out"]) == (32, "2026-03-02T00:00:00+00:00", words)


def test_a_range_in_the_future_or_beside_the_dags_dates_is_told_so(yard: Yard) -> None:
    daily(yard)
    now = yard.value("SELECT now()")
    coming, gone = Request(now + 2 * DAY, now + 5 * DAY), Request(FIRST - 900 * DAY, FIRST - 800 * DAY)
    with pytest.raises(InvalidInput, match="no date of DAG 'd' in the range is due yet") as raised:
        backfills.create(yard.conn, "d", coming, actor="test")
    assert raised.value.remedy.startswith("choose dates before now (")
    with pytest.raises(InvalidInput, match="has no date in the range") as raised:
        backfills.preview(yard.conn, "d", gone)
    assert raised.value.remedy == "it begins on 2026-01-30T00:00:00+00:00"
    yard.conn.execute("UPDATE dag SET end_date = %s", (FIRST,))
    with pytest.raises(InvalidInput, match="has no date in the range") as raised:
        backfills.preview(yard.conn, "d", coming)
    assert raised.value.remedy == "it ended on 2026-03-01T00:00:00+00:00"


def test_a_range_of_a_hundred_years_has_a_limit_that_is_found_cheaply(yard: Yard) -> None:
    every_second = {"kind": "delta", "seconds": 1, "interval": "data"}
    yard.dag("d", task("t"), schedule=every_second, start_date="1900-01-01T00:00:00+00:00")
    century = Request(FIRST - 36_525 * DAY, FIRST)
    for ask in (backfills.preview, partial(backfills.create, actor="test")):
        with pytest.raises(InvalidInput) as raised:
            ask(yard.conn, "d", century)
        assert raised.value.message.startswith(
            "the range has more than 100,000 dates: those reach to 1926-03-02T03:46:39"
        )
    assert yard.value("SELECT count(*) FROM backfill") == 0


def test_conf_must_fit_the_dags_params(yard: Yard) -> None:
    daily(yard, params={"n": {"value": 1, "schema": {"type": "integer"}}})
    for conf in ({"n": "two"}, {"n": None}):
        with pytest.raises(InvalidInput, match=r"param 'n': expected a whole number, got"):
            backfills.preview(yard.conn, "d", days(2, conf=conf))


def test_backwards_against_the_past_is_refused(yard: Yard) -> None:
    daily(yard, "d", task("tied", depends_on_past=True))
    with pytest.raises(InvalidInput, match="'tied' depends on its run before"):
        backfills.create(yard.conn, "d", days(2, backwards=True), actor="test")


def test_a_dag_without_dates_is_refused(yard: Yard) -> None:
    yard.dag("d", task("t"))
    with pytest.raises(InvalidInput, match="no schedule that gives dates"):
        backfills.create(yard.conn, "d", days(2), actor="test")
