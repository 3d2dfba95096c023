"""What a worker's child does with one claimed task instance::

    execution = Execution(dag, task, run, instance, runtime)
    result = execution.run()            # never raises for what the task did
    ... store result ...
    execution.run_callbacks(result)     # on_success_callback and its kin

``run`` is the chain: copy the task → render its templates → pre_execute → execute (or, of a task that was
deferred, go on) → post_execute → encode what it returned; ``outcomes`` turns whatever was raised on the way
into the result.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from headway.authoring.callbacks import run_callbacks, run_dag_callbacks, tell_listeners
from headway.authoring.context import build_context, use_context
from headway.authoring.context_variables import in_environment
from headway.authoring.deadlines import call_missed
from headway.authoring.deferral import deferral_of, from_the_start
from headway.authoring.exceptions import AirflowTaskTerminated, AirflowTaskTimeout, TaskDeferred
from headway.authoring.mapped_results import DEFAULT_MAX_LENGTH, check_complete
from headway.authoring.mapped_task import concrete
from headway.authoring.moments import now
from headway.authoring.outcomes import result_of_exception
from headway.authoring.results import NAME_KEY, RETURN_KEY, SKIP_KEY, TaskResult
from headway.authoring.runtime import use_runtime
from headway.authoring.templates import render_fields, render_value
from headway.authoring.timeouts import time_limit
from headway.authoring.xcom_codec import DEFAULT_MAX_BYTES, decode, encode
from headway.errors import XComError
from headway.states import Outcome, TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headway.authoring.deferral import Resumption
    from headway.authoring.runtime import InstanceFacts, RunFacts, TaskRuntime
    from headway.triggers.base import StartTriggerArgs

log = logging.getLogger("headway.task")

_AT_ONCE = timedelta(milliseconds=1)  # what is left of a time limit that is over

_STATES = {
    Outcome.SUCCESS: TaskState.SUCCESS,
    Outcome.SKIPPED: TaskState.SKIPPED,
    Outcome.FAILED: TaskState.FAILED,
    Outcome.RETRY: TaskState.UP_FOR_RETRY,
    Outcome.RESCHEDULED: TaskState.UP_FOR_RESCHEDULE,
    Outcome.DEFERRED: TaskState.DEFERRED,
}


class Execution:
    """One task instance, from the loaded DAG to its result. ``task`` is never changed: a copy runs."""

    def __init__(
        self,
        dag: Any,
        task: Any,
        run: RunFacts,
        instance: InstanceFacts,
        runtime: TaskRuntime,
        *,
        resumption: Resumption | None = None,
        xcom_max_bytes: int = DEFAULT_MAX_BYTES,
        max_map_length: int = DEFAULT_MAX_LENGTH,
    ) -> None:
        self.dag = dag
        self._given = task, {"xcom_max_bytes": xcom_max_bytes, "max_map_length": max_map_length}
        self.task = task.__copy__()
        self.run_facts = run
        self.instance = instance
        self.runtime = runtime
        self.resumption = resumption
        self._killed = False
        self.xcom_max_bytes = xcom_max_bytes
        self.context = build_context(
            dag, self.task, run, instance, runtime, xcom_max_bytes=xcom_max_bytes, max_map_length=max_map_length
        )

    def run(self) -> TaskResult:
        """Do the task's work and say how it ended.

        Nothing that the task's code raises comes through. ``AirflowTaskTerminated``, raised in the main
        thread by whoever wants the task to stop, makes the result INTERRUPTED after ``on_kill``.
        """
        with use_runtime(self.runtime), use_context(self.context), in_environment(self.context):
            try:
                result = self._outcome()
            except BaseException as error:  # noqa: BLE001  (also SystemExit and time-outs decide outcomes)
                if isinstance(error, (AirflowTaskTerminated, AirflowTaskTimeout)):
                    self.on_kill()
                result = result_of_exception(error, self.task, self.run_facts, self.instance)
            result = self._named(result)
        ti = self.context["ti"]
        ti.ended = now()
        ti.state = _STATES.get(result.outcome, ti.state)
        return result

    def going_on(self, resumption: Resumption) -> Execution:
        """The execution that follows this one, which has deferred."""
        task, limits = self._given
        following = Execution(
            self.dag, task, self.run_facts, self.instance, self.runtime, resumption=resumption, **limits
        )
        following.context["ti"].test_mode = self.context["ti"].test_mode
        return following

    def render(self) -> None:
        """Render the task's template fields and run nothing; raises what a template raises."""
        with use_runtime(self.runtime), use_context(self.context):
            self._prepare()

    def fields(self) -> dict[str, Any]:
        """The task's template fields as they stand: rendered, once it has run or was rendered."""
        return {name: getattr(self.task, name, None) for name in self.task.template_fields}

    def on_kill(self) -> None:
        """Have the task end what it started outside this process, once; errors are logged."""
        if self._killed:
            return
        self._killed = True
        try:
            self.task.on_kill()
        except Exception:
            log.exception("on_kill of task %r failed", self.task.task_id)

    def run_callbacks(self, result: TaskResult) -> None:
        """Call the task's callbacks that fit ``result``; their errors are logged, never raised."""
        with use_runtime(self.runtime), use_context(self.context):
            run_callbacks(self.task, self.context, result)
            tell_listeners(self.context, result)

    def run_dag_callbacks(self, *, success: bool, reason: str) -> None:
        """Call the DAG's callbacks for the end of its run, in this task's context; their errors are logged."""
        with use_runtime(self.runtime), use_context(self.context):
            run_dag_callbacks(self.dag, self.context, success=success, reason=reason)

    def run_deadline_callbacks(self, missed: Mapping[str, Any]) -> None:
        """Call what a missed deadline of the run asks for, in this task's context; errors are logged."""
        with use_runtime(self.runtime), use_context(self.context):
            call_missed(self.dag, self.context, missed)

    def _prepare(self) -> None:
        """Make the task of this map index, if it is a mapped one, and render its templates."""
        verbatim: frozenset[int] = frozenset()
        if self.task.mapping is not None:
            self.task, verbatim = concrete(self.task, self.context)
            self.context.replace_task(self.task)
        if render_fields(self.task, self.dag, self.context, verbatim=verbatim):
            self.runtime.keep_rendered(self.task)

    def _named(self, result: TaskResult) -> TaskResult:
        """The result with the name of this map index, which the task's own code may have had a part in."""
        template = self.task.map_index_template
        if self.instance.map_index < 0 or not template or result.outcome is Outcome.INTERRUPTED:
            return result
        try:
            name = str(render_value(template, self.dag, self.context))
        except Exception as error:  # noqa: BLE001  (a name is not worth a task's success)
            log.warning("map_index_template of task %r: %s", self.task.task_id, error)
            return result
        return replace(result, xcoms={**result.xcoms, NAME_KEY: self._encode(NAME_KEY, name)})

    def _outcome(self) -> TaskResult:
        try:
            return self._succeeded(self._perform())
        except TaskDeferred as request:
            deferral = deferral_of(request, self.task, self._elapsed())
        waits_for = f" ({deferral.label})" if deferral.label else ""
        log.info("Deferred to the trigger %s%s; the slot is given back", deferral.classpath, waits_for)
        return TaskResult(Outcome.DEFERRED, deferral=deferral)

    def _elapsed(self) -> float:
        """Seconds since the task instance began, all that it was deferred included."""
        before = self.resumption.elapsed if self.resumption else 0.0
        return before + max(0.0, (now() - self.instance.start_date).total_seconds())

    def time_left(self) -> timedelta | None:
        """What is left of ``execution_timeout``, which also counts while a task is deferred; None: no limit."""
        limit: timedelta | None = self.task.execution_timeout
        if limit is None or self.resumption is None:
            return limit
        left = limit - timedelta(seconds=self.resumption.elapsed)
        return max(left, _AT_ONCE)

    def _perform(self) -> Any:
        self._prepare()
        run_callbacks(self.task, self.context, None)
        tell_listeners(self.context, None)
        self.task.pre_execute(self.context)
        value = self._execute()
        self.task.post_execute(self.context, value)
        return value

    def _execute(self) -> Any:
        try:
            with time_limit(self.time_left(), f"task {self.task.task_id!r} ran longer than its execution_timeout of"):
                return self._begin() if self.resumption is None else self.resumption.carry_out(self.task, self.context)
        except SystemExit as leave:
            if leave.code in (None, 0):
                return None  # sys.exit() in a task's code means "done"
            raise

    def _begin(self) -> Any:
        if self.task.start_from_trigger and self.task.start_trigger_args is not None:
            raise from_the_start(self._start_args())
        return self.task.execute(self.context)

    def _start_args(self) -> StartTriggerArgs:
        args = self.task.start_trigger_args
        rendered = render_value(args.trigger_kwargs or {}, self.dag, self.context)
        made: StartTriggerArgs = replace(args, trigger_kwargs=rendered)
        return made

    def _succeeded(self, value: Any) -> TaskResult:
        ti = self.context["ti"]
        xcoms = dict(ti.outgoing)
        if self.task.do_xcom_push and value is not None:
            xcoms[RETURN_KEY] = self._encode(RETURN_KEY, value)
            ti.measure(RETURN_KEY, value)
            if self.task.multiple_outputs:
                xcoms |= self._outputs(value)
        check_complete(ti)
        decision = decode(xcoms[SKIP_KEY]) if SKIP_KEY in xcoms else None
        updates = self.context["outlet_events"].updates() if self.task.outlets else ()
        return TaskResult(Outcome.SUCCESS, xcoms, decision=decision, updates=updates, lengths=ti.lengths)

    def _outputs(self, value: Any) -> dict[str, str]:
        where = f"task {self.task.task_id!r} has multiple_outputs and"
        remedy = "return a dict whose keys are texts, or leave out multiple_outputs"
        if not isinstance(value, dict):
            raise XComError(f"{where} returned {type(value).__name__}", remedy)
        wrong = next((key for key in value if not isinstance(key, str)), None)
        if wrong is not None:
            raise XComError(f"{where} returned a dict with the key {wrong!r}", remedy)
        for key, item in value.items():
            self.context["ti"].measure(key, item)
        return {key: self._encode(key, item) for key, item in value.items()}

    def _encode(self, key: str, value: Any) -> str:
        return encode(value, task_id=self.task.task_id, key=key, max_bytes=self.xcom_max_bytes)
