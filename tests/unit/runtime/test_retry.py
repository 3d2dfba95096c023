from __future__ import annotations

from datetime import timedelta

import pytest

from headway.authoring.retry import LONGEST_DELAY, retry_delay

MINUTE = timedelta(minutes=1)


def test_a_fixed_delay_is_the_same_after_each_try() -> None:
    assert [retry_delay(MINUTE, number) for number in (1, 2, 9)] == [60, 60, 60]


def test_a_fixed_delay_is_not_capped() -> None:
    assert retry_delay(timedelta(days=3), 1, longest=MINUTE) == timedelta(days=3).total_seconds()


@pytest.mark.parametrize(("growth", "factor"), [(True, 2), (2.0, 2), (3.0, 3)])
def test_a_growing_delay_lies_between_its_base_and_twice_that(growth: float | bool, factor: float) -> None:
    for number in range(1, 6):
        base = 60 * factor ** (number - 1)
        waits = {retry_delay(MINUTE, number, growth=growth, seed=f"task {n}") for n in range(50)}
        assert all(base <= wait < 2 * base for wait in waits)
        assert len(waits) == 50, "tasks that failed together must not come back together"


def test_the_wait_depends_on_seed_and_try_alone() -> None:
    waits = [retry_delay(MINUTE, 2, growth=True, seed="dag/run/task/-1") for _ in range(3)]
    assert len(set(waits)) == 1
    assert waits[0] != retry_delay(MINUTE, 2, growth=True, seed="dag/run/task/0")


def test_the_cap_of_the_task_and_the_cap_of_a_day() -> None:
    assert retry_delay(MINUTE, 10, growth=True, longest=timedelta(minutes=5)) == 300
    assert retry_delay(MINUTE, 30, growth=True) == LONGEST_DELAY.total_seconds()
    assert retry_delay(MINUTE, 100_000, growth=9.0) == LONGEST_DELAY.total_seconds()
    assert retry_delay(MINUTE, 30, growth=True, longest=timedelta(days=9)) == LONGEST_DELAY.total_seconds()


def test_no_delay_stays_none() -> None:
    assert retry_delay(timedelta(0), 5, growth=True) == 0
