"""Triggers that wait for runs of other DAGs, or for tasks in them. A triggerer asks for all of them at once.

Each says what it asks (``question``) and what an answer means to it (``judge``), so that one query serves many.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from headway.authoring.other_dags import RunsAsked
from headway.authoring.runtime import current_runtime
from headway.authoring.values import moment
from headway.states import RunState, TaskState
from headway.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from headway.authoring.other_dags import RunSeen


class RunsTrigger(BaseTrigger):
    """Base of triggers that look at runs of another DAG every ``interval`` seconds."""

    interval: float

    @property
    @abstractmethod
    def question(self) -> RunsAsked:
        """What it asks."""

    @abstractmethod
    def judge(self, runs: Sequence[RunSeen]) -> TriggerEvent | None:
        """What the runs that there are mean; None: wait on."""

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask again and again; outside a triggerer, which asks for many at once."""
        while (event := self.judge(_ask(self.question))) is None:
            await asyncio.sleep(self.interval)
        yield event


class DagStateTrigger(RunsTrigger):
    """Fires when every one of the runs ``run_ids`` (or of those logical dates) is in one of ``states``.

    The event is ``(dotted path, arguments)`` as Airflow gives it, with each run's state under its id. It also fires
    when one does not exist, if ``ends_when_gone``.
    """

    def __init__(
        self,
        dag_id: str,
        states: Iterable[str] | None = None,
        logical_dates: Sequence[Any] | None = None,
        execution_dates: Sequence[Any] | None = None,
        run_ids: Sequence[str] | None = None,
        poll_interval: float = 5.0,
        ends_when_gone: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.dag_id = dag_id
        self.states = [str(state) for state in states or (RunState.SUCCESS, RunState.FAILED)]
        self.logical_dates = [moment(date) for date in logical_dates or execution_dates or ()]
        self.run_ids = list(run_ids or ())
        self.poll_interval = self.interval = poll_interval
        self.ends_when_gone = ends_when_gone

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The runs and states."""
        names = ("dag_id", "states", "logical_dates", "run_ids", "poll_interval", "ends_when_gone")
        return "headway.triggers.external_task.DagStateTrigger", {name: getattr(self, name) for name in names}

    @property
    def waits_for(self) -> str:
        """The runs."""
        shown = self.run_ids or [date.isoformat() for date in self.logical_dates]
        return f"DAG {self.dag_id}, run {', '.join(shown[:3])} in {' or '.join(self.states)}"

    @property
    def question(self) -> RunsAsked:
        """The runs."""
        return RunsAsked(self.dag_id, tuple(self.run_ids), tuple(self.logical_dates))

    def judge(self, runs: Sequence[RunSeen]) -> TriggerEvent | None:
        """Whether all of them are there, in one of the states."""
        reached = [run for run in runs if run.state in self.states]
        wanted = len(self.run_ids or self.logical_dates)
        if len(reached) < wanted and not (self.ends_when_gone and len(runs) < wanted):
            return None
        path, arguments = self.serialize()
        return TriggerEvent((path, {**arguments, **{run.run_id: run.state for run in reached}}))


class WorkflowTrigger(RunsTrigger):
    """Fires when tasks of another DAG, or its runs as a whole, are in one of ``allowed_states``, or ended otherwise.

    The event is a dictionary whose ``status`` is success, failed or skipped.
    """

    def __init__(
        self,
        external_dag_id: str,
        run_ids: Sequence[str] | None = None,
        logical_dates: Sequence[Any] | None = None,
        execution_dates: Sequence[Any] | None = None,
        external_task_ids: Sequence[str] | None = None,
        external_task_group_id: str | None = None,
        failed_states: Iterable[str] | None = None,
        skipped_states: Iterable[str] | None = None,
        allowed_states: Iterable[str] | None = None,
        poke_interval: float = 2.0,
        soft_fail: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.external_dag_id = external_dag_id
        self.run_ids = list(run_ids or ())
        self.logical_dates = [moment(date) for date in logical_dates or execution_dates or ()]
        self.external_task_ids = list(external_task_ids or ())
        self.external_task_group_id = external_task_group_id
        self.failed_states = [str(state) for state in failed_states or ()]
        self.skipped_states = [str(state) for state in skipped_states or ()]
        self.allowed_states = [str(state) for state in allowed_states or (TaskState.SUCCESS,)]
        self.poke_interval = self.interval = poke_interval
        self.soft_fail = soft_fail

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What it looks at, and which states mean what."""
        names = (
            "external_dag_id", "run_ids", "logical_dates", "external_task_ids", "external_task_group_id",
            "failed_states", "skipped_states", "allowed_states", "poke_interval", "soft_fail",
        )  # fmt: skip
        return "headway.triggers.external_task.WorkflowTrigger", {name: getattr(self, name) for name in names}

    @property
    def waits_for(self) -> str:
        """The tasks, or the run."""
        what = f"task {', '.join(self.external_task_ids[:3])}" if self.external_task_ids else "the run"
        shown = self.run_ids or [date.isoformat() for date in self.logical_dates]
        return f"{what} of DAG {self.external_dag_id}, {', '.join(shown[:3])}"

    @property
    def question(self) -> RunsAsked:
        """The runs and their tasks."""
        asked = tuple(self.run_ids), tuple(self.logical_dates), tuple(self.external_task_ids)
        return RunsAsked(self.external_dag_id, *asked)

    def judge(self, runs: Sequence[RunSeen]) -> TriggerEvent | None:
        """Failed goes first, then skipped; success needs all of them."""
        found = [self._states_of(run) for run in runs]
        seen = {state for states in found for state in states}
        for status, states in (("failed", self.failed_states), ("skipped", self.skipped_states)):
            if hit := sorted(seen.intersection(states)):
                return TriggerEvent({"status": status, "state": hit[0]})
        complete = [states for states in found if states and all(state in self.allowed_states for state in states)]
        wanted = len(set(self.run_ids)) or len(set(self.logical_dates))
        return TriggerEvent({"status": "success"}) if len(complete) == wanted else None

    def _states_of(self, run: RunSeen) -> list[str]:
        if not self.external_task_ids:
            return [run.state]
        there = {task_id for task_id, _, _ in run.tasks}
        return [state for _, _, state in run.tasks] if there >= set(self.external_task_ids) else []


def _ask(question: RunsAsked) -> Sequence[RunSeen]:
    found: Sequence[RunSeen] = current_runtime().dags.runs_of(question)
    return found
