"""Deadlines are entered for each run, met or missed at their time, and each missed one is ordered once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headway_scheduler.reconcile.deadlines import Deadlines
from support.structures import task

from .conftest import Yard

QUEUED = {"kind": "queued_at"}


def alert(interval: float, reference: dict[str, Any] = QUEUED, **more: Any) -> dict[str, Any]:
    return {"task_id": "", "name": "", "reference": reference, "interval": interval, **more}


def sla(task_id: str, interval: float) -> dict[str, Any]:
    return {"task_id": task_id, "name": "sla", "reference": {"kind": "interval_end"}, "interval": interval}


def dag(yard: Yard, *deadlines: dict[str, Any]) -> None:
    yard.dag("d", task("a"), task("b"), deadlines=list(deadlines))


def look(yard: Yard) -> None:
    for _ in range(2):  # a second look changes nothing
        service = Deadlines(yard.settings, on_missed=lambda: None)
        service.run_once()
        service.conn.close()


def states(yard: Yard) -> list[str]:
    return [row[0] for row in yard.conn.execute("SELECT state FROM deadline ORDER BY run_id, position").fetchall()]


def orders(yard: Yard) -> list[dict[str, Any]]:
    rows = yard.conn.execute("SELECT reason FROM callback WHERE outcome = 'deadline' AND of_dag ORDER BY id")
    return [json.loads(row[0]) for row in rows.fetchall()]


def finish(yard: Yard, run: int, *, ended: str = "now()") -> None:
    yard.conn.execute(
        f"UPDATE dag_run SET state = 'success', start_date = {ended}, end_date = {ended} WHERE id = {run}"
    )


def test_one_that_waits_to_start_misses_its_deadline_too(yard: Yard) -> None:
    dag(yard, alert(-1), alert(3600, name="later"))
    run = yard.run()
    look(yard)
    assert states(yard) == ["missed", "waiting"]
    assert [(order["position"], order["tasks"]) for order in orders(yard)] == [(0, [])]
    assert sorted(yard.states(run)) == ["a", "b"], "a callback has the context of a task instance"
    yard.scheduler()
    yard.worker()
    assert yard.await_end(run) == ["success"]


def test_a_run_that_ends_in_time_meets_it(yard: Yard) -> None:
    dag(yard, alert(3600))
    finish(yard, yard.run())
    look(yard)
    assert states(yard) == ["met"]
    assert orders(yard) == []


def test_a_run_shorter_than_a_look_may_be_late_all_the_same(yard: Yard) -> None:
    dag(yard, alert(1, {"kind": "fixed", "at": "2026-01-01T00:00:00+00:00"}))
    finish(yard, yard.run())
    look(yard)
    assert states(yard) == ["missed"]
    assert [order["due"] for order in orders(yard)] == ["2026-01-01T00:00:01+00:00"]


def test_the_average_of_former_runs(yard: Yard) -> None:
    dag(yard, alert(60, {"kind": "average_runtime", "max_runs": 3, "min_runs": 2}))
    for name, seconds in (("r1", 10), ("r2", 30)):
        run = yard.run(run_id=name)
        yard.conn.execute(
            "UPDATE dag_run SET state = 'success', start_date = now() - make_interval(secs => %s), end_date = now(),"
            " queued_at = queued_at - interval '1 hour' WHERE id = %s",
            (seconds, run),
        )
    yard.conn.execute(
        "UPDATE dag_run SET end_date = end_date - interval '1 hour', start_date = start_date - interval '1 hour'"
    )
    yard.run(run_id="r3")
    look(yard)
    due = yard.value("SELECT extract(epoch FROM d.due - r.queued_at) FROM deadline d JOIN dag_run r ON r.id = d.run_id")
    assert float(due) == pytest.approx(80, abs=0.01)


@pytest.mark.parametrize(
    "reference",
    [{"kind": "unknown"}, {"kind": "logical_date"}, {"kind": "average_runtime", "max_runs": 2, "min_runs": 2}],
)
def test_what_cannot_be_told_is_not_watched(yard: Yard, reference: dict[str, Any]) -> None:
    dag(yard, alert(1, reference))
    yard.run()
    look(yard)
    assert states(yard) == ["unknown"]


def test_the_tasks_of_a_run_that_miss_their_sla_are_told_together(yard: Yard) -> None:
    dag(yard, sla("a", 60), sla("b", 60))
    run = yard.run()
    yard.conn.execute("UPDATE dag_run SET run_type = 'scheduled', data_interval_end = '2026-01-01+00'")
    look(yard)
    assert [order["tasks"] for order in orders(yard)] == [["a", "b"]]
    assert orders(yard)[0]["due"] == "2026-01-01T00:01:00+00:00"
    assert states(yard) == ["missed", "missed"]
    assert run


def test_an_sla_is_met_by_its_task_and_holds_for_scheduled_runs_only(yard: Yard) -> None:
    dag(yard, sla("a", 3600))
    yard.scheduler()
    yard.worker()
    runs = [yard.run(run_id="r1"), yard.run(run_id="r2")]
    yard.conn.execute("UPDATE dag_run SET run_type = 'scheduled', data_interval_end = now() WHERE run_id = 'r1'")
    assert yard.await_end(*runs) == ["success", "success"]
    look(yard)
    assert states(yard) == ["met", "unknown"]


def test_two_schedulers_order_once(yard: Yard) -> None:
    dag(yard, alert(3600))
    yard.run()
    look(yard)
    yard.conn.execute("UPDATE deadline SET due = now()")
    both = [Deadlines(yard.settings, on_missed=lambda: None) for _ in range(2)]
    with both[0].conn.transaction():
        both[0].run_once()
        both[1].run_once()
    assert len(orders(yard)) == 1
    for service in both:
        service.conn.close()
