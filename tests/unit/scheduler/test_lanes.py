from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from headway.flow.blueprint import Task
from headway.flow.run_memory import RunMemory
from headway_scheduler.lanes import Lanes
from support.memories import blueprint, remember
from support.structures import task


def runs_of(count: int, *tasks: dict[str, object]) -> list[RunMemory]:
    made = blueprint("d", *tasks)
    return [remember(made, key=key) for key in range(1, count + 1)]


def filled(*runs: RunMemory) -> Lanes:
    lanes = Lanes()
    for run in runs:
        for slot in range(len(run)):
            lanes.put(run, slot)
    return lanes


def anything(_run: RunMemory, _task: Task) -> bool:
    return True


def nothing_counted(_run: RunMemory, _slot: int) -> None:
    pass


def names(chosen: list[tuple[RunMemory, int]]) -> list[str]:
    return [run.task(slot).task_id for run, slot in chosen]


def keys(chosen: list[tuple[RunMemory, int]]) -> list[int]:
    return [run.key for run, _ in chosen]


def test_the_most_urgent_goes_first_across_runs() -> None:
    low, high = runs_of(1, task("low"))[0], remember(blueprint("e", task("high", priority_weight=5)), key=2)
    assert names(filled(low, high).select(anything, nothing_counted, 10)) == ["high", "low"]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_within_a_run_the_order_is_urgency_then_definition(weights: list[int]) -> None:
    run = runs_of(1, *(task(f"t{n}", priority_weight=weight) for n, weight in enumerate(weights)))[0]
    order = sorted(range(len(weights)), key=lambda n: (-weights[n], n))
    assert names(filled(run).select(anything, nothing_counted, 100)) == [f"t{n}" for n in order]


def test_equals_take_turns() -> None:
    runs = runs_of(3, *(task(f"t{n}") for n in range(4)))
    chosen = keys(filled(*runs).select(anything, nothing_counted, 9))
    assert [chosen[start : start + 3] for start in (0, 3, 6)] == [[1, 2, 3]] * 3


def test_turns_go_on_from_one_selection_to_the_next() -> None:
    lanes = filled(*runs_of(3, *(task(f"t{n}") for n in range(4))))
    chosen = [key for _ in range(6) for key in keys(lanes.select(anything, nothing_counted, 1))]
    assert chosen == [1, 2, 3, 1, 2, 3]


def test_a_stream_of_new_runs_does_not_starve_an_old_one() -> None:
    old, *new = runs_of(12, *(task(f"t{n}") for n in range(8)))
    lanes = filled(old)
    assert keys(lanes.select(anything, nothing_counted, 1)) == [1]
    served = Counter[int]()
    for run in new:
        lanes.put(run, 0)
        served.update(keys(lanes.select(anything, nothing_counted, 1)))
    assert served[1] >= 4


def fits_pools(room: dict[str, int]) -> tuple[Callable[[RunMemory, Task], bool], Callable[[RunMemory, int], None]]:
    def fits(_run: RunMemory, wanted: Task) -> bool:
        return room.get(wanted.pool, 0) >= wanted.pool_slots

    def take(run: RunMemory, slot: int) -> None:
        room[run.task(slot).pool] -= run.task(slot).pool_slots

    return fits, take


def test_nothing_waits_behind_a_full_pool() -> None:
    run = runs_of(1, task("a", pool="full", priority_weight=9), task("b", pool="free"), task("c", pool="free"))[0]
    assert names(filled(run).select(*fits_pools({"free": 9}), 10)) == ["b", "c"]


def test_a_task_that_is_too_big_for_its_pool_does_not_hold_up_the_others() -> None:
    run = runs_of(1, task("big", pool="p", pool_slots=3, priority_weight=9), task("small", pool="p"))[0]
    assert names(filled(run).select(*fits_pools({"p": 1}), 10)) == ["small"]


def test_a_task_with_a_limit_of_its_own_does_not_hold_up_the_others() -> None:
    run = runs_of(1, task("few", max_active_tis_per_dag=1, priority_weight=9), task("many"))[0]

    def fits(_run: RunMemory, wanted: Task) -> bool:
        return wanted.per_dag is None

    assert names(filled(run).select(fits, nothing_counted, 10)) == ["many"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(1, 2)), min_size=1, max_size=20),
    st.fixed_dictionaries({pool: st.integers(0, 4) for pool in "abc"}),
    st.integers(1, 5),
)
def test_whatever_fits_goes_in_the_end(specs: list[tuple[str, int, int]], room: dict[str, int], at_once: int) -> None:
    """A selection leaves nothing behind that would still fit, and takes no more than there is."""
    tasks = [task(f"t{n}", pool=p, priority_weight=w, pool_slots=s) for n, (p, w, s) in enumerate(specs)]
    runs = runs_of(2, *tasks)
    lanes, left = filled(*runs), dict(room)
    fits, take = fits_pools(left)
    chosen: list[tuple[RunMemory, int]] = []
    while some := lanes.select(fits, take, at_once):
        chosen += some
    assert len({(run.key, slot) for run, slot in chosen}) == len(chosen)
    assert min(left.values()) >= 0
    waiting = {(run.key, slot) for run in runs for slot in range(len(run))} - {(r.key, s) for r, s in chosen}
    by_key = {run.key: run for run in runs}
    assert [place for place in waiting if fits(by_key[place[0]], by_key[place[0]].task(place[1]))] == []
    assert len(lanes) == len(waiting)


def test_a_dropped_run_leaves_nothing_behind() -> None:
    one, two = runs_of(2, task("a"), task("b", queue="other"))
    lanes = filled(one, two)
    lanes.drop_run(1)
    assert keys(lanes.select(anything, nothing_counted, 10)) == [2, 2]
