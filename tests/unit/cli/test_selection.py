"""Which tasks a clear takes."""

from __future__ import annotations

import pytest

from headway.errors import InvalidInput, NotFound
from headway.operations.nearest import nearest
from headway.operations.selection import Selection, choose
from support.structures import mapped, task

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
    assert choose(DIAMOND, selection).task_ids == expected


def test_nearest_ignores_case_and_says_nothing_without_a_likeness() -> None:
    assert nearest("DAILY_sale", ["daily_sales", "other"]) == "did you mean 'daily_sales'?"
    assert nearest("zzz", ["daily_sales"]) == ""
    assert nearest("x", []) == ""


MAPPED = [task("a", **mapped(3, "g")), task("b", "a", **mapped(3, "g")), task("c", "b"), task("d", **mapped(2, "d"))]


@pytest.mark.parametrize(
    ("selection", "expected", "indexes"),
    [
        (Selection("a", map_index=1, downstream=True), ["a", "b", "c"], {"a": {1}, "b": {1}}),
        (Selection(instances=(("a", 0), ("b", 2))), ["a", "b"], {"a": {0, 2}, "b": {0, 2}}),
        (Selection(instances=(("a", 0), ("b", None))), ["a", "b"], {}),
        (Selection(instances=(("c", -1), ("d", 1)), upstream=True), ["a", "b", "c", "d"], {"d": {1}}),
        (Selection(map_index=1), ["a", "b", "c", "d"], {"a": {1}, "b": {1}, "d": {1}}),
    ],
)
def test_indexes_hold_for_all_of_a_mapped_group(
    selection: Selection, expected: list[str], indexes: dict[str, set[int]]
) -> None:
    chosen = choose(MAPPED, selection)
    assert (chosen.task_ids, {name: set(found) for name, found in chosen.indexes.items()}) == (expected, indexes)


@pytest.mark.parametrize(
    ("selection", "error", "text"),
    [
        (Selection("c", map_index=0), InvalidInput, "none of these tasks is mapped"),
        (Selection(instances=(("c", 0),)), InvalidInput, "'c' is not mapped"),
        (Selection(instances=(("aa", None),)), NotFound, "no task 'aa'"),
    ],
)
def test_what_is_not_there_is_said(selection: Selection, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        choose(MAPPED, selection)
