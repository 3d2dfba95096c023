"""The runners of known kinds: many triggers, one heap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.authoring.deferral import Firing
from headway.authoring.moments import now
from headway.metastore.queries.triggers import Taken
from headway.settings import load_settings
from headway.triggers.base import TriggerEvent
from headway.triggers.times import DateTimeTrigger
from headway_triggerer.looks import Clock, Looks
from headway_triggerer.work import Work


def work(ti: int, trigger: Any = None) -> Work:
    taken = Taken(ti, 1, "x.X", "", "", "d", "r", "t", -1, 1, "", "", "", datetime(2026, 1, 1, tzinfo=UTC), 0)
    return Work(taken, "{}", trigger)


class Heard:
    """What has fired."""

    def __init__(self) -> None:
        self.fired: list[tuple[int, Firing]] = []

    def __call__(self, work: Work, firing: Firing) -> None:
        self.fired.append((work.taken.ti, firing))


class Answers(Looks):
    """Answers as it is told; remembers who was looked at together."""

    name = "answers"

    def __init__(self, fire: Heard, answer: Any) -> None:
        super().__init__(load_settings(), fire)
        self.answer = answer
        self.looks: list[list[int]] = []

    def examine(self, due: Sequence[Work]) -> list[TriggerEvent | float]:
        self.looks.append([each.taken.ti for each in due])
        return [self.answer for _ in due]


def test_what_is_due_is_looked_at_together_and_what_fires_is_forgotten() -> None:
    heard = Heard()
    looks = Answers(heard, TriggerEvent("x"))
    for ti in (1, 2, 3):
        looks.add(work(ti))
    looks.drop((2, 1), killed=False)
    looks.run_once()
    looks.run_once()
    assert looks.looks == [[1, 3]]
    assert [ti for ti, _ in heard.fired] == [1, 3]


def test_looks_fall_together_on_a_grid() -> None:
    looks = Answers(Heard(), 5.0)
    for ti in range(4):
        looks.add(work(ti))
        looks.run_once()
    waits = [due for due, _ in looks._heap]
    assert len(looks.looks) == 4
    assert all(due % 0.5 == 0 for due in waits)


def test_a_look_that_fails_is_repeated() -> None:
    looks = Answers(Heard(), 5.0)
    looks.add(work(1))
    looks.examine = None  # type: ignore[assignment, method-assign]
    with pytest.raises(TypeError):
        looks.run_once()
    assert len(looks._heap) == 1


def test_nothing_fires_behind_a_fence() -> None:
    heard = Heard()
    looks = Answers(heard, TriggerEvent("x"))
    looks.add(work(1))
    examine = looks.examine

    def slow(due: Sequence[Work]) -> list[TriggerEvent | float]:
        looks.fence()  # meanwhile
        return examine(due)

    looks.examine = slow  # type: ignore[method-assign]
    looks.run_once()
    assert heard.fired == []


def test_the_clock_sleeps_until_the_next_moment() -> None:
    heard = Heard()
    clock = Clock(load_settings(), heard)
    clock.add(work(1, DateTimeTrigger(now() - timedelta(seconds=1))))
    clock.add(work(2, DateTimeTrigger(now() + timedelta(seconds=50))))
    clock.add(work(3, DateTimeTrigger(now() + timedelta(days=2))))
    pause = clock.run_once()
    assert [ti for ti, _ in heard.fired] == [1]
    assert pause is not None
    assert 5 < pause <= 50
