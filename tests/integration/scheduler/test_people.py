"""People mark, clear, kill and hold while schedulers and workers go on: nothing overlaps, nothing is lost."""

from __future__ import annotations

import threading
from random import Random

import pytest

from headway.errors import Conflict
from headway.metastore.queries.attempts import Claimed, Result
from headway.operations.clear import Selection, clear
from headway.operations.holds import hold, release
from headway.operations.kills import kill
from headway.operations.marks import MARKS, mark_run, mark_tasks
from headway.operations.selection import RunChoice
from headway.states import Outcome
from support.mini_worker import Gate, ending, succeed
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard


def mark(yard: Yard, run_id: str, task_id: str, state: str) -> None:
    assert mark_tasks(yard.conn, "d", RunChoice(run_id), Selection(task_id), state, actor="ann@host")
    for scheduler in yard.schedulers:
        scheduler.wake("mark")


def test_a_failed_task_marked_a_success_lets_the_rest_run(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"))
    yard.scheduler()
    yard.worker(ending(a=Outcome.FAILED))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    mark(yard, "r1", "a", "success")
    assert yard.await_end(run) == ["success"]
    assert yard.states(run) == {"a": "success", "b": "success", "c": "success"}


def test_a_running_task_that_is_marked_counts_at_once(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"))
    gate = Gate()
    yard.scheduler()
    worker = yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    mark(yard, "r1", "a", "success")
    gate.await_held(2)  # b has begun while a's worker has not let go yet
    gate.open()
    assert yard.await_end(run) == ["success"]
    wait_for(lambda: len(worker.answers) == 2, 60, "both results")
    assert sorted(map(str, worker.answers)) == ["None", "success"], "the late result of a is refused"
    attempts = yard.conn.execute("SELECT outcome FROM task_attempt ORDER BY outcome").fetchall()
    assert attempts == [("interrupted",), ("success",)]
    assert yard.value("SELECT count(*) FROM claim") == 0


def test_a_run_that_is_marked_ends_and_the_next_one_starts(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"), max_active_runs=1)
    gate = Gate()
    scheduler = yard.scheduler()
    yard.worker(gate)
    first, second = yard.run(), yard.run(run_id="r2")
    gate.await_held(1)
    assert mark_run(yard.conn, "d", "r1", "failed", actor="ann@host").stopping == 1
    scheduler.wake("mark")
    gate.await_held(2)
    gate.open()
    assert yard.await_end(first, second) == ["failed", "success"]
    assert yard.states(first) == {"a": "failed", "b": "skipped"}


@pytest.mark.parametrize("state", ["failed", "success"])
def test_what_a_setup_has_left_is_torn_down_when_the_run_is_marked(yard: Yard, state: str) -> None:
    clean = task("clean", "make", "after", is_teardown=True, trigger_rule="all_done_setup_success")
    yard.dag("d", task("make", is_setup=True), task("work", "make"), task("after", "work"), clean)
    gate = Gate()
    scheduler = yard.scheduler()
    yard.worker(lambda claimed: (gate if claimed.task_id == "work" else succeed)(claimed))
    run = yard.run()
    gate.await_held(1)
    mark_run(yard.conn, "d", "r1", state, actor="ann@host")
    scheduler.wake("mark")
    assert yard.await_end(run) == [state]
    assert yard.states(run) == {"make": "success", "work": state, "after": state, "clean": "success"}
    assert (
        yard.value("SELECT count(*) FROM task_attempt a JOIN task_instance t ON t.id = ti_id AND task_id = 'clean'")
        == 1
    )
    gate.open()


class Busy:
    """Attempts that last until somebody has acted once more; some fail. Notes task instances that ran twice at once."""

    def __init__(self) -> None:
        self.overlaps: list[int] = []
        self._now: set[int] = set()
        self._changed = threading.Condition()
        self._acts = 0
        self.is_over = False

    def acted(self, *, last: bool = False) -> None:
        """Somebody has done something."""
        with self._changed:
            self._acts += 1
            self.is_over = last
            self._changed.notify_all()

    def __call__(self, claimed: Claimed) -> Result:
        with self._changed:
            if claimed.ti in self._now:
                self.overlaps.append(claimed.ti)
            self._now.add(claimed.ti)
            begun = self._acts
            self._changed.wait_for(lambda: self._acts > begun or self.is_over, 0.5)
            self._now.discard(claimed.ti)
        fails = (claimed.ti + claimed.dispatch) % 4 == 0
        return Result(Outcome.RETRY if fails and claimed.try_number <= claimed.max_tries else Outcome.SUCCESS)


def act(yard: Yard, random: Random, run_id: str) -> None:
    """One thing that a person may do."""
    task_id, actor = f"t{random.randrange(12)}", "ann@host"
    what = random.choice(["mark", "mark", "clear", "clear", "kill", "hold", "release", "hold run", "release run"])
    match what:
        case "mark":
            state = random.choice(MARKS)
            mark_tasks(yard.conn, "d", RunChoice(run_id), Selection(task_id), state, actor=actor)
        case "clear":
            clear(yard.conn, "d", run_id, Selection(task_id, downstream=random.random() < 0.5), actor=actor)
        case "kill":
            kill(yard.conn, "d", run_id, task_id, retry=True, actor=actor)
        case "hold":
            hold(yard.conn, "d", run_id, task_id, actor=actor)
        case "hold run":
            hold(yard.conn, "d", run_id, actor=actor)
        case _:
            release(yard.conn, "d", run_id, task_id if what == "release" else None, actor=actor)


def test_a_storm_of_people_on_two_schedulers(yard: Yard) -> None:
    yard.dag("d", *(task(f"t{n}", *([f"t{n - 3}"] if n > 2 else []), retries=2) for n in range(12)))
    busy, random = Busy(), Random(11)
    schedulers = [yard.scheduler(), yard.scheduler()]
    for _ in range(2):
        yard.worker(busy)
    runs = {f"r{number}": yard.run(run_id=f"r{number}") for number in range(3)}
    for key in runs.values():
        wait_for(lambda key=key: yard.states(key), 60, "the run's beginning")  # type: ignore[misc]
    for number in range(60):
        try:
            act(yard, random, random.choice(list(runs)))
        except Conflict:  # it does not run any more
            continue
        finally:
            busy.acted()
        schedulers[number % 2].wake("people")
    yard.conn.execute("DELETE FROM hold")  # as if whoever released it all had died before anything else
    busy.acted(last=True)
    for scheduler in schedulers:
        scheduler.wake("people")
    yard.await_end(*runs.values())
    wait_for(lambda: yard.value("SELECT count(*) FROM claim") == 0, 60, "the last attempt's end")
    assert busy.overlaps == [], "two attempts of one task instance ran at once"
    doubled = "SELECT ti_id, dispatch FROM task_attempt GROUP BY 1, 2 HAVING count(*) > 1"
    assert yard.conn.execute(doubled).fetchall() == []
    begun = sum(move.new == "running" for move in yard.moves.all())
    assert yard.value("SELECT count(*) FROM task_attempt") == begun, "each attempt that began has one end"
