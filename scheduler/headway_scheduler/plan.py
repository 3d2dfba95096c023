"""Plan: creates runs when they are due.

The metastore keeps each DAG's next run; this service sleeps until the earliest. A run is unique by DAG
and logical date, so two schedulers that plan at once create it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from headway.metastore.queries import planning
from headway.metastore.queries.planning import PlannedDag
from headway.settings import Settings
from headway.timetables import Bounds, DueRun, Timetable, timetable
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_BATCH = 200  # DAGs planned in one transaction


class Plan(Service):
    """Creates the runs that are due; ``on_runs`` is called when there are new ones."""

    name = "plan"
    interval = 30.0

    def __init__(self, settings: Settings, *, on_runs: Callable[[], None]) -> None:
        super().__init__(settings)
        self._on_runs = on_runs

    def run_once(self) -> float | None:
        """Create what is due; sleep until the next run is."""
        created = 0
        while True:
            with self.conn.transaction():
                now = planning.clock(self.conn)
                dags = planning.due(self.conn, limit=_BATCH)
                created += sum(self._plan_safely(dag, now) for dag in dags)
            if len(dags) < _BATCH:
                break
        if created:
            self._on_runs()
        wait = planning.seconds_until_next(self.conn)
        return self.interval if wait is None else min(max(wait, 0.05), self.interval)

    def _plan_safely(self, dag: PlannedDag, now: datetime) -> int:
        """One DAG's impossible schedule stops no other DAG."""
        try:
            return self._plan(dag, now)
        except (ValueError, KeyError, OverflowError) as error:
            log.warning("DAG %s gets no more runs: its schedule has no next time (%s)", dag.dag_id, error)
            planning.set_next(self.conn, dag.dag_id, None)
            return 0

    def _plan(self, dag: PlannedDag, now: datetime) -> int:
        """Create a DAG's due runs as far as max_active_runs allows, and note the next one."""
        table = timetable(dag.schedule)
        if table is None:
            return 0
        bounds, created = Bounds(dag.start_date, dag.end_date, dag.catchup), 0
        run = _first(dag, table, bounds, now)
        while run is not None and run.run_after <= now and created < dag.room:
            created += planning.create_run(self.conn, dag, run, run_id=_run_id(run))
            run = table.next_run(run.start, bounds, now)
        planning.set_next(self.conn, dag.dag_id, run)
        return created


def _first(dag: PlannedDag, table: Timetable, bounds: Bounds, now: datetime) -> DueRun | None:
    """The next run to create. Without catchup, what was missed since it was noted is left out."""
    if dag.next_run is None:
        return table.next_run(dag.last_start, bounds, now)
    if bounds.catchup and dag.schedule["kind"] != "continuous":  # that one's interval ends only now
        return dag.next_run
    return table.next_run(None, replace(bounds, start_date=dag.next_run.start), now)


def _run_id(run: DueRun) -> str:
    return f"scheduled__{run.logical_date.astimezone(UTC).isoformat()}"
