"""Holds and releases as times."""

from __future__ import annotations

from datetime import UTC, datetime

from headway.metastore.queries.holds import Change
from headway.operations.held_times import Held, held_times, of_task


def at(minute: int) -> datetime:
    return datetime(2026, 1, 1, 12, minute, tzinfo=UTC)


def change(minute: int, subject: str, task_id: str = "", *, hold: bool) -> Change:
    return Change(at(minute), subject, task_id, hold)


def test_a_hold_lasts_to_its_own_release_or_still() -> None:
    changes = [
        change(1, "d", hold=True),
        change(2, "d/r", "a", hold=True),
        change(3, "d", hold=True),  # with another reason
        change(4, "d", hold=False),
        change(5, "d/r", hold=False),  # of what was not held
    ]
    assert held_times(changes) == [Held("", at(1), at(4)), Held("a", at(2), None)]


def test_a_task_is_held_by_itself_and_with_all_others_within_limits() -> None:
    held = [Held("", at(1), at(4)), Held("a", at(3), at(6)), Held("b", at(0), None), Held("a", at(8), None)]
    assert of_task(held, "a", at(2), at(9)) == [(at(2), at(6)), (at(8), at(9))]
    assert of_task(held, "c", at(0), at(3)) == [(at(1), at(3))]
    assert of_task(held, "c", at(5), at(9)) == []
