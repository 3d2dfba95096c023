"""Cursors and ETags: what a client may send, and what it may not make of them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import InvalidInput
from headway_web.etags import matches
from headway_web.paging import Paging, decode, encode

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(TEXTS, st.integers(-(2**63), 2**63 - 1), st.datetimes(timezones=st.just(UTC)), st.none() | st.floats(0, 1))
def test_a_cursor_gives_back_its_key(text: str, number: int, moment: datetime, fraction: float | None) -> None:
    key = (text, number, moment, fraction)
    assert decode(encode(key), (str, int, datetime, float)) == key


@given(st.text())
def test_a_cursor_that_nobody_gave_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        decode(cursor + "!", (str,))


@pytest.mark.parametrize("value", [[], ["x", 1], [1], [True], {}, "xy", ["a\0b"], [["x"]], 5, None])
def test_a_cursor_of_another_shape_is_refused(value: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    with pytest.raises(InvalidInput, match="not given by this list"):
        decode(cursor, (str,))


@pytest.mark.parametrize("value", ["yesterday", 5, 2**64, True, "2026-13-01", "0001-01-01T00:00:00+23:59"])
def test_a_moment_or_number_that_cannot_be_is_refused(value: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([value]).encode()).decode().rstrip("=")
    with pytest.raises(InvalidInput):
        decode(cursor, (datetime,))
    if value != 5:
        with pytest.raises(InvalidInput):
            decode(cursor, (int,))


def test_a_moment_comes_back_in_utc() -> None:
    seoul = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert decode(encode((seoul,)), (datetime,)) == (datetime(2026, 1, 1, tzinfo=UTC),)


def test_a_page_is_cut_where_the_next_one_begins() -> None:
    paging = Paging(limit=2, cursor=None)
    assert paging.fetch == 3
    assert paging.after(str) is None
    shown, cursor = paging.cut(["a", "b", "c"], key=lambda row: (row,))
    assert shown == ["a", "b"]
    assert Paging(2, cursor).after(str) == ("b",)
    assert paging.cut(["c"], key=lambda row: (row,)) == (["c"], None)


@pytest.mark.parametrize(
    ("known", "same"),
    [('W/"a"', True), ('"a"', True), ('"b", W/"a"', True), ("*", True), ('W/"b"', False), ("", False), ("a", False)],
)
def test_a_tag_is_known_whether_weak_or_strong(known: str, same: bool) -> None:
    assert matches(known, 'W/"a"') is same
