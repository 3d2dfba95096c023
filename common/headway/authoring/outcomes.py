"""From what a task raised to how its attempt ends."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from headway.errors import HeadwayError
from headway.states import Outcome

if TYPE_CHECKING:
    from types import TracebackType

    from headway.authoring.runtime import InstanceFacts, RunFacts

log = logging.getLogger("headway.task")

_PACKAGE = str(Path(__file__).resolve().parents[1])
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
    result = _failed(describe(error), task, run, instance, final=isinstance(error, _FINAL))
    if isinstance(error, FileNotFoundError):
        hint_at_other_hosts(error, task, instance)
    return result


def _failed(error: TaskError, task: Any, run: RunFacts, instance: InstanceFacts, *, final: bool) -> TaskResult:
    log.error("Failed: %s%s", error, f"\n{error.traceback}" if error.traceback else "")
    if final or instance.try_number > instance.max_tries:
        return TaskResult(Outcome.FAILED, error=error)
    wait = retry_delay(
        task.retry_delay,
        instance.try_number,
        growth=task.retry_exponential_backoff,
        longest=task.max_retry_delay,
        seed=f"{run.dag_id}/{run.run_id}/{instance.task_id}/{instance.map_index}",
    )
    log.info("Try %d of %d; the next one starts in %g s", instance.try_number, instance.max_tries + 1, wait)
    return TaskResult(Outcome.RETRY, error=error, retry_after=wait)


def describe(error: BaseException) -> TaskError:
    """The class, the message and the part of the traceback that lies in the user's code.

    An error of Headway's own that was not raised through user code speaks for itself and has no
    traceback.
    """
    return TaskError(type(error).__name__, _message(error), _users_traceback(error), error)


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the task's code called sys.exit({error.code!r})"
    return str(error)


def _users_traceback(error: BaseException) -> str:
    users = from_users_code(error.__traceback__)
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
    """The traceback from its first frame outside this package on; None when there is none."""
    while step is not None and step.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        step = step.tb_next
    return step
