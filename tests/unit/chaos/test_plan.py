"""The plan of the chaos suite: the same for the same seed, bounded, and fair to its victims."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from chaos.dags.shapes import shapes
from chaos.plan import FULL, HARMS, ROLES, SHORT, Plan, make_plan

SEEDS = range(1, 30)


def plan(seed: int, size: object = FULL) -> Plan:
    return make_plan(seed, size, shapes(seed))  # type: ignore[arg-type]


def test_it_is_a_function_of_the_seed() -> None:
    assert plan(7) == plan(7)
    assert shapes(7) == shapes(7)
    assert plan(7) != plan(8)


@pytest.mark.parametrize("size", [FULL, SHORT])
def test_every_role_is_hit_and_a_victim_is_hit_once_at_a_time(size: object) -> None:
    for seed in SEEDS:
        faults = plan(seed, size).faults
        assert {fault.role for fault in faults} == set(ROLES)
        by_victim = defaultdict(list)
        for fault in faults:
            assert fault.victim in ROLES[fault.role]
            assert bool(fault.peers) == (fault.harm == "cut")
            by_victim[fault.victim].append(fault)
        for hits in by_victim.values():
            assert all(later.at > earlier.at + earlier.seconds for earlier, later in pairwise(hits))


def test_a_full_plan_holds_every_kind_of_fault() -> None:
    kinds = {f"{role} {harm}" for role, harms in HARMS.items() for harm in harms}
    for seed in SEEDS:
        assert {fault.kind for fault in plan(seed).faults} == kinds


def test_all_faults_lie_within_a_bounded_time() -> None:
    for seed in SEEDS:
        for size in (FULL, SHORT):
            assert all(fault.at > 0 and fault.at + fault.seconds < size.limit / 2 for fault in plan(seed, size).faults)


def test_the_work_is_five_thousand_tasks_of_every_kind() -> None:
    for seed in SEEDS:
        made = shapes(seed)
        assert sum(shape.size for shape in made) * FULL.waves >= 5000
        kinds = {task.kind for shape in made for task in shape.tasks}
        assert kinds == {"python", "parent", "shell", "sensor", "deferred", "own_trigger"}
        assert len(plan(seed).triggers) == len(made) * FULL.waves
