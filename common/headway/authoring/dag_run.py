"""``dag_run``: the run that a task belongs to, as tasks and templates see it."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from headway.authoring.moments import to_pendulum
from headway.authoring.records import Comparison, RecordQuery, plain
from headway.authoring.runtime import RunFacts
from headway.authoring.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pendulum

    from headway.authoring.runtime import InstanceSummary, TaskRuntime

_DATES = tuple(one.name for one in fields(RunFacts) if "datetime" in str(one.type))


class DagRun:
    """A read-only view of a run; its datetimes are pendulum's."""

    def __init__(self, facts: RunFacts, dag: Any, runtime: TaskRuntime) -> None:
        self.dag = dag
        self._facts = facts
        self._runtime = runtime

    def __repr__(self) -> str:
        return f"<DagRun {self.dag_id} {self.run_id} {self.state}>"

    @property
    def id(self) -> int:
        """The run's number in the metastore."""
        return self._facts.id

    @property
    def dag_id(self) -> str:
        """The DAG's id."""
        return self._facts.dag_id

    @property
    def run_id(self) -> str:
        """The run's name, unique in its DAG."""
        return self._facts.run_id

    @property
    def run_type(self) -> str:
        """``manual``, ``scheduled``, ``backfill`` or ``asset_triggered``."""
        return self._facts.run_type

    @property
    def state(self) -> str:
        """The run's state when this task started."""
        return self._facts.state

    @property
    def conf(self) -> dict[str, Any]:
        """What the run was triggered with; changing it changes only this copy."""
        return self._conf

    @property
    def external_trigger(self) -> bool:
        """Whether no schedule made the run."""
        return self._facts.external_trigger

    @property
    def is_backfill(self) -> bool:
        """Whether a backfill made the run."""
        return self._facts.run_type == "backfill"

    @property
    def triggering_user_name(self) -> str | None:
        """Who triggered the run, if a person did."""
        return self._facts.triggering_user

    @cached_property
    def logical_date(self) -> pendulum.DateTime | None:
        """The moment that identifies the run."""
        return to_pendulum(self._facts.logical_date)

    @property
    def execution_date(self) -> pendulum.DateTime | None:
        """The logical date under its old name."""
        return self.logical_date

    @cached_property
    def data_interval_start(self) -> pendulum.DateTime | None:
        """Where the run's data begin."""
        return to_pendulum(self._facts.data_interval_start)

    @cached_property
    def data_interval_end(self) -> pendulum.DateTime | None:
        """Where the run's data end."""
        return to_pendulum(self._facts.data_interval_end)

    @cached_property
    def run_after(self) -> pendulum.DateTime:
        """The moment from which the run may start."""
        return to_pendulum(self._facts.run_after)

    @cached_property
    def start_date(self) -> pendulum.DateTime | None:
        """When the run started."""
        return to_pendulum(self._facts.start_date)

    @cached_property
    def end_date(self) -> pendulum.DateTime | None:
        """When the run ended."""
        return to_pendulum(self._facts.end_date)

    @cached_property
    def queued_at(self) -> pendulum.DateTime | None:
        """When the run was created."""
        return to_pendulum(self._facts.queued_at)

    @property
    def partition_key(self) -> None:
        """None: runs have no partitions here."""
        return None

    partition_date = partition_key

    @property
    def note(self) -> str | None:
        """What somebody has noted on the run; None when nobody has."""
        return self._runtime.note(run=self.id)

    def get_state(self) -> str:
        """The same as ``state``."""
        return self.state

    def get_dag(self) -> Any:
        """The DAG."""
        return self.dag

    def get_task_instances(
        self, state: str | Iterable[str] | None = None, session: Any = None
    ) -> list[InstanceSummary]:
        """The run's task instances as they are now, or those in ``state`` (one or several)."""
        wanted = {str(state)} if isinstance(state, str) else None if state is None else {*map(str, state)}
        rows = self._runtime.run_instances(self.dag_id, self.run_id)
        found = [replace(one, dag_id=self.dag_id, run_id=self.run_id) for one in rows]
        return [one for one in found if wanted is None or one.state in wanted]

    def get_task_instance(self, task_id: str, session: Any = None, *, map_index: int = -1) -> InstanceSummary | None:
        """One task instance of the run, or None."""
        found = (one for one in self.get_task_instances() if one.task_id == task_id)
        return next((one for one in found if one.map_index == map_index), None)

    def get_previous_dagrun(self, state: str | None = None, session: Any = None) -> DagRun | None:
        """The run of this DAG before this one, or the last one before it in ``state``."""
        found = self._runtime.previous_run(state)
        return None if found is None else OtherRun(found, self.dag, self._runtime)

    @cached_property
    def _conf(self) -> dict[str, Any]:
        return dict(self._facts.conf)


class OtherRun(DagRun):
    """A run that is not the one of the running task."""

    def get_previous_dagrun(self, state: str | None = None, session: Any = None) -> DagRun | None:
        """The run of its DAG before it, or the last one before it in ``state``."""
        if self._facts.logical_date is None:
            return None
        before = Comparison("logical_date", "<", plain(self._facts.logical_date))
        tests = [Comparison("dag_id", "=", self.dag_id), before]
        tests += [] if state is None else [Comparison("state", "=", str(state))]
        found = self._runtime.records(RecordQuery("dag_run", tuple(tests), ("-logical_date",), limit=1))
        return OtherRun(_facts(found[0]), self.dag, self._runtime) if found else None


def _facts(record: Mapping[str, Any]) -> RunFacts:
    """A run from its record, whose datetimes may be texts."""
    known = {one.name: record[one.name] for one in fields(RunFacts) if one.name in record}
    dates = {name: moment(value) for name, value in known.items() if name in _DATES and value is not None}
    return RunFacts(**{**known, **dates})
