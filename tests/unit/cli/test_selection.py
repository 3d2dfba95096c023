"""Which tasks a clear takes."""

from __future__ import annotations

import pytest

from headway.operations.nearest import nearest
from headway.operations.selection import Selection, select_tasks
from support.structures import task

DIAMOND = [task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c"), task("lonely")]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["a", "b", "c", "d", "lonely"]),
        (Selection("b"), ["b"]),
        (Selection("[bc]"), ["b", "c"]),
        (Selection("b", downstream=True), ["b", "d"]),
        (Selection("d", upstream=True), ["a", "b", "c", "d"]),
        (Selection("b", upstream=True, downstream=True), ["a", "b", "d"]),
    ],
)
def test_selections(selection: Selection, expected: list[str]) -> None:
    assert select_tasks(DIAMOND, selection) == expected


def test_nearest_ignores_case_and_says_nothing_without_a_likeness() -> None:
    assert nearest("DAILY_sale", ["daily_sales", "other"]) == "did you mean 'daily_sales'?"
    assert nearest("zzz", ["daily_sales"]) == ""
    assert nearest("x", []) == ""
