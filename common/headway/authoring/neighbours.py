"""The scheduled moments right before and right after one of a schedule's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping


def neighbours(schedule: Mapping[str, Any], moment: datetime) -> tuple[datetime, datetime] | None:
    """The moments before and after ``moment`` in ``schedule`` (the form of a DAG's structure).

    None for a schedule that has no regular moments.
    """
    match schedule["kind"]:
        case "cron":
            lead = timedelta(seconds=schedule.get("lead", 0))
            tick = (moment + lead).astimezone(ZoneInfo(schedule["timezone"]))
            before, after = _of_crons(schedule["crons"], tick)
            return before - lead, after - lead
        case "delta":
            step = timedelta(seconds=schedule["seconds"])
            return moment - step, moment + step
    return None


def _of_crons(crons: list[str], moment: datetime) -> tuple[datetime, datetime]:
    from croniter import croniter

    before = max(croniter(cron, moment).get_prev(datetime) for cron in crons)
    after = min(croniter(cron, moment).get_next(datetime) for cron in crons)
    return before, after
