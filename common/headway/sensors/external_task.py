"""Waiting for tasks or runs of other DAGs, and marking what depends on a task from afar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.arguments import note_old_name
from headway.authoring.callables import call_with_context
from headway.authoring.current_file import fault
from headway.authoring.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from headway.authoring.other_dags import RunsAsked
from headway.authoring.runtime import current_runtime
from headway.authoring.values import moment
from headway.operators.empty import EmptyOperator
from headway.sensors.base import BaseSensorOperator
from headway.states import RunState, TaskState
from headway.triggers.external_task import WorkflowTrigger

#: Templates of the logical date itself.
_SAME_DATE = re.compile(r"\{\{\s*(ts|(logical_date|execution_date)(\.isoformat\(\))?)\s*\}\}")

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headway.authoring.context import Context
    from headway.authoring.other_dags import Outline, RunSeen
    from headway.triggers.base import BaseTrigger


class ExternalTaskFailedError(AirflowException):
    """What a sensor waits for has failed."""


class ExternalDagNotFoundError(AirflowFailException):
    """A sensor waits for a DAG that does not exist."""


class ExternalTaskNotFoundError(AirflowFailException):
    """A sensor waits for a task that does not exist."""


class ExternalTaskGroupNotFoundError(AirflowFailException):
    """A sensor waits for a group that does not exist."""


class ExternalTaskSensor(BaseSensorOperator):
    """Waits until tasks, a group or a whole run of another DAG are in one of ``allowed_states``.

    It looks at the run whose logical date is that of its own run, minus ``execution_delta``, or at the date
    or dates that ``execution_date_fn`` returns for it. Without a task or group it waits for the run itself.
    States in ``failed_states`` fail it, those in ``skipped_states`` end it skipped. ``check_existence`` makes
    it fail at once when the DAG has no such task. A mapped task counts when all of its instances do.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "external_dag_id", "external_task_id", "external_task_ids", "external_task_group_id",
    )  # fmt: skip
    ui_color = "#4db7db"

    def __init__(
        self,
        *,
        external_dag_id: str,
        external_task_id: str | None = None,
        external_task_ids: Any = None,
        external_task_group_id: str | None = None,
        allowed_states: Iterable[str] | None = None,
        skipped_states: Iterable[str] | None = None,
        failed_states: Iterable[str] | None = None,
        execution_delta: timedelta | None = None,
        execution_date_fn: Callable[..., Any] | None = None,
        check_existence: bool = False,
        poll_interval: float = 2.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.external_dag_id = external_dag_id
        self.external_task_id = external_task_id
        self.external_task_ids = external_task_ids
        self.external_task_group_id = external_task_group_id
        self.allowed_states = _states(allowed_states, [TaskState.SUCCESS])
        self.skipped_states = _states(skipped_states)
        self.failed_states = _states(failed_states)
        self.execution_delta = execution_delta
        self.execution_date_fn = execution_date_fn
        self.check_existence = check_existence
        self.poll_interval = poll_interval
        self._check()

    def poke(self, context: Context) -> bool:
        """Look at the other DAG once."""
        dates = self._dates(context)
        outline = self._outline()
        task_ids = self._task_ids(outline)
        shown = ", ".join(date.isoformat() for date in dates)
        self.log.info("Looking at DAG %s, %s for %s", self.external_dag_id, self._what(), shown)
        runs = current_runtime().dags.runs_of(
            RunsAsked(self.external_dag_id, logical_dates=tuple(dates), task_ids=tuple(task_ids or ()))
        )
        found = [self._states_of(run, task_ids) for run in runs]
        self._check_ends([state for states in found for state in states])
        complete = [states for states in found if states and all(state in self.allowed_states for state in states)]
        return len(complete) == len(set(dates))

    def make_trigger(self, context: Context) -> BaseTrigger | None:
        """Looks every ``poll_interval`` seconds; for a group that is not there yet only pokes can."""
        task_ids = self._task_ids(self._outline())
        if task_ids is not None and not task_ids:
            return None
        return WorkflowTrigger(
            self.external_dag_id,
            logical_dates=self._dates(context),
            external_task_ids=task_ids,
            allowed_states=self.allowed_states,
            failed_states=self.failed_states,
            skipped_states=self.skipped_states,
            poke_interval=self.poll_interval,
        )

    def execute_complete(self, context: Context, event: Any = None) -> None:
        """What the trigger has seen."""
        status = event["status"] if isinstance(event, dict) else "success"
        if status == "success":
            super().execute_complete(context, event)
        else:
            self._check_ends([event.get("state", status)])

    def _check(self) -> None:
        """Refuse arguments that contradict each other."""
        named = [self.external_task_id, self.external_task_ids, self.external_task_group_id]
        if sum(one is not None for one in named) > 1:
            raise self._fault(
                "more than one of external_task_id, external_task_ids and external_task_group_id is given",
                "keep one of them",
            )
        if self.execution_delta is not None and self.execution_date_fn is not None:
            raise self._fault("execution_delta and execution_date_fn are both given", "keep one of them")
        self._check_states([*self.allowed_states, *self.skipped_states, *self.failed_states])

    def _check_states(self, states: list[str]) -> None:
        if len(states) > len(set(states)):
            raise self._fault(
                "a state stands in two of allowed_states, skipped_states and failed_states", "name each state once"
            )
        of_tasks = any((self.external_task_id, self.external_task_ids, self.external_task_group_id))
        known = [str(state) for state in (TaskState if of_tasks else RunState)]
        unknown = [state for state in states if state not in known]
        if unknown:
            kind = "task" if of_tasks else "run"
            raise self._fault(f"{unknown[0]!r} is no state of a {kind}", "the states are " + ", ".join(known))

    def _fault(self, text: str, remedy: str) -> Exception:
        return fault(f"task {self.task_id!r}: {text}", remedy, self.place)

    def _what(self) -> str:
        if self.external_task_group_id:
            return f"group {self.external_task_group_id}"
        ids = self._wanted_ids()
        return "the run" if ids is None else f"task {', '.join(ids)}"

    def _wanted_ids(self) -> list[str] | None:
        if self.external_task_id:
            return [self.external_task_id]
        given = self.external_task_ids
        return list(dict.fromkeys([given] if isinstance(given, str) else given)) if given else None

    def _dates(self, context: Context) -> list[datetime]:
        run = context["dag_run"]
        own: datetime = run.logical_date or run.run_after
        if self.execution_delta is not None:
            return [own - self.execution_delta]
        if self.execution_date_fn is None:
            return [own]
        whole = context.copy()
        whole["context"] = context  # a second parameter of this name is what older files have
        found = call_with_context(self.execution_date_fn, (own,), {}, whole)
        try:
            return [moment(one) for one in (found if isinstance(found, (list, tuple, set)) else [found])]
        except ValueError as error:
            raise AirflowException(f"task {self.task_id!r}: execution_date_fn: {error}") from None

    def _outline(self) -> Outline | None:
        """What the other DAG consists of, if that matters; says at once what does not exist, if asked to."""
        if not self.check_existence and not self.external_task_group_id:
            return None
        outline: Outline | None = current_runtime().dags.outline(self.external_dag_id)
        if self.check_existence:
            self._check_existence(outline)
        return outline

    def _check_existence(self, outline: Outline | None) -> None:
        if outline is None:
            raise ExternalDagNotFoundError(f"there is no DAG {self.external_dag_id!r}")
        missing = [one for one in self._wanted_ids() or () if one not in outline.task_ids]
        if missing:
            raise ExternalTaskNotFoundError(f"DAG {self.external_dag_id!r} has no task {missing[0]!r}")
        group = self.external_task_group_id
        if group and group not in outline.groups:
            raise ExternalTaskGroupNotFoundError(f"DAG {self.external_dag_id!r} has no group {group!r}")

    def _task_ids(self, outline: Outline | None) -> list[str] | None:
        """The tasks to look at; None for the run itself."""
        if self.external_task_group_id:
            return list(outline.groups.get(self.external_task_group_id, ())) if outline else []
        return self._wanted_ids()

    def _states_of(self, run: RunSeen, task_ids: list[str] | None) -> list[str]:
        """The states that count in a run: its own, or those of all the tasks; empty while a task is missing."""
        if task_ids is None:
            return [run.state]
        there = {task_id for task_id, _, _ in run.tasks}
        return [state for _, _, state in run.tasks] if there >= set(task_ids) else []

    def _check_ends(self, states: list[str]) -> None:
        failed = [state for state in states if state in self.failed_states]
        if failed:
            text = f"{self._what()} of DAG {self.external_dag_id!r} is {failed[0]}"
            if self.soft_fail:
                raise AirflowSkipException(text)
            raise ExternalTaskFailedError(text)
        skipped = [state for state in states if state in self.skipped_states]
        if skipped:
            raise AirflowSkipException(f"{self._what()} of DAG {self.external_dag_id!r} is {skipped[0]}")


class ExternalTaskMarker(EmptyOperator):
    """Marks that a task of another DAG depends on this one: whoever clears this one clears that one, too.

    ``logical_date`` is a template for the logical date of the other run; ``recursion_depth`` says over how
    many markers a clear goes on.
    """

    template_fields: ClassVar[Sequence[str]] = ("external_dag_id", "external_task_id", "logical_date")
    ui_color = "#4db7db"

    def __init__(
        self,
        *,
        external_dag_id: str,
        external_task_id: str,
        logical_date: str | datetime | None = None,
        execution_date: str | datetime | None = None,
        recursion_depth: int = 10,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        given = logical_date if logical_date is not None else execution_date
        if execution_date is not None:
            note_old_name(self, "execution_date", "logical_date")
        self.external_dag_id = external_dag_id
        self.external_task_id = external_task_id
        self.logical_date = given.isoformat() if isinstance(given, datetime) else given
        self.recursion_depth = recursion_depth
        if recursion_depth <= 0:
            text = f"task {self.task_id!r}: recursion_depth: expected a whole number of at least 1"
            raise fault(text, "leave it out for 10", self.place)

    @property
    def marks(self) -> dict[str, Any]:
        """The task that it marks, as the DAG's structure holds it.

        Only a run of the same logical date can be found by those who clear: other dates are made by templates,
        which only a running task can render.
        """
        return {
            "dag_id": self.external_dag_id,
            "task_id": self.external_task_id,
            "same_date": self.logical_date is None or _SAME_DATE.fullmatch(self.logical_date.strip()) is not None,
            "depth": self.recursion_depth,
        }


def _states(given: Iterable[str] | None, default: Iterable[str] = ()) -> list[str]:
    chosen = default if given is None else [given] if isinstance(given, str) else given
    return [str(state) for state in chosen]
