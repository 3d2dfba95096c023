"""From what a task raised to how its attempt ends."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.authoring.context import context_in_use
from headway.authoring.exceptions import (
    AirflowFailException,
    AirflowRescheduleException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTerminated,
)
from headway.authoring.missing_files import hint_at_other_hosts
from headway.authoring.results import TaskError, TaskResult
from headway.authoring.retry import retry_delay
from headway.authoring.retry_policy import RetryAction, RetryDecision
from headway.errors import DagFileError, HeadwayError
from headway.states import Outcome

if TYPE_CHECKING:
    from types import TracebackType

    from headway.authoring.runtime import InstanceFacts, RunFacts

log = logging.getLogger("headway.task")

_PACKAGE = str(Path(__file__).resolve().parents[1])
_OURS = re.compile(
    r"headway(_worker|_scheduler|_triggerer|_web)?(\.|$)"
)  # names of modules; DAG files have names like ours
_MAX_TRACEBACK = 20_000
#: Failures that another try would not mend.
_FINAL = (AirflowFailException, AirflowSensorTimeout)


def result_of_exception(error: BaseException, task: Any, run: RunFacts, instance: InstanceFacts) -> TaskResult:
    """The result of an execution that ended by ``error``; failures are logged with the user's traceback."""
    match error:
        case AirflowSkipException():
            log.info("Skipped: %s", error.message or "the task has nothing to do")
            return TaskResult(Outcome.SKIPPED, error=describe(error))
        case AirflowRescheduleException():
            log.info("Runs again at %s", error.reschedule_date.isoformat())
            return TaskResult(Outcome.RESCHEDULED, reschedule_at=error.reschedule_date)
        case AirflowTaskTerminated():
            log.warning("Stopped from outside: %s", error)
            return TaskResult(Outcome.INTERRUPTED, error=describe(error))
    result = _failed(error, task, run, instance)
    if isinstance(error, FileNotFoundError):
        hint_at_other_hosts(error, task, instance)
    return result


def _failed(error: BaseException, task: Any, run: RunFacts, instance: InstanceFacts) -> TaskResult:
    described = describe(error)
    log.error("Failed: %s%s", described, f"\n{described.traceback}" if described.traceback else "")
    if isinstance(error, _FINAL) or instance.try_number > instance.max_tries:
        return TaskResult(Outcome.FAILED, error=described)
    decision = _decision(error, task, instance)
    if decision.action is RetryAction.FAIL:
        return TaskResult(Outcome.FAILED, error=described)
    wait = _wait(task, run, instance) if decision.retry_delay is None else decision.retry_delay.total_seconds()
    log.info("Try %d of %d; the next one starts in %g s", instance.try_number, instance.max_tries + 1, wait)
    return TaskResult(Outcome.RETRY, error=described, retry_after=wait)


def _decision(error: BaseException, task: Any, instance: InstanceFacts) -> RetryDecision:
    """What the task's policy says of the error; a policy that fails itself says nothing."""
    policy = task.retry_policy
    if policy is None:
        return RetryDecision.default()
    try:
        decision = policy.evaluate(error, instance.try_number, instance.max_tries, context_in_use())
    except Exception:
        log.exception("retry_policy of task %r failed; its retries and retry_delay decide", task.task_id)
        return RetryDecision.default()
    if not isinstance(decision, RetryDecision):
        log.error("retry_policy of task %r returned %r, no RetryDecision: it is ignored", task.task_id, decision)
        return RetryDecision.default()
    log.info("The retry policy says: %s%s", decision.action.value, f" ({decision.reason})" if decision.reason else "")
    return decision


def _wait(task: Any, run: RunFacts, instance: InstanceFacts) -> float:
    return retry_delay(
        task.retry_delay,
        instance.try_number,
        growth=task.retry_exponential_backoff,
        longest=task.max_retry_delay,
        seed=f"{run.dag_id}/{run.run_id}/{instance.task_id}/{instance.map_index}",
    )


def describe(error: BaseException) -> TaskError:
    """The class, the message and the part of the traceback that lies in the user's code.

    An error of Headway's own that was not raised through user code speaks for itself and has no
    traceback, but that of a DAG file has the one of the author's error.
    """
    return TaskError(type(error).__name__, _message(error), _users_traceback(error), error)


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the task's code called sys.exit({error.code!r})"
    return str(error)


def _users_traceback(error: BaseException) -> str:
    users = from_users_code(error.__traceback__)
    if users is None and isinstance(error, DagFileError) and error.__cause__ is not None:
        return _users_traceback(error.__cause__)
    if users is None and isinstance(error, HeadwayError):
        return ""
    shown = traceback.TracebackException(type(error), error, users or error.__traceback__)
    if isinstance(error, HeadwayError):  # it tells of what the user's line did, not of where we noticed
        while shown.stack[-1].filename.startswith(_PACKAGE):
            shown.stack.pop()
    text = "".join(shown.format()).rstrip()
    if len(text) <= _MAX_TRACEBACK:
        return text
    return text[: _MAX_TRACEBACK // 2] + "\n  [...]\n" + text[-_MAX_TRACEBACK // 2 :]


def from_users_code(step: TracebackType | None) -> TracebackType | None:
    """The traceback from its first frame outside Headway's packages on; None when there is none."""
    while step is not None and _OURS.match(step.tb_frame.f_globals.get("__name__") or ""):
        step = step.tb_next
    return step
