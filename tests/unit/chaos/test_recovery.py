"""Recovery times: from a fault to the next progress of what it hit."""

from __future__ import annotations

import math

from chaos.injector import Struck
from chaos.observers import Look
from chaos.plan import Fault
from chaos.recovery import Times, recovery_times

from .histories import good


def times_of(role: str, harm: str, victim: str, began: float, ended: float) -> Times:
    evidence = good()
    evidence.looks = [
        Look(5.0, {"d": "s1"}, 0, waiting=1),
        Look(15.0, {}, 0, fired=10.5),
        Look(16.0, {}, 0, fired=14.0),
    ]
    evidence.timeline = [Struck(Fault(0.0, role, harm, victim, ended - began), began, ended)]
    return recovery_times(evidence)[0]


def test_a_worker_s_work_has_recovered_when_it_is_given_back() -> None:
    assert times_of("worker", "power", "w1", 10.5, 11.0) == Times("worker power", 1, (1.5,))


def test_a_worker_without_work_has_nothing_to_recover() -> None:
    assert times_of("worker", "power", "w2", 10.5, 12.0) == Times("worker power", 1, ())


def test_a_scheduler_s_dags_have_recovered_when_something_of_them_is_queued() -> None:
    assert times_of("scheduler", "kill", "s1", 11.0, 12.0) == Times("scheduler kill", 1, (8.0,))
    assert times_of("scheduler", "kill", "s2", 11.0, 12.0) == Times("scheduler kill", 1, ())


def test_servers_are_measured_from_the_end_of_the_fault() -> None:
    assert times_of("database", "power", "postgres", 11.0, 12.0) == Times("database power", 1, (8.0,))
    assert times_of("database", "power", "postgres", 85.0, 90.0) == Times("database power", 1, ())  # but the last run
    assert times_of("broker", "cut", "valkey", 11.0, 18.0) == Times("broker cut", 1, (2.0,))


def test_a_triggerer_has_recovered_when_a_trigger_fires() -> None:
    assert times_of("triggerer", "kill", "t1", 11.0, 12.0) == Times("triggerer kill", 1, (3.0,))
    assert times_of("triggerer", "kill", "t1", 15.5, 16.0) == Times("triggerer kill", 1, ())  # none waited


def test_percentiles() -> None:
    times = Times("", 4, (4.0, 1.0, 3.0, 2.0))
    assert (times.percentile(0.5), times.percentile(0.99)) == (2.0, 4.0)
    assert math.isnan(Times("", 1, ()).percentile(0.5))
