"""Deadlines: enters those of each run, and has workers call what missed ones ask for.

Several schedulers share the work: a row is entered once, and decided by whoever locks it first. The decision and the
order to the workers are one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from headway.metastore.queries import deadlines
from headway.metastore.queries.deadlines import Missed, NewRun
from headway.settings import Settings
from headway_scheduler.service import Service

log = logging.getLogger(__name__)


class Deadlines(Service):
    """Looks at each sweep; ``on_missed`` is called when there is something for a worker to call."""

    name = "deadlines"

    def __init__(self, settings: Settings, *, on_missed: Callable[[], None]) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._on_missed = on_missed

    def run_once(self) -> float | None:
        """Enter what is new, decide what is due."""
        for run in deadlines.new_runs(self.conn):
            rows = [self._row(run, position, spec) for position, spec in enumerate(run.deadlines)]
            deadlines.enter(self.conn, run.key, rows)
        with self.conn.transaction():
            missed = deadlines.settle(self.conn)
            for key, order in _orders(missed):
                deadlines.call(self.conn, key, order)
        if missed:
            log.warning("%d deadline(s) missed", len(missed))
            self._on_missed()
        return None

    def _row(self, run: NewRun, position: int, spec: dict[str, Any]) -> tuple[int, str, str, datetime | None]:
        since = self._reference(run, spec["reference"])
        due = None if since is None else since + timedelta(seconds=spec["interval"])
        return position, spec["task_id"], spec["name"], due

    def _reference(self, run: NewRun, reference: dict[str, Any]) -> datetime | None:
        match reference["kind"]:
            case "logical_date":
                return run.logical_date
            case "queued_at":
                return run.queued_at
            case "fixed":
                return datetime.fromisoformat(reference["at"])
            case "interval_end":  # the SLA of a task: it is about runs that the schedule made
                return run.interval_end if run.run_type == "scheduled" else None
            case "average_runtime":
                limits = {name: reference[name] for name in ("max_runs", "min_runs")}
                seconds = deadlines.average_runtime(self.conn, run.dag_id, **limits)
                return None if seconds is None else run.queued_at + timedelta(seconds=seconds)
        return None


def _orders(missed: list[Missed]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(run, what to call): each alert by itself, the SLAs of one run that were due at one moment together."""
    for alert in missed:
        if not alert.task_id:
            yield alert.run, _order(alert, [])
    slas = sorted((each for each in missed if each.task_id), key=lambda each: (each.run, each.due, each.position))
    for (run, _), group in groupby(slas, key=lambda each: (each.run, each.due)):
        together = list(group)
        yield run, _order(together[0], [each.task_id for each in together])


def _order(first: Missed, tasks: list[str]) -> dict[str, Any]:
    return {
        "id": f"{first.run}.{first.position}",
        "position": first.position,
        "due": first.due.isoformat(),
        "tasks": tasks,
    }
