"""Other DAGs as a task sees them that runs without a cluster: what the process knows, and nothing is started."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import now
from headway.authoring.other_dags import RunsAsked, RunSeen, StartedRun
from headway.states import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from headway.authoring.local_runtime import LocalWorld
    from headway.authoring.other_dags import Outline

log = logging.getLogger("headway.task")


@dataclass
class Neighbourhood:
    """The DAGs around the one that runs: ``outlines`` by DAG id, and what tasks wanted to start, by DAG and run id."""

    outlines: dict[str, Outline] = field(default_factory=dict)
    started: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)


class LocalDags:
    """``OtherDags`` of a ``LocalWorld``. A run that a task starts counts as a success at once."""

    def __init__(self, world: LocalWorld) -> None:
        self._world = world

    def runs_of(self, asked: RunsAsked) -> list[RunSeen]:
        """Runs of the world, and those that a task wanted to start, which count as successes."""
        started = [name for dag_id, name in self._world.around.started if dag_id == asked.dag_id]
        found = [RunSeen(name, now(), RunState.SUCCESS) for name in asked.run_ids if name in started]
        for run in self._world.runs:
            if run.dag_id == asked.dag_id and (run.run_id in asked.run_ids or run.logical_date in asked.logical_dates):
                instances = self._world.instances.get((run.dag_id, run.run_id), ())
                tasks = [(one.task_id, one.map_index, one.state) for one in instances if one.task_id in asked.task_ids]
                found.append(RunSeen(run.run_id, run.logical_date or run.run_after, run.state, tasks))
        return found

    def outline(self, dag_id: str) -> Outline | None:
        """What is known of a DAG."""
        return self._world.around.outlines.get(dag_id)

    def trigger(
        self, dag_id: str, *, run_id: str | None, logical_date: datetime | None, conf: Mapping[str, Any]
    ) -> StartedRun:
        """Note what would be started."""
        moment = logical_date or now()
        name = run_id or f"manual__{moment.isoformat()}"
        is_own = (dag_id, name) not in self._world.around.started
        self._world.around.started.setdefault((dag_id, name), conf)
        log.info("A cluster would start run %s of DAG %s here with conf %s", name, dag_id, dict(conf))
        return StartedRun(name, moment, is_own)

    def reset(self, dag_id: str, run_id: str) -> None:
        """Note what would be cleared."""
        log.info("A cluster would clear run %s of DAG %s here", run_id, dag_id)

    def run_state(self, dag_id: str, run_id: str) -> str | None:
        """A success, of every run that was started."""
        return RunState.SUCCESS if (dag_id, run_id) in self._world.around.started else None
