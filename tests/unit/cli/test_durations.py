"""What people write for durations and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headway.cli.durations import parse_duration, parse_moment
from headway.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("12H", timedelta(hours=12)),
        ("30d", timedelta(days=30)),
        ("8 w", timedelta(weeks=8)),
    ],
)
def test_durations(text: str, value: timedelta) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize("text", ["", "30", "d", "-3d", "1.5h", "9999999d", "3 months"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected a duration such as 12h or 30d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T06:00:00", datetime(2026, 1, 31, 6, tzinfo=UTC)),
        ("2026-01-31T06:00:00+01:00", datetime(2026, 1, 31, 5, tzinfo=UTC)),
    ],
)
def test_moments_are_utc_unless_they_say_otherwise(text: str, value: datetime) -> None:
    assert parse_moment(text) == value


def test_moments_without_an_offset_are_in_the_time_zone_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__DEFAULT_TIMEZONE", "Europe/Berlin")
    given = ("2026-10-01", "2026-11-01T06:00:00", "2026-10-01T00:00:00Z")
    found = [parse_moment(text).isoformat() for text in given]
    assert found == ["2026-09-30T22:00:00+00:00", "2026-11-01T05:00:00+00:00", "2026-10-01T00:00:00+00:00"]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"])
def test_moments_off_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="date of the calendar"):
        parse_moment(text)


def test_other_moments_are_refused() -> None:
    with pytest.raises(InvalidInput, match="ISO 8601"):
        parse_moment("yesterday")
