"""What a run in one process has come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from headway.authoring.local_runtime import LocalWorld, XComKey
from headway.authoring.results import RETURN_KEY
from headway.authoring.runtime import RunFacts
from headway.authoring.xcom_codec import decode


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How one task instance ended.

    ``seconds`` is the time that its tries took in all, None when it never ran. ``error`` says why it failed or
    was skipped. ``rendered`` has the values of its template fields as its last try used them.
    """

    task_id: str
    map_index: int
    state: str
    tries: int = 0
    seconds: float | None = None
    error: str | None = None
    outlets: list[str] = field(default_factory=list)
    rendered: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The task's id, with its index when it is mapped: ``load[2]``."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


@dataclass(frozen=True, slots=True)
class RunReport:
    """A whole run, its tasks in definition order."""

    facts: RunFacts
    tasks: list[TaskReport]
    seconds: float
    world: LocalWorld

    @property
    def dag_id(self) -> str:
        """The DAG's id."""
        return self.facts.dag_id

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.facts.run_id

    @property
    def state(self) -> str:
        """``success`` or ``failed``."""
        return str(self.facts.state)

    @property
    def succeeded(self) -> bool:
        """Whether the run ended well."""
        return self.state == "success"

    @property
    def states(self) -> dict[str, Any]:
        """The state of each task by its id; of a mapped task the list of its instances' states."""
        found: dict[str, Any] = {}
        for one in self.tasks:
            if one.map_index < 0:
                found[one.task_id] = one.state
            else:
                found.setdefault(one.task_id, []).append(one.state)
        return found

    def task(self, task_id: str, map_index: int = -1) -> TaskReport:
        """One task instance; raises ``KeyError``."""
        found = self.get_task_instance(task_id, map_index=map_index)
        if found is not None:
            return found
        raise KeyError(f"the run has no task instance {task_id!r} with map index {map_index}")

    def xcom(self, task_id: str, key: str = RETURN_KEY, map_index: int = -1) -> Any:
        """A value that a task returned or pushed; None when there is none."""
        where = XComKey(self.dag_id, self.run_id, task_id, map_index, key)
        row = self.world.xcoms.get(where)
        return None if row is None else decode(row.value)

    def get_task_instances(self) -> list[TaskReport]:
        """Every task instance, as Airflow's ``dag.test()`` lets one ask."""
        return list(self.tasks)

    def get_task_instance(self, task_id: str, session: Any = None, *, map_index: int = -1) -> TaskReport | None:
        """One task instance, or None."""
        found = (one for one in self.tasks if (one.task_id, one.map_index) == (task_id, map_index))
        return next(found, None)

    def rendered(self, task_id: str, map_index: int = -1) -> dict[str, Any]:
        """The template fields of a task as it ran."""
        return self.task(task_id, map_index).rendered
