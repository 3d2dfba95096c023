"""``LatestOnlyOperator``: what stands behind it runs only in the newest run of its DAG."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import now
from headway.authoring.neighbours import neighbours
from headway.operators.branching import BaseBranchOperator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class LatestOnlyOperator(BaseBranchOperator):
    """Skips the tasks right behind it unless its run is the latest: the schedule's next run is not due yet.

    A run that was triggered by hand, or whose schedule knows no next run, is always the latest.
    """

    ui_color = "#e9ffdb"

    def choose_branch(self, context: Mapping[str, Any]) -> str | Iterable[str]:
        """All of the tasks right behind it, or none."""
        run = context["dag_run"]
        if not run.external_trigger:
            due = _next_due(self.dag.schedule.spec, run.logical_date)
            if due is not None and now() > due:
                self.log.info("The next run was due at %s: this one is not the latest", due.isoformat())
                return []
        return sorted(self.downstream_task_ids)


def _next_due(schedule: Mapping[str, Any], logical_date: datetime | None) -> datetime | None:
    """When the run after the one of ``logical_date`` comes: at its date, or at the end of its data interval."""
    following = _after(schedule, logical_date)
    if schedule.get("interval") == "data":
        return _after(schedule, following)
    return None if following is None else following + timedelta(seconds=schedule.get("lead", 0))


def _after(schedule: Mapping[str, Any], moment: datetime | None) -> datetime | None:
    found = None if moment is None else neighbours(schedule, moment)
    return None if found is None else found[1]
