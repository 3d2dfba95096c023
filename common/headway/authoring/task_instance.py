"""``ti``: the running task instance as tasks and templates see it."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from headway.authoring.instance_questions import InstanceQuestions
from headway.authoring.mapped_results import DEFAULT_MAX_LENGTH, is_mapped, keys_mapped_over, mappable_length
from headway.authoring.moments import now, to_pendulum
from headway.authoring.results import RETURN_KEY
from headway.authoring.xcom_codec import DEFAULT_MAX_BYTES, encode
from headway.authoring.xcom_pull import pull
from headway.states import TaskState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import pendulum

    from headway.authoring.context import Context
    from headway.authoring.dag_run import DagRun
    from headway.authoring.runtime import InstanceFacts, TaskRuntime

log = logging.getLogger("headway.task")


class TaskInstanceKey(NamedTuple):
    """What identifies one try of a task instance."""

    dag_id: str
    task_id: str
    run_id: str
    try_number: int
    map_index: int


class TaskInstance(InstanceQuestions):
    """One try of one task in one run.

    ``outgoing`` holds XComs (key → encoded text) that are stored together with the task's result and
    not before it.
    """

    def __init__(
        self,
        task: Any,
        dag_run: DagRun,
        instance: InstanceFacts,
        runtime: TaskRuntime,
        xcom_max_bytes: int = DEFAULT_MAX_BYTES,
        max_map_length: int = DEFAULT_MAX_LENGTH,
    ) -> None:
        self.task = task
        self.dag_run: DagRun = dag_run
        self.dag_id = dag_run.dag_id
        self.run_id = dag_run.run_id
        self.task_id = instance.task_id
        self.map_index = instance.map_index
        self.try_number = instance.try_number
        self.max_tries = instance.max_tries
        self.hostname = instance.hostname
        self.queue = instance.queue
        self.pool = instance.pool
        self.pool_slots = instance.pool_slots
        self.priority_weight = instance.priority_weight
        self.id = instance.id
        self.log_url = instance.log_url
        self.operator = type(task).__name__
        self.state: str = TaskState.RUNNING
        self.test_mode: bool = False
        self.log = log
        self.ended: datetime | None = None
        self.outgoing: dict[str, str] = {}
        self.lengths: dict[str, int] = {}  # of what was left so far for others to be mapped over
        self.context: Context | None = None
        self._instance = instance
        self._runtime = runtime
        self._xcom_max_bytes = xcom_max_bytes
        self._max_map_length = max_map_length

    def __repr__(self) -> str:
        mapped = f" map_index={self.map_index}" if self.map_index >= 0 else ""
        return f"<TaskInstance {self.dag_id}.{self.task_id} {self.run_id}{mapped} [{self.state}]>"

    @property
    def key(self) -> TaskInstanceKey:
        """DAG, task, run, try and map index."""
        return TaskInstanceKey(self.dag_id, self.task_id, self.run_id, self.try_number, self.map_index)

    @cached_property
    def start_date(self) -> pendulum.DateTime:
        """When this attempt started."""
        return to_pendulum(self._instance.start_date)

    @property
    def end_date(self) -> pendulum.DateTime | None:
        """When the task's code ended; None while it runs."""
        return to_pendulum(self.ended)

    @property
    def duration(self) -> float:
        """Seconds since the start, up to the end if there is one."""
        return ((self.ended or now()) - self._instance.start_date).total_seconds()

    @cached_property
    def queued_dttm(self) -> pendulum.DateTime | None:
        """When the task instance was queued."""
        return to_pendulum(self._instance.queued_at)

    @property
    def logical_date(self) -> pendulum.DateTime | None:
        """The run's logical date."""
        return self.dag_run.logical_date

    @property
    def execution_date(self) -> pendulum.DateTime | None:
        """The run's logical date under its old name."""
        return self.dag_run.logical_date

    @property
    def prev_attempted_tries(self) -> int:
        """How many tries were started, this one included."""
        return self.try_number

    @property
    def mark_success_url(self) -> str:
        """Where a person can mark the task: the page of its log."""
        return self.log_url

    def xcom_push(self, key: str, value: Any, execution_date: Any = None, session: Any = None) -> None:
        """Store ``value`` under ``key`` at once, for other tasks; raises ``XComError`` if it cannot be."""
        self._runtime.xcom_push(key, self._encode(key, value), self.measure(key, value))

    def xcom_push_with_result(self, key: str, value: Any) -> None:
        """Store ``value`` under ``key`` in the transaction that ends this task."""
        self.outgoing[key] = self._encode(key, value)
        self.measure(key, value)

    def xcom_pull(
        self,
        task_ids: str | Iterable[str] | None = None,
        dag_id: str | None = None,
        key: str | None = RETURN_KEY,
        include_prior_dates: bool = False,
        session: Any = None,
        *,
        map_indexes: int | Iterable[int] | None = None,
        default: Any = None,
        run_id: str | None = None,
    ) -> Any:
        """What tasks pushed under ``key``: one value for one task id, a list for several.

        A mapped task counts as the sequence of its values, in the order of ``map_indexes`` if those are several; it is
        fetched when it is first used. ``default`` stands in for what is missing. Without
        ``task_ids`` the value comes from any task (written last) in files of Airflow 1.10 and 2 style,
        from this task itself in style 3. ``include_prior_dates`` falls back to the latest earlier run.
        """
        return pull(
            self._runtime,
            dag_id=dag_id or self.dag_id,
            run_id=run_id or self.run_id,
            own_task_id=self.task_id,
            own_map_index=self.map_index,
            style=getattr(self.dag_run.dag, "style", 3),
            task_ids=task_ids,
            key=key,
            include_prior_dates=include_prior_dates,
            map_indexes=map_indexes,
            default=default,
            is_mapped=(dag_id or self.dag_id) == self.dag_id and is_mapped(self.dag_run.dag, task_ids),
        )

    @cached_property
    def keys_mapped_over(self) -> frozenset[str]:
        """The XCom keys under which this task must leave a list or dictionary, for other tasks to be mapped over."""
        return keys_mapped_over(self.dag_run.dag, self.task_id)

    def measure(self, key: str, value: Any) -> int | None:
        """The length of a value over which other tasks are mapped, None for others; raises ``XComError``."""
        if key not in self.keys_mapped_over:
            return None
        self.lengths[key] = length = mappable_length(self.task_id, key, value, self._max_map_length)
        return length

    @property
    def task_display_name(self) -> str:
        """The task's name for people."""
        return self.task.task_display_name or self.task_id

    @property
    def log_filepath(self) -> str:
        """Empty: a task's log is in the metastore, see `headway tasks logs`."""
        return ""

    @property
    def note(self) -> str | None:
        """What somebody has noted on this task instance; None when nobody has."""
        return self._runtime.note(ti=self.id)

    def current_state(self, session: Any = None) -> str:
        """The state: ``running`` while the task's code runs."""
        return self.state

    def get_dagrun(self, session: Any = None) -> DagRun:
        """The run."""
        return self.dag_run

    def get_previous_dagrun(self, state: str | None = None, session: Any = None) -> DagRun | None:
        """The run of this DAG before this one, or the last one before it in ``state``."""
        return self.dag_run.get_previous_dagrun(state)

    def get_previous_start_date(self, state: str | None = None, session: Any = None) -> Any:
        """When the run before this one (in ``state``) started."""
        previous = self.dag_run.get_previous_dagrun(state)
        return previous.start_date if previous else None

    def get_template_context(self, session: Any = None, ignore_param_exceptions: bool = True) -> Any:
        """The context of this execution."""
        return self.context

    def _encode(self, key: str, value: Any) -> str:
        return encode(value, task_id=self.task_id, key=key, max_bytes=self._xcom_max_bytes)
