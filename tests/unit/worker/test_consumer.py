"""Task events travel in company, and a lost timer does not hold them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headway_worker.parent import consumer
from headway_worker.parent.consumer import GatheringConsumer


class _Hub:
    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], Any]]] = []

    def call_later(self, delay: float, callback: Callable[[], Any]) -> None:
        self.timers.append((delay, callback))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [100.0]
    monkeypatch.setattr(consumer.time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def gathering() -> GatheringConsumer:
    made = GatheringConsumer.__new__(GatheringConsumer)
    made.hub = _Hub()
    return made


def test_events_that_come_together_are_sent_by_one_timer(gathering: GatheringConsumer, now: list[float]) -> None:
    for _ in range(3):
        gathering.on_send_event_buffered()
    assert [delay for delay, _ in gathering.hub.timers] == [0.05]
    assert gathering.hub.timers[0][1] == gathering._flush_events


def test_an_event_after_that_sets_another(gathering: GatheringConsumer, now: list[float]) -> None:
    gathering.on_send_event_buffered()
    now[0] += 0.06  # the timer has fired, or was dropped with the connection
    gathering.on_send_event_buffered()
    assert len(gathering.hub.timers) == 2
