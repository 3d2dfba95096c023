"""What DAGs and tasks get that do not say, where a whole installation says it (``Settings.unsaid``).

A process that loads DAG files is told once, with ``configure``; everything that is not configured is as the DAG
file's style has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

_DURATIONS = ("retry_delay", "execution_timeout")
_LIMITS = ("max_active_runs", "max_active_tasks")


@dataclass(frozen=True)
class Defaults:
    """The time zone of dates that have none, catchup (None: the style's) and limits of DAGs, arguments of tasks.

    ``deferrable`` holds for those operators and sensors that have a trigger to wait for.
    """

    timezone: str = "UTC"
    catchup: bool | None = None
    deferrable: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)
    task: Mapping[str, Any] = field(default_factory=dict)


_current = Defaults()


def configure(timezone: str = "UTC", catchup: bool | None = None, deferrable: bool = False, **others: Any) -> None:
    """Say what holds in this process; limits of DAGs and arguments of tasks that are None are left to them.

    Durations in seconds.
    """
    global _current  # noqa: PLW0603  (one process, one installation)
    given = {name: value for name, value in others.items() if value is not None}
    limits = {name: given.pop(name) for name in _LIMITS if name in given}
    for name in given.keys() & set(_DURATIONS):
        given[name] = timedelta(seconds=given[name])
    _current = Defaults(timezone, catchup, deferrable, limits, given)


def defaults() -> Defaults:
    """What holds in this process."""
    return _current


def default_zone() -> tzinfo:
    """The time zone of dates that have none."""
    return UTC if _current.timezone == "UTC" else ZoneInfo(_current.timezone)
