"""One message, from its arrival to its end: read → claim → load → run → finish → tell → callbacks."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from celery.exceptions import Reject

from headway.authoring.callbacks import anyone_hears
from headway.authoring.deferral import Resumption
from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.execute import Execution
from headway.authoring.outcomes import describe, from_users_code
from headway.authoring.results import TaskResult
from headway.authoring.scratch import remove_scratch
from headway.broker.bus import WAITS
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.messages import ASSETS, Dispatch, Finished, UnknownVersion, Wake
from headway.metastore.queries import task_reads
from headway.metastore.queries.attempts import STATE_AFTER, Claimed, Result
from headway.states import Outcome
from headway_worker import claims, verdicts
from headway_worker.child import deferrals
from headway_worker.child.child import Child
from headway_worker.child.facts import instance_facts, run_facts
from headway_worker.child.isolation import run_isolated
from headway_worker.child.results import Report
from headway_worker.child.runtime import MetastoreRuntime, runtime_of
from headway_worker.child.usage import Usage
from headway_worker.claims import Ending
from headway_worker.logs.log_files import LogName
from headway_worker.slots import Attempt, Cause, Phase, Reading
from headway_worker.store import GivenUpError

log = logging.getLogger("headway.task")

_UNKNOWN_VERSION_PAUSE = 1.0  # seconds: a message that nobody here understands must not spin


def execute(child: Child, body: dict[str, Any]) -> Report | None:
    """Do what one message asks for; None when it was stale and dropped.

    Raises Celery's ``Reject`` for a message that must go back: of a newer version, or while draining.
    """
    message = _read(body)
    if not child.await_lease():
        raise Reject("the worker drains", requeue=True)
    attempt = Attempt(message.ti, message.dispatch)
    try:
        claimed = _claim(child, attempt)
        return _Work(child, message, claimed, attempt).do() if claimed else None
    except GivenUpError:
        raise Reject("the worker drains", requeue=True) from None
    finally:
        child.slot.idle()


def _read(body: dict[str, Any]) -> Dispatch:
    try:
        return Dispatch.from_json(body)
    except (UnknownVersion, TypeError, KeyError) as error:
        log.warning("a message cannot be read (%s); the queue takes it back for a newer worker", error)
        time.sleep(_UNKNOWN_VERSION_PAUSE)
        raise Reject("not a message that this worker understands", requeue=True) from None


def _claim(child: Child, attempt: Attempt) -> Claimed | None:
    nonce = uuid4()
    child.slot.claiming(child.pid, attempt, nonce)
    table = child.node.table
    claimed = claims.claim(child.store, attempt, node=table.node, nonce=nonce, called_off=lambda: table.draining)
    if claimed:
        child.slot.enter(Phase.RUNNING)
    return claimed


class _Work:
    """A claimed attempt in its child."""

    def __init__(self, child: Child, message: Dispatch, claimed: Claimed, attempt: Attempt) -> None:
        self.child = child
        self.message = message
        self.claimed = claimed
        self.attempt = attempt
        self._claimed_at = time.monotonic()
        self._log = child.logs / str(LogName.of(attempt, claimed.started_at))
        self._execution: Execution | None = None
        self._usage = Usage.now()

    def do(self) -> Report:
        """Run the task here or in a process of its own, and store how it ended."""
        self.child.mark(self.attempt)
        self.child.capture.open(self._log)
        runtime = runtime_of(self.child, self.claimed)
        try:
            self._execution = self._load(runtime)
        except (Exception, SystemExit, AirflowTaskTerminated) as error:  # noqa: BLE001  (the author's file may raise anything)
            return self._end_without_task(error)
        if self._execution.task.isolation == "fork":
            return run_isolated(self.child, self._run, self._end_of_death)
        return self._run()

    def _load(self, runtime: MetastoreRuntime) -> Execution:
        dag, task = self.child.shelf.task(self.claimed, runtime)
        return Execution(
            dag,
            task,
            run_facts(self.claimed),
            instance_facts(self.claimed, self.child.node.hostname, self.child.node.settings.web.address),
            runtime,
            resumption=self._resumption(),
            xcom_max_bytes=self.child.node.settings.xcom.max_bytes,
            max_map_length=self.child.node.settings.dags.max_map_length,
        )

    def _run(self) -> Report:
        execution = self._execution
        assert execution is not None
        self._usage = Usage.now()  # anew: this may be a process of its own
        self._limit(execution.time_left())
        self.child.execution = execution
        outcome = contextvars.copy_context().run(_guarded, execution)
        self.child.execution = None
        reading = self._reading()
        self.child.slot.enter(Phase.FINISHING)
        result = verdicts.of_result(outcome, now=self._now(), reading=reading, tries_left=self._tries_left)
        if outcome.deferral is not None:
            result = deferrals.sealed(self.child, result, outcome.deferral)
        report = self._end(result)
        if outcome.error is not None:
            report = replace(report, traceback=from_users_code(outcome.error.exception.__traceback__))
        if anyone_hears(execution.task, outcome):
            self._run_callbacks(execution, outcome)
        return report

    def _resumption(self) -> Resumption | None:
        """How the task goes on, if it was deferred; None: it begins."""
        return deferrals.resumption(self.child, self.claimed) if self.claimed.was_deferred else None

    def _limit(self, timeout: timedelta | None) -> None:
        if timeout is not None:
            grace = self.child.node.settings.worker.kill_grace
            self.child.slot.kill_at = time.monotonic() + timeout.total_seconds() + grace

    def _end_without_task(self, error: BaseException) -> Report:
        """The task could not be loaded: its own retry policy, as the metastore knows it, decides."""
        reading = self._reading()
        self.child.slot.enter(Phase.FINISHING)
        self.child.shelf.forget()
        if isinstance(error, AirflowTaskTerminated):
            return self._end(verdicts.of_stop(reading, tries_left=self._tries_left))
        described = describe(error)
        trace = f"\n{described.traceback}" if described.traceback else ""
        log.error("The task could not be loaded: %s%s", described, trace)
        return self._end_of_failure(lambda facts: verdicts.of_failure(str(described), facts))

    def _end_of_death(self, death: verdicts.Death) -> Report:
        """The process that was forked for the task died."""
        reading = self._reading()
        self.child.slot.enter(Phase.FINISHING)
        self.child.capture.take_over(self._log)
        remove_scratch(self.child.node.marker, str(self.attempt))
        log.error("%s", death.describe())
        return self._end_of_failure(lambda facts: verdicts.of_death(death, reading, facts))

    def _end_of_failure(self, judge: Callable[[task_reads.TryFacts], Result]) -> Report:
        ti, dispatch = self.attempt.ti, self.attempt.dispatch
        facts = self.child.store.call(lambda conn: task_reads.try_facts(conn, ti=ti, dispatch=dispatch))
        result = judge(facts) if facts else Result(Outcome.FAILED, error="another attempt has taken its place")
        return self._end(result)

    def _end(self, result: Result) -> Report:
        """Close the log, store the result, tell the run's owner."""
        self.child.clear_up()
        usage = Usage.now()
        result = replace(
            result,
            error=verdicts.shown(result.error, self.child.capture.masker),
            log_bytes=self.child.capture.close(),
            peak_rss=result.peak_rss or usage.peak_rss,
            cpu_seconds=usage.cpu_seconds - self._usage.cpu_seconds,
            was_deferred=self.claimed.was_deferred,
        )
        ending = Ending(self.attempt, self.claimed.run, self.child.node.hostname, result)
        state = deliver(self.child, ending, self.message.reply_to)
        return Report(
            result.outcome,
            state or "refused",
            self.attempt.ti,
            self.claimed.try_number,
            self.child.node.name,
            result.error,
            result.due,
        )

    def _run_callbacks(self, execution: Execution, outcome: TaskResult) -> None:
        """Callbacks write to the same log, behind its end; they have no part in the task's state."""
        self.child.capture.open(self._log)
        try:
            with self.child.callbacks(self._log):
                contextvars.copy_context().run(execution.run_callbacks, outcome)
        except BaseException:  # the result is stored: nothing may change Celery's view of it
            log.exception("a callback was cut short")
        finally:
            self.child.clear_up()
            self.child.capture.close()

    def _reading(self) -> Reading:
        """The slot at the end of the task's code; never returns when that end is a fence's work.

        A fence kills what the task has started first, and this process last: what the task makes of that is no result.
        """
        reading = self.child.slot.read()
        while reading.cause is Cause.FENCE:
            signal.pause()
        return reading

    @property
    def _tries_left(self) -> bool:
        return self.claimed.try_number <= self.claimed.max_tries

    def _now(self) -> datetime:
        """The metastore's time: that of the claim, and how long ago that was."""
        return self.claimed.started_at + timedelta(seconds=time.monotonic() - self._claimed_at)


def _guarded(execution: Execution) -> TaskResult:
    try:
        return execution.run()
    except AirflowTaskTerminated:  # the request came a moment before or after the task's own code
        return TaskResult(Outcome.INTERRUPTED)


def deliver(child: Child, ending: Ending, reply_to: str) -> str | None:
    """Store an ending and tell the owner; one that the metastore cannot take now goes to the spool.

    Returns the state that it led to or will lead to; None when it was refused.
    """
    try:
        state = claims.finish(child.store, ending)
    except MetastoreUnavailable:
        child.spool.put(ending)
        return STATE_AFTER[ending.result.outcome]
    if state:
        _tell(child, Finished(ending.run, ending.attempt.ti, ending.attempt.dispatch, state), reply_to)
    if state and ending.result.wait:
        with contextlib.suppress(BrokerUnavailable):  # triggerers look by themselves, too
            child.bus.broadcast(WAITS, b"{}")
    if state and ending.result.outlets:
        _tell(child, Wake(ASSETS), reply_to)
    return state


def _tell(child: Child, event: Finished | Wake, reply_to: str) -> None:
    try:
        child.bus.send_event(reply_to, event.encode())
    except BrokerUnavailable as error:
        logging.getLogger(__name__).warning("%s; the scheduler finds the result at its next sweep", error.message)
