"""What Celery is told: the Celery task ends as the task instance does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from celery.exceptions import Ignore, Retry

from headway.states import Outcome


class TaskFailedError(Exception):
    """A task instance failed; the message is the task's own error.

    It stands for the user's exception, which the parent must not unpickle: that would run user code there.
    """


@dataclass(frozen=True, slots=True)
class Report:
    """How an attempt ended, as JSON-able facts and the traceback to show (this process only)."""

    outcome: Outcome
    state: str
    ti: int
    try_number: int
    host: str
    error: str | None = None
    due: datetime | None = None
    traceback: TracebackType | None = None


def tell_celery(report: Report | None) -> dict[str, Any]:
    """Return or raise what makes Celery show the right end; None: the message was dropped."""
    if report is None:
        raise Ignore
    if report.outcome is Outcome.FAILED:
        raise TaskFailedError(report.error).with_traceback(report.traceback)
    if report.outcome is Outcome.RETRY:
        raise Retry(exc=TaskFailedError(report.error), when=report.due).with_traceback(report.traceback)
    return {"state": report.state, "ti": report.ti, "try": report.try_number, "host": report.host}
