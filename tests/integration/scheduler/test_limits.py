"""Limits hold at every moment, whoever dispatches, and nothing waits that could go."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest

from headway.metastore.database import Connection, connection
from headway.metastore.queries import pools, scheduling
from headway.settings import load_settings
from support.mini_worker import Gate, succeed
from support.structures import task
from support.transition_guard import Move
from support.waiting import wait_for

from .conftest import FAST, Yard

WIDE = [f"t{n:02}" for n in range(24)]


def wide(**more: Any) -> list[dict[str, Any]]:
    return [task(name, **more) for name in WIDE]


def set_pool(yard: Yard, name: str, slots: int) -> None:
    pools.set_pool(yard.conn, name, slots)


def by_dag(move: Move) -> object:
    return move.dag_id


def by_pool(move: Move) -> object:
    return move.pool


def test_the_slots_of_a_pool(yard: Yard) -> None:
    set_pool(yard, "p", 5)
    yard.dag("d", *wide(pool="p", pool_slots=2))
    yard.scheduler()
    yard.worker()
    assert yard.await_end(yard.run()) == ["success"]
    assert yard.moves.peak(by_pool, lambda move: move.slots) == {"p": 4}


def test_a_task_of_a_pool_that_does_not_exist_waits_for_it(yard: Yard) -> None:
    yard.dag("d", task("homeless", pool="ghost"), task("a"))
    scheduler = yard.scheduler()
    yard.worker()
    run = yard.run()
    yard.await_states(run, a="success", homeless="none")
    set_pool(yard, "ghost", 1)
    scheduler.wake("pool")
    assert yard.await_end(run) == ["success"]


def test_a_pool_that_grows_and_shrinks(yard: Yard) -> None:
    set_pool(yard, "p", 0)
    gate = Gate()
    yard.dag("d", *wide(pool="p"))
    scheduler = yard.scheduler()
    yard.worker(gate, slots=8)
    run = yard.run()
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    assert set(yard.states(run).values()) == {"none"}
    set_pool(yard, "p", 3)
    scheduler.wake("pool")
    gate.await_held(3)
    set_pool(yard, "p", -1)
    scheduler.wake("pool")
    gate.await_held(8)
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_max_active_tasks_of_a_dag_over_all_of_its_runs(yard: Yard) -> None:
    yard.dag("d", *wide(), max_active_tasks=3)
    yard.dag("free", *wide())
    yard.scheduler()
    yard.worker()
    runs = [yard.run(run_id="r1"), yard.run(run_id="r2"), yard.run("free")]
    assert yard.await_end(*runs) == ["success"] * 3
    peaks = yard.moves.peak(by_dag)
    assert peaks["d"] == 3
    assert peaks["free"] > 3  # type: ignore[operator]


def test_max_active_runs(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"), max_active_runs=2)
    yard.conn.execute(
        "CREATE TABLE seen (running bigint);"
        "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO seen SELECT count(*) FROM dag_run WHERE state = 'running'; RETURN NULL; END $$;"
        "CREATE TRIGGER look AFTER UPDATE ON dag_run FOR EACH STATEMENT EXECUTE FUNCTION look()"
    )
    yard.scheduler()
    yard.scheduler()
    yard.worker()
    runs = [yard.run(run_id=f"r{n}") for n in range(8)]
    assert yard.await_end(*runs) == ["success"] * 8
    assert yard.value("SELECT max(running) FROM seen") == 2


@pytest.mark.parametrize(
    ("limit", "peak_by", "peak"),
    [
        ({"max_active_tis_per_dag": 2}, lambda move: move.task_id, 2),
        ({"max_active_tis_per_dagrun": 1}, lambda move: (move.task_id, move.run), 1),
    ],
)
def test_the_limits_of_one_task(yard: Yard, limit: dict[str, int], peak_by: Any, peak: int) -> None:
    yard.dag("d", task("few", **limit), task("many"))
    yard.scheduler()
    yard.worker(slots=8)
    runs = [yard.run(run_id=f"r{n}") for n in range(8)]
    assert yard.await_end(*runs) == ["success"] * 8
    peaks = {key: most for key, most in yard.moves.peak(peak_by).items() if "few" in str(key)}
    assert max(peaks.values()) == peak


def test_parallelism_of_a_scheduler(yard: Yard) -> None:
    more = {"scheduler": {**FAST, "parallelism": 3}}
    yard.settings = load_settings(
        metastore={"url": yard.settings.metastore.url}, broker={"url": yard.settings.broker.url}, **more
    )
    yard.dag("d", *wide())
    yard.scheduler()
    yard.worker(slots=8)
    assert yard.await_end(yard.run()) == ["success"]
    assert yard.moves.peak() == {None: 3}


def test_the_window_of_a_queue_that_nobody_consumes(yard: Yard) -> None:
    """What waits, waits in the metastore."""
    more = {"broker": {"url": yard.settings.broker.url, "window_floor": 5, "window": 1}}
    yard.settings = load_settings(metastore={"url": yard.settings.metastore.url}, scheduler=FAST, **more)
    yard.dag("d", *wide(queue="lonely"), task("x"))
    yard.scheduler()
    yard.worker()
    run = yard.run()
    yard.await_states(run, x="success")
    assert sorted(yard.states(run).values()).count("queued") == 5
    yard.worker(queues=["lonely"])
    assert yard.await_end(run) == ["success"]


def narrow_window(yard: Yard, window: int, **more: float) -> None:
    broker = {"url": yard.settings.broker.url, "window_floor": window, "window": 1}
    scheduler = {**FAST, **more}
    yard.settings = load_settings(metastore={"url": yard.settings.metastore.url}, scheduler=scheduler, broker=broker)


def test_a_scheduler_that_finds_a_window_full_adds_nothing(yard: Yard) -> None:
    narrow_window(yard, 4)
    gate = Gate()
    yard.dag("d", *wide())
    first = yard.scheduler()
    yard.worker(gate, slots=4)
    run = yard.run()
    gate.await_held(4)
    first.leave()
    yard.scheduler()
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert yard.moves.peak(lambda move: move.queue)["default"] == 4


def test_what_is_urgent_does_not_wait_for_half_a_window_of_slow_tasks(yard: Yard) -> None:
    narrow_window(yard, 12, sweep_interval=3600.0)
    first, second, rest = Gate(), Gate(), Gate()
    slow_ones = {"t00": first, "t01": second}
    yard.dag("slow", *wide())
    yard.dag("urgent", task("u", priority_weight=1000), task("v", "u", priority_weight=1000))
    yard.scheduler()
    yard.worker(
        lambda claimed: succeed(claimed) if claimed.task_id in "uv" else slow_ones.get(claimed.task_id, rest)(claimed),
        slots=1,
    )
    slow = yard.run("slow")
    first.await_held(1)
    urgent = yard.run("urgent")
    yard.await_states(urgent, u="none")
    first.open()
    second.await_held(1)
    yard.await_states(urgent, u="queued")
    second.open()
    wait_for(lambda: yard.states(urgent)["v"] in ("queued", "running", "success"), 60, "the next urgent task's turn")
    rest.open()
    assert yard.await_end(slow, urgent) == ["success", "success"]


def test_nothing_waits_behind_a_full_pool(yard: Yard) -> None:
    set_pool(yard, "full", 1)
    gate = Gate()
    yard.dag("d", *wide(pool="full", priority_weight=100, queue="slow"), task("free"))
    yard.scheduler()
    yard.worker(gate, queues=["slow"])
    yard.worker()
    run = yard.run()
    gate.await_held(1)
    yard.await_states(run, free="success")
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_two_schedulers_never_take_more_than_there_is(yard: Yard) -> None:
    set_pool(yard, "p", 5)
    for n in range(6):
        yard.dag(f"d{n}", *(task(f"t{m}", pool="p") for m in range(8)), max_active_tasks=2)
    runs = [yard.run(f"d{n}") for n in range(3)]
    yard.scheduler()
    wait_for(lambda: yard.value("SELECT count(*) FROM dag WHERE owner_id IS NOT NULL") == 3, 60, "the first three")
    runs += _runs_of_second_scheduler(yard, ["d3", "d4", "d5"])
    yard.worker()
    assert yard.await_end(*runs) == ["success"] * 6
    assert yard.value("SELECT count(DISTINCT owner_id) FROM dag") == 2
    assert yard.moves.peak(by_pool, lambda move: move.slots) == {"p": 5}
    assert max(yard.moves.peak(by_dag).values()) == 2
    assert yard.value("SELECT count(*) FROM task_attempt") == 48
    wait_for(lambda: pools.all_pools(yard.conn)[-1].used == 0 or None, 60, "all slots back")


def _runs_of_second_scheduler(yard: Yard, dag_ids: list[str]) -> list[int]:
    """Runs of DAGs that a second scheduler owns from the start."""
    second = yard.scheduler()
    yard.conn.execute("UPDATE dag SET owner_id = %s WHERE dag_id = ANY(%s)", (second.id, dag_ids))
    return [yard.run(dag_id) for dag_id in dag_ids]


def test_what_a_stopped_scheduler_had_taken_is_not_taken_for_ever(yard: Yard) -> None:
    set_pool(yard, "p", 2)
    gate = Gate()
    yard.dag("d", *wide(pool="p"))
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(2)
    first.leave()
    second = yard.scheduler(judge=True)
    wait_for(
        lambda: yard.value("SELECT used FROM pool WHERE name = 'p'") == {second.id: 2}, 60, "its entry and no other"
    )
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert yard.moves.peak(by_pool)["p"] == 2
    assert yard.value("SELECT used -> %s FROM pool WHERE name = 'p'", first.id) is None


def test_slots_stay_taken_until_the_runs_of_a_dead_scheduler_are_adopted(yard: Yard) -> None:
    set_pool(yard, "p", 2)
    gate = Gate()
    yard.dag("d", *wide(pool="p"))
    first = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(2)
    first.leave()
    assert pools.forget_ended(yard.conn) == 0
    yard.conn.execute("UPDATE dag SET owner_id = %s", ("00000000-0000-0000-0000-000000000001",))
    assert pools.forget_ended(yard.conn) == 1
    gate.open()
    yard.conn.execute("UPDATE dag SET owner_id = NULL")
    yard.scheduler()
    assert yard.await_end(run) == ["success"]


def test_a_scheduler_that_reads_everything_anew_corrects_what_it_had_written(yard: Yard) -> None:
    """Its task instances may have ended while it had no memory of them."""
    yard.dag("d", task("a"))
    scheduler = yard.scheduler()
    yard.worker()
    yard.conn.execute("UPDATE pool SET used = %s", (f'{{"{scheduler.id}": 7}}',))
    scheduler.wake("test")
    wait_for(lambda: yard.value("SELECT used FROM pool") == {scheduler.id: 0}, 60, "the truth")


def two_runs(yard: Yard) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]]]:
    """Task instances of one started run of two DAGs each: what ``queue`` wants of them, and the runs."""
    wanted, runs = [], []
    for dag_id in ("d0", "d1"):
        yard.dag(dag_id, task("a", pool="p"), task("b", pool="p"))
        run = yard.run(dag_id)
        version_id = yard.value("SELECT version_id FROM dag_run WHERE id = %s", run)
        assert scheduling.start_run(yard.conn, run=run, version=1, version_id=version_id)
        wanted += [(ti, 0, "p") for ti, *_ in scheduling.instances(yard.conn, run)]
        runs.append((run, 1))
    return wanted, runs


def test_slots_that_others_have_taken_are_refused(yard: Yard) -> None:
    set_pool(yard, "p", 3)
    wanted, runs = two_runs(yard)
    first, second = str(uuid4()), str(uuid4())
    assert len(scheduling.queue(yard.conn, me=first, wanted=wanted[:2], runs=runs[:1], pools={"p": 2})) == 2
    assert scheduling.queue(yard.conn, me=second, wanted=wanted[2:], runs=runs[1:], pools={"p": 2}) == []
    assert yard.value("SELECT used FROM pool WHERE name = 'p'") == {first: 2}
    assert len(scheduling.queue(yard.conn, me=second, wanted=wanted[2:3], runs=runs[1:], pools={"p": 1})) == 1


def test_slots_that_others_are_about_to_take_are_waited_for(yard: Yard) -> None:
    """The second begins before the first has committed, and must see what the first took."""
    set_pool(yard, "p", 3)
    wanted, runs = two_runs(yard)
    first, second = str(uuid4()), str(uuid4())
    answers: list[list[scheduling.Queued]] = []

    def ask(mine: Connection) -> None:
        answers.append(scheduling.queue(mine, me=second, wanted=wanted[2:], runs=runs[1:], pools={"p": 2}))

    with connection(yard.settings.metastore, name="second") as mine:
        asking = threading.Thread(target=ask, args=(mine,))
        with yard.conn.transaction():
            assert len(scheduling.queue(yard.conn, me=first, wanted=wanted[:2], runs=runs[:1], pools={"p": 2})) == 2
            asking.start()
            blocked = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'second'"
            )
            wait_for(lambda: yard.value(blocked) == 1, 60, "the second one's waiting")
        asking.join(60)
    assert answers == [[]]
