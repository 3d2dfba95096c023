"""Other DAGs as a task sees them that runs without a cluster: what the process knows, and nothing is started."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import now
from headway.authoring.other_dags import RunSeen, StartedRun
from headway.states import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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

    def runs_at(self, dag_id: str, logical_dates: Sequence[datetime], task_ids: Sequence[str]) -> list[RunSeen]:
        """The runs of the world with these logical dates."""
        found = []
        for run in self._world.runs:
            if run.dag_id == dag_id and run.logical_date is not None and run.logical_date in logical_dates:
                instances = self._world.instances.get((dag_id, run.run_id), ())
                tasks = [(one.task_id, one.map_index, one.state) for one in instances if one.task_id in task_ids]
                found.append(RunSeen(run.run_id, run.logical_date, run.state, tasks))
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
