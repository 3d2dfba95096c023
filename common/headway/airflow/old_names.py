"""Small things that older Airflow versions offered and DAG files still call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from headway.authoring.current_file import notice

F = TypeVar("F", bound=Callable[..., object])


def days_ago(n: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    """The day ``n`` days before today (UTC), at midnight or at the time given.

    As a start date it moves from day to day, so the file gets a warning.
    """
    notice("days_ago() moves with the calendar; write a fixed start_date, like datetime(2024, 1, 1)")
    today = datetime.now(UTC).replace(hour=hour, minute=minute, second=second, microsecond=microsecond)
    return today - timedelta(days=n)


def apply_defaults(function: F) -> F:
    """The function itself: default_args reach every operator without a decorator."""
    return function
