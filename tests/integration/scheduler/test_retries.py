"""Waiting for a time: retries and reschedules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from headway.messages import Due
from headway.metastore.queries.attempts import Claimed, Result
from headway.states import Outcome
from headway_scheduler.reconcile.timers import Timers
from support.mini_worker import Gate, retrying
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard


def test_a_failing_task_is_tried_again_when_its_time_has_come(yard: Yard) -> None:
    yard.dag("d", task("a", retries=2), task("b", "a"))
    yard.scheduler()
    yard.worker(partial(retrying, delay=0.3))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    tries = yard.conn.execute(
        "SELECT a.try_number, a.outcome FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id"
        " WHERE t.task_id = 'a' ORDER BY a.dispatch"
    ).fetchall()
    assert tries == [(1, "retry"), (2, "retry"), (3, "success")]
    pauses = yard.conn.execute(
        "SELECT extract(epoch FROM started_at - lag(ended_at) OVER (ORDER BY dispatch))::float8 FROM task_attempt"
        " WHERE ti_id = (SELECT id FROM task_instance WHERE task_id = 'a')"
    ).fetchall()
    assert [0.25 < pause < 2.0 for (pause,) in pauses[1:]] == [True, True]
    assert yard.value("SELECT count(*) FROM timer") == 0


def test_a_retry_without_a_time_comes_at_once(yard: Yard) -> None:
    yard.dag("d", task("a", retries=1))
    yard.scheduler()
    yard.worker(lambda claimed: Result(Outcome.RETRY if claimed.try_number == 1 else Outcome.SUCCESS))
    assert yard.await_end(yard.run()) == ["success"]


def test_a_new_try_begins_without_the_values_of_the_last(yard: Yard) -> None:
    seen: list[int] = []

    def behave(claimed: Claimed) -> Result:
        seen.append(yard_count(claimed.ti))
        return retrying(claimed)

    def yard_count(ti: int) -> int:
        from headway.metastore.database import connection

        with connection(yard.settings.metastore) as conn:
            row = conn.execute("SELECT count(*) FROM xcom WHERE ti_id = %s", (ti,)).fetchone()
            assert row is not None
            return int(row[0])

    yard.dag("d", task("a", retries=1))
    yard.scheduler()
    yard.worker(behave)
    assert yard.await_end(yard.run()) == ["success"]
    assert seen == [0, 0]


def test_a_reschedule_is_the_same_try_and_keeps_its_values(yard: Yard) -> None:
    pokes: list[tuple[int, datetime]] = []

    def behave(claimed: Claimed) -> Result:
        pokes.append((claimed.try_number, claimed.start_date))
        if len(pokes) < 3:
            due = datetime.now(UTC) + timedelta(milliseconds=100)
            return Result(Outcome.RESCHEDULED, due=due, xcoms={"poke": f'{{"n": {len(pokes)}}}'})
        return Result(Outcome.SUCCESS)

    yard.dag("d", task("a"))
    yard.scheduler()
    yard.worker(behave)
    assert yard.await_end(yard.run()) == ["success"]
    assert len(pokes) == 3
    assert set(pokes) == {pokes[0]}  # the same try, started once
    assert yard.value("SELECT count(*) FROM xcom") == 1


def test_timers_survive_their_scheduler(yard: Yard) -> None:
    yard.dag("d", task("a", retries=1))
    first = yard.scheduler()
    yard.worker(partial(retrying, delay=3600.0))
    run = yard.run()
    yard.await_states(run, a="up_for_retry")
    first.leave()
    yard.conn.execute("UPDATE timer SET due = now()")
    yard.scheduler()
    assert yard.await_end(run) == ["success"]


def test_due_retries_that_may_not_go_yet_do_not_flood_the_engine(yard: Yard) -> None:
    """Each look at the timers finds them all again as long as a limit holds them back."""
    yard.dag("d", *(task(f"t{n}", retries=1) for n in range(20)))
    scheduler = yard.scheduler()
    gate = Gate(retrying)
    yard.worker(gate, slots=20)
    run = yard.run()
    gate.await_held(20)
    yard.conn.execute("UPDATE pool SET slots = 0")
    scheduler.wake("pool")
    gate.open()
    wait_for(lambda: set(yard.states(run).values()) == {"up_for_retry"}, 60, "20 retries that may not go")
    handed: list[Due] = []
    patient = yard.settings.model_copy(
        update={"scheduler": yard.settings.scheduler.model_copy(update={"sweep_interval": 3600.0})}
    )
    timers = Timers(scheduler.id, patient, on_due=handed.append)
    for _ in range(5):
        timers.run_once()
    assert (len(handed), len(set(handed))) == (20, 20)
    yard.conn.execute("UPDATE pool SET slots = 20")
    scheduler.wake("pool")
    assert yard.await_end(run) == ["success"]
