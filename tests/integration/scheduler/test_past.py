"""Tasks that depend on the run before."""

from __future__ import annotations

import pytest

from headway.metastore.queries import scheduling
from headway.metastore.queries.attempts import Claimed, Result
from headway.operations.clear import Selection, clear
from headway.states import Outcome
from support.mini_worker import Gate, ending
from support.structures import task

from .conftest import Yard

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


def start(yard: Yard, *days: str) -> list[int]:
    return [yard.run(run_id=f"r{day}", logical_date=day) for day in days]


def test_each_run_waits_for_the_same_task_of_the_run_before(yard: Yard) -> None:
    yard.dag("d", task("a", depends_on_past=True), task("b", "a"))
    yard.scheduler()
    yard.worker()
    runs = start(yard, *DAYS)
    assert yard.await_end(*runs) == ["success"] * 3
    assert [move.run for move in yard.moves.all() if (move.task_id, move.new) == ("a", "running")] == runs


def test_a_failure_in_the_past_holds_back_what_follows_until_it_is_mended(yard: Yard) -> None:
    broken = {"yes"}

    def behave(claimed: Claimed) -> Result:
        return Result(Outcome.FAILED if broken and claimed.run == first else Outcome.SUCCESS)

    yard.dag("d", task("a", depends_on_past=True))
    scheduler = yard.scheduler()
    yard.worker(behave)
    (first,) = start(yard, DAYS[0])
    assert yard.await_end(first) == ["failed"]
    (second,) = start(yard, DAYS[1])
    yard.dag("other", task("x"))
    assert yard.await_end(yard.run("other")) == ["success"]  # the scheduler has looked at all by now
    assert yard.states(second) == {"a": "none"}
    broken.clear()
    clear(yard.conn, "d", f"r{DAYS[0]}", Selection(), actor="test")
    scheduler.wake("clear")
    assert yard.await_end(first, second) == ["success", "success"]


def test_a_past_that_is_mended_by_hand_lets_the_next_run_go(yard: Yard) -> None:
    """No event tells of it: the run before is over and nobody's memory holds it."""
    yard.dag("d", task("a", depends_on_past=True))
    yard.scheduler()
    yard.worker(ending(a=Outcome.FAILED))
    (first,) = start(yard, DAYS[0])
    assert yard.await_end(first) == ["failed"]
    (second,) = start(yard, DAYS[1])
    yard.await_states(second, a="none")
    yard.conn.execute("UPDATE task_instance SET state = 'success' WHERE run_id = %s", (first,))
    assert yard.await_end(second) == ["failed"]  # it ran, and failed by itself


@pytest.mark.parametrize(("waits", "expected"), [(True, "none"), (False, "success")])
def test_waiting_for_downstream_looks_below_too(yard: Yard, waits: bool, expected: str) -> None:
    gate = Gate()

    def behave(claimed: Claimed) -> Result:
        return gate(claimed) if (claimed.task_id, claimed.run) == ("below", first) else Result(Outcome.SUCCESS)

    first = 0
    yard.dag("d", task("a", depends_on_past=True, wait_for_downstream=waits), task("below", "a"))
    yard.scheduler()
    yard.worker(behave)
    first = yard.value("SELECT coalesce(max(id), 0) + 1 FROM dag_run")
    assert start(yard, DAYS[0]) == [first]
    gate.await_held(1)
    (second,) = start(yard, DAYS[1])
    yard.dag("other", task("x"))
    assert yard.await_end(yard.run("other")) == ["success"]
    yard.await_states(second, a=expected)
    gate.open()
    assert yard.await_end(first, second) == ["success", "success"]


def test_many_waiting_tasks_are_asked_about_in_one_statement(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"t{n:02}" for n in range(40)]
    yard.dag("d", *(task(name, depends_on_past=True) for name in names))
    yard.scheduler()
    yard.worker()
    asked: list[int] = []
    real = scheduling.past_states

    def counted(conn: object, *, run: int, task_ids: list[str]) -> dict[str, bool]:
        asked.append(len(task_ids))
        return real(conn, run=run, task_ids=task_ids)  # type: ignore[arg-type]

    monkeypatch.setattr(scheduling, "past_states", counted)
    runs = start(yard, *DAYS[:2])
    assert yard.await_end(*runs) == ["success", "success"]
    assert asked[0] == len(names)
    assert len(asked) <= 2 * len(names)
