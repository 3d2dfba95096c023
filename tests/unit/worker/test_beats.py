"""When a lease that cannot be renewed holds all the same."""

from __future__ import annotations

import json

import pytest

from headway.broker.redis_bus import RedisBus
from headway.settings import LeaseSettings
from headway_worker.parent.beats import Beats
from headway_worker.slots import SlotTable

LEASE = LeaseSettings(length=10, renewal=2, margin=1)


@pytest.fixture
def table() -> SlotTable:
    made = SlotTable(1)
    made.deadline = 100.0
    return made


@pytest.fixture
def beats(table: SlotTable) -> Beats:
    bus = RedisBus("redis://127.0.0.1:1", name="t", sent_events=False)  # connects to nothing before its first use
    return Beats(table, bus, LEASE, on_hint=lambda: None)


def beat(ok: bool) -> bytes:
    return json.dumps({"scheduler": "s", "metastore": ok}).encode()


def test_a_beat_that_tells_of_an_outage_is_as_good_as_a_renewal(table: SlotTable, beats: Beats) -> None:
    beats.take(beat(ok=False), 95.0)
    assert table.deadline == 104.0


def test_somebody_who_reaches_the_metastore_proves_that_we_are_cut_off(table: SlotTable, beats: Beats) -> None:
    beats.take(beat(ok=True), 94.0)
    beats.take(beat(ok=False), 95.0)
    assert table.deadline == 100.0
    beats.take(beat(ok=False), 99.5)
    assert table.deadline == 108.5


def test_a_deadline_that_has_passed_stays_passed(table: SlotTable, beats: Beats) -> None:
    beats.take(beat(ok=False), 100.5)
    assert table.deadline == 100.0


def test_a_later_deadline_is_never_brought_forward(table: SlotTable, beats: Beats) -> None:
    beats.take(beat(ok=False), 80.0)
    assert table.deadline == 100.0


@pytest.mark.parametrize("noise", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_beat_is_passed_over(table: SlotTable, beats: Beats, noise: bytes) -> None:
    beats.take(noise, 95.0)
    assert table.deadline == 100.0
