"""What task code raises to say how a task ended, under Airflow's names.

``execute.py`` maps each of them to an outcome. Those derived from ``BaseException`` pass through a
task's own ``except Exception``, which must not be able to swallow a time-out or a stop.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from headway.errors import HeadwayError

if TYPE_CHECKING:
    from datetime import datetime


class AirflowException(HeadwayError):
    """The task failed; it is tried again while tries remain."""

    def __init__(self, *args: object, remedy: str = "") -> None:
        super().__init__(str(args[0]) if args else "", remedy)
        self.args = args


class AirflowFailException(AirflowException):
    """The task failed and must not be tried again."""


class AirflowSkipException(AirflowException):
    """The task decided that it has nothing to do: it ends skipped."""


class AirflowSensorTimeout(AirflowException):
    """A sensor waited longer than its ``timeout``: failed, without another try."""


class AirflowNotFoundException(AirflowException):
    """A named thing (a connection, for instance) does not exist."""


class AirflowBadRequest(AirflowException):
    """A request that cannot be carried out as it was written."""


class DagRunAlreadyExists(AirflowBadRequest):
    """A run with this id or logical date exists already."""


class AirflowRescheduleException(AirflowException):
    """The task gives its slot back and wants to run again at ``reschedule_date`` (an aware datetime)."""

    def __init__(self, reschedule_date: datetime, validate: bool = True) -> None:
        super().__init__(f"run again at {reschedule_date.isoformat()}")
        if validate and reschedule_date.tzinfo is None:
            raise ValueError(f"reschedule_date needs a time zone, got {reschedule_date!r}")
        self.reschedule_date = reschedule_date


class AirflowTaskTimeout(BaseException):
    """``execution_timeout`` is over."""


class AirflowTaskTerminated(BaseException):
    """Somebody asked the running task to stop."""


class TaskDeferred(BaseException):
    """The task hands its waiting over to a trigger and gives its slot back.

    ``method_name`` is called with the trigger's event when it fires; ``timeout`` bounds the wait.
    """

    def __init__(
        self,
        *,
        trigger: Any,
        method_name: str,
        kwargs: dict[str, Any] | None = None,
        timeout: timedelta | float | None = None,
    ) -> None:
        super().__init__(f"deferred to {type(trigger).__name__}")
        self.trigger = trigger
        self.method_name = method_name
        self.kwargs = kwargs
        self.timeout = timedelta(seconds=timeout) if isinstance(timeout, int | float) else timeout


class TaskDeferralError(AirflowException):
    """The trigger that a deferred task waited for has failed."""


class TaskDeferralTimeout(AirflowException):
    """A deferred task waited longer than it was to."""


class XComNotFound(AirflowException):
    """A task needs an XCom that its upstream did not push."""


class TemplateError(HeadwayError):
    """A template field cannot be rendered; the message names task, field and line."""


class TemplateFaultError(Exception):
    """Why a template cannot be rendered, before it is known whose it is; ``place`` is like ``, line 3``."""

    def __init__(self, text: str, place: str, remedy: str) -> None:
        super().__init__(text)
        self.place = place
        self.remedy = remedy


class OutsideTaskError(HeadwayError):
    """Something that only a running task has was asked for elsewhere."""
