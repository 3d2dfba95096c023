# ruff: noqa: DTZ001  (authors of DAGs write datetimes without a zone)
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from headway.authoring import values


@pytest.mark.parametrize("text", ["a", "A.b-c_1", "größe", "x" * 250])
def test_good_ids(text):
    assert values.identifier(text) == text


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "x" * 251, None, 3, "a\n"])
def test_bad_ids(bad):
    with pytest.raises(ValueError, match="expected"):
        values.identifier(bad)


@pytest.mark.parametrize(("given", "kept"), [(3, 3), ("3", 3), (3.0, 3), (" -1 ", -1)])
def test_whole_numbers(given, kept):
    assert values.whole()(given) == kept


@pytest.mark.parametrize("bad", [True, 1.5, "x", None, []])
def test_what_is_no_whole_number(bad):
    with pytest.raises(ValueError, match="expected a whole number"):
        values.whole()(bad)


def test_whole_number_below_its_minimum():
    with pytest.raises(ValueError, match="at least 1, got 0"):
        values.whole(1)(0)


def test_durations():
    assert values.duration(90) == timedelta(seconds=90)
    assert values.duration(timedelta(hours=1)) == timedelta(hours=1)
    for bad in (timedelta(seconds=-1), -1, "5m", float("nan"), None, True):
        with pytest.raises(ValueError, match="expected a timedelta"):
            values.duration(bad)
    with pytest.raises(ValueError, match="expected a timedelta"):
        values.exact_duration(90)


@pytest.mark.parametrize(("given", "kept"), [(True, 2.0), (False, False), (None, False), (3, 3.0), (0, False)])
def test_backoff(given, kept):
    assert values.backoff(given) == kept
    assert isinstance(values.backoff(given), type(kept))


@pytest.mark.parametrize("given", [datetime(2024, 1, 2), date(2024, 1, 2), "2024-01-02", "2024-01-02T00:00:00+00:00"])
def test_moments_without_a_zone_are_utc(given):
    assert values.moment(given) == datetime(2024, 1, 2, tzinfo=UTC)


def test_bad_moments():
    for bad in (5, "tomorrow", timedelta(1)):
        with pytest.raises(ValueError, match="expected a datetime"):
            values.moment(bad)


def test_texts():
    assert values.texts("one") == ["one"]
    assert values.texts(["b", "a", "b"]) == ["b", "a"]
    assert values.texts({"b", "a"}) == ["a", "b"]
    assert values.texts(None) == []
    with pytest.raises(ValueError, match="list of texts"):
        values.texts([1])


def test_flags_and_callbacks():
    assert values.flag(1) is True
    assert values.flag(None) is False
    for bad in ("yes", 2):
        with pytest.raises(ValueError, match="True or False"):
            values.flag(bad)
    assert values.callbacks([print, len]) == [print, len]
    with pytest.raises(ValueError, match="function"):
        values.callbacks(["print"])
