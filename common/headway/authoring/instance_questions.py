"""What ``ti`` is asked of other tries, tasks and runs, under Airflow's names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import to_pendulum
from headway.authoring.records import Comparison, RecordQuery, plain

if TYPE_CHECKING:
    from datetime import datetime

    import pendulum

    from headway.authoring.dag_run import DagRun
    from headway.authoring.runtime import InstanceSummary, TaskRuntime


class InstanceQuestions:
    """The part of ``TaskInstance`` that looks around."""

    if TYPE_CHECKING:
        dag_id: str
        task_id: str
        map_index: int
        try_number: int
        max_tries: int
        dag_run: DagRun
        _runtime: TaskRuntime

    # Earlier runs

    def get_previous_ti(self, state: Any = None, session: Any = None) -> InstanceSummary | None:
        """This task in the run before this one, or in the last one before it that is in ``state``."""
        run = self.dag_run.get_previous_dagrun(None if state is None else str(state))
        return None if run is None else run.get_task_instance(self.task_id, map_index=self.map_index)

    @property
    def previous_ti(self) -> InstanceSummary | None:
        """This task in the run before this one."""
        return self.get_previous_ti()

    @property
    def previous_ti_success(self) -> InstanceSummary | None:
        """This task in the last successful run before this one."""
        return self.get_previous_ti("success")

    @property
    def previous_start_date_success(self) -> pendulum.DateTime | None:
        """When the last successful run before this one started."""
        run = self.dag_run.get_previous_dagrun("success")
        return None if run is None else run.start_date

    # Tries

    @property
    def next_try_number(self) -> int:
        """The number of the try after this one."""
        return self.try_number + 1

    def is_eligible_to_retry(self) -> bool:
        """Whether another try follows when this one fails."""
        return self.try_number <= self.max_tries

    def get_first_reschedule_date(self, context: Any = None) -> pendulum.DateTime | None:
        """When this task instance first gave its slot back to run again later; None: it never has."""
        return to_pendulum(self._runtime.first_poke())

    # Runs and tasks of any DAG

    def get_dagrun_state(self, dag_id: str, run_id: str) -> str | None:
        """The state of a run; None when there is no such run."""
        found = self._found("dag_run", dag_id, run_ids=[run_id])
        return found[0]["state"] if found else None

    def get_dr_count(
        self,
        dag_id: str,
        logical_dates: Iterable[datetime] | None = None,
        run_ids: Iterable[str] | None = None,
        states: Iterable[str] | None = None,
    ) -> int:
        """How many runs of a DAG there are, of those named."""
        return len(self._found("dag_run", dag_id, logical_dates, run_ids, states=states))

    def get_ti_count(
        self,
        dag_id: str,
        map_index: int | None = None,
        task_ids: Iterable[str] | None = None,
        task_group_id: str | None = None,
        logical_dates: Iterable[datetime] | None = None,
        run_ids: Iterable[str] | None = None,
        states: Iterable[str] | None = None,
    ) -> int:
        """How many task instances of a DAG there are, of those named."""
        tasks = self._tasks(dag_id, task_ids, task_group_id)
        found = self._found("task_instance", dag_id, logical_dates, run_ids, states=states, tasks=tasks)
        return sum(map_index is None or one["map_index"] == map_index for one in found)

    def get_task_states(
        self,
        dag_id: str,
        map_index: int | None = None,
        task_ids: Iterable[str] | None = None,
        task_group_id: str | None = None,
        logical_dates: Iterable[datetime] | None = None,
        run_ids: Iterable[str] | None = None,
    ) -> dict[str, dict[str, str]]:
        """The states of task instances by run id, then by task id (``task_3`` for one of a mapped task)."""
        tasks = self._tasks(dag_id, task_ids, task_group_id)
        states: dict[str, dict[str, str]] = {}
        for one in self._found("task_instance", dag_id, logical_dates, run_ids, tasks=tasks):
            index = one["map_index"]
            if map_index is None or index == map_index:
                name = one["task_id"] if index < 0 else f"{one['task_id']}_{index}"
                states.setdefault(one["run_id"], {})[name] = one["state"]
        return states

    def _tasks(self, dag_id: str, task_ids: Iterable[str] | None, group_id: str | None) -> Sequence[str] | None:
        if group_id is None:
            return None if task_ids is None else list(task_ids)
        outline = self._runtime.dags.outline(dag_id)
        inside = outline.groups.get(group_id, ()) if outline else ()
        return [*(task_ids or ()), *inside]

    def _found(
        self,
        kind: str,
        dag_id: str,
        logical_dates: Iterable[datetime] | None = None,
        run_ids: Iterable[str] | None = None,
        *,
        states: Iterable[str] | None = None,
        tasks: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        named = {"logical_date": logical_dates, "run_id": run_ids, "state": states, "task_id": tasks}
        tests = [Comparison(name, "in", plain(list(values))) for name, values in named.items() if values is not None]
        return self._runtime.records(RecordQuery(kind, (Comparison("dag_id", "=", dag_id), *tests)))
