"""``TriggerDagRunOperator``: starts a run of another DAG, and waits for its end if told to."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.arguments import note_old_name
from headway.authoring.current_file import fault, notice
from headway.authoring.defaults import defaults
from headway.authoring.exceptions import (
    AirflowException,
    AirflowSkipException,
    DagRunAlreadyExists,
)
from headway.authoring.operator import BaseOperator
from headway.authoring.runtime import current_runtime
from headway.authoring.values import duration, moment
from headway.states import RunState
from headway.triggers.external_task import DagStateTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from headway.authoring.context import Context
    from headway.authoring.other_dags import StartedRun

log = logging.getLogger("headway.task")

#: Where the operator leaves the run that it started; a waiting task finds it again there.
RUN_ID_KEY = "trigger_run_id"
DATE_KEYS = ("trigger_logical_date_iso", "trigger_execution_date_iso")


class DagRunOrder:
    """What Airflow 1.10 handed to ``python_callable``: set its ``payload`` and return it, or return None."""

    def __init__(self, run_id: str | None = None, payload: Any = None) -> None:
        self.run_id = run_id
        self.payload = payload


class TriggerDagRunOperator(BaseOperator):
    """Starts a run of the DAG ``trigger_dag_id`` with ``conf``; one run a try, also when its host is lost.

    ``logical_date`` is now unless given, ``trigger_run_id`` is made from it. A run that has the id or date
    already is an error, unless ``reset_dag_run`` runs it again or ``skip_when_already_exists`` skips this
    task. With ``wait_for_completion`` the task looks every ``poke_interval`` seconds until the run is in one
    of ``allowed_states``; one of ``failed_states`` fails it. It keeps its slot meanwhile, unless
    ``deferrable``: then a trigger waits.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "trigger_dag_id", "trigger_run_id", "logical_date", "conf", "wait_for_completion", "skip_when_already_exists",
    )  # fmt: skip
    template_fields_renderers: ClassVar[dict[str, str]] = {"conf": "py"}
    ui_color = "#ffefeb"

    def __init__(
        self,
        *,
        trigger_dag_id: str,
        trigger_run_id: str | None = None,
        conf: Any = None,
        logical_date: str | datetime | None = None,
        execution_date: str | datetime | None = None,
        reset_dag_run: bool = False,
        wait_for_completion: bool = False,
        poke_interval: float | timedelta = 60,
        allowed_states: Iterable[str] | None = None,
        failed_states: Iterable[str] | None = None,
        skip_when_already_exists: bool = False,
        fail_when_dag_is_paused: bool = False,
        deferrable: bool | None = None,
        python_callable: Callable[[Any, Any], Any] | None = None,
        note: str | None = None,
        run_after: Any = None,
        openlineage_inject_parent_info: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.trigger_dag_id = trigger_dag_id
        self.trigger_run_id = trigger_run_id
        self.conf = conf
        self.logical_date = _as_text(logical_date if logical_date is not None else execution_date)
        self.reset_dag_run = reset_dag_run
        self.wait_for_completion = wait_for_completion
        self.poke_interval = self._seconds(poke_interval)
        self.allowed_states = self._states(allowed_states, RunState.SUCCESS)
        self.failed_states = self._states(failed_states, RunState.FAILED)
        self.skip_when_already_exists = skip_when_already_exists
        self.fail_when_dag_is_paused = fail_when_dag_is_paused
        self.deferrable = defaults().deferrable if deferrable is None else deferrable
        self.python_callable = python_callable
        if execution_date is not None:
            note_old_name(self, "execution_date", "logical_date")
        for name, value in (("note", note), ("run_after", run_after)):
            if value is not None:
                self.notices.append(notice(f"task {self.task_id!r}: {name} has no effect here", self.place))

    def execute(self, context: Context) -> None:
        """Start the run, unless an earlier dispatch of this try has; then wait, if told to."""
        run_id = context["ti"].xcom_pull(task_ids=self.task_id, key=RUN_ID_KEY, map_indexes=context["ti"].map_index)
        if run_id is None:
            run_id = self._start(context)
        if self.wait_for_completion:
            self._wait(run_id)

    def _start(self, context: Context) -> str:
        order = self._order(context)
        if self.fail_when_dag_is_paused:
            self._refuse_paused()
        started: StartedRun = current_runtime().dags.trigger(
            self.trigger_dag_id, run_id=order.run_id, logical_date=self._date(), conf=self._checked_conf(order.payload)
        )
        if not started.is_own:
            self._take_existing(started)
        ti = context["ti"]
        for key in DATE_KEYS:
            ti.xcom_push(key=key, value=started.logical_date.isoformat())
        ti.xcom_push(key=RUN_ID_KEY, value=started.run_id)
        log.info("Run %s of DAG %s is on its way", started.run_id, self.trigger_dag_id)
        return started.run_id

    def _order(self, context: Context) -> DagRunOrder:
        order = DagRunOrder(self.trigger_run_id or None, self.conf)
        if self.python_callable is None:
            return order
        answer = self.python_callable(context, order)
        if answer is None:
            raise AirflowSkipException("python_callable returned nothing: no run is started")
        return answer if isinstance(answer, DagRunOrder) else order

    def _checked_conf(self, conf: Any) -> dict[str, Any]:
        if isinstance(conf, str):
            with contextlib.suppress(ValueError):
                conf = json.loads(conf.strip() or "{}")
        if conf is None or isinstance(conf, dict):
            return conf or {}
        raise AirflowException(
            f"task {self.task_id!r}: conf: expected a dictionary or its JSON text, got {conf!r:.200}",
            remedy="""give one such as {"name": "value"}""",
        )

    def _date(self) -> datetime | None:
        if not self.logical_date:
            return None
        try:
            return moment(self.logical_date)
        except ValueError as error:
            raise AirflowException(f"task {self.task_id!r}: logical_date: {error}") from None

    def _refuse_paused(self) -> None:
        outline = current_runtime().dags.outline(self.trigger_dag_id)
        if outline is not None and outline.is_paused:
            raise AirflowException(
                f"DAG {self.trigger_dag_id!r} is paused", remedy=f"`headway dags unpause {self.trigger_dag_id}`"
            )

    def _take_existing(self, run: StartedRun) -> None:
        """Another's run stands where the new one should be."""
        if self.reset_dag_run:
            log.info("Run %s of DAG %s exists and is run again", run.run_id, self.trigger_dag_id)
            current_runtime().dags.reset(self.trigger_dag_id, run.run_id)
            return
        text = f"DAG {self.trigger_dag_id!r} has the run {run.run_id!r} already"
        if self.skip_when_already_exists:
            raise AirflowSkipException(text)
        raise DagRunAlreadyExists(text, remedy="choose another trigger_run_id or logical_date, or set reset_dag_run")

    def execute_complete(self, context: Context, event: Any) -> None:
        """The trigger has seen the run's end."""
        (run_id,) = event[1]["run_ids"]
        if not self._has_ended(run_id, event[1].get(run_id)):
            self._wait(run_id)

    def _wait(self, run_id: str) -> None:
        while not self._has_ended(run_id, current_runtime().dags.run_state(self.trigger_dag_id, run_id)):
            if self.deferrable:
                self.defer(trigger=self._trigger(run_id), method_name="execute_complete")
            time.sleep(self.poke_interval)

    def _has_ended(self, run_id: str, state: str | None) -> bool:
        log.info("Run %s of DAG %s is %s", run_id, self.trigger_dag_id, state or "gone")
        if state in self.allowed_states:
            return True
        if state is None or state in self.failed_states:
            raise AirflowException(f"run {run_id!r} of DAG {self.trigger_dag_id!r} is {state or 'gone'}")
        return False

    def _trigger(self, run_id: str) -> DagStateTrigger:
        return DagStateTrigger(
            self.trigger_dag_id,
            states=[*self.allowed_states, *self.failed_states],
            run_ids=[run_id],
            poll_interval=self.poke_interval,
            ends_when_gone=True,
        )

    def _seconds(self, value: Any) -> float:
        try:
            return duration(value).total_seconds()
        except ValueError as error:
            raise fault(f"task {self.task_id!r}: poke_interval: {error}", "give seconds", self.place) from None

    def _states(self, given: Iterable[str] | None, default: RunState) -> list[str]:
        chosen = [default] if given is None else list(given)
        unknown = [state for state in chosen if state not in set(RunState)]
        if unknown:
            text = f"task {self.task_id!r}: {unknown[0]!r} is no state of a run"
            raise fault(text, "the states are " + ", ".join(RunState), self.place)
        return [str(state) for state in chosen]


def _as_text(moment: str | datetime | None) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment
