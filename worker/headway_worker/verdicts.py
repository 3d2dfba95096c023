"""From how a task ended to what the metastore is told."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from headway.authoring.results import TaskResult
from headway.metastore.queries.attempts import Result
from headway.metastore.queries.stop_reasons import RETRYING, SKIPPING, spoken
from headway.metastore.queries.task_reads import TryFacts
from headway.states import Outcome
from headway_worker.slots import Cause, Reading

_LONGEST_ERROR = 4_000


def of_result(result: TaskResult, *, now: datetime, reading: Reading, tries_left: bool = False) -> Result:
    """What a finished execution is worth; ``now`` is the metastore's time, ``reading`` the child's slot."""
    if result.outcome is Outcome.INTERRUPTED:
        return of_stop(reading, tries_left=tries_left)
    return Result(
        result.outcome,
        error=str(result.error) if result.error else None,
        due=_due(result, now),
        xcoms=dict(result.xcoms),
        lengths=dict(result.lengths),
        outlets=result.updates,
    )


def of_stop(reading: Reading, *, tries_left: bool) -> Result:
    """A task that ended because it was asked to: a drain hands it back, anything else ends it.

    Who asked may have wanted another try at once, if there is one left.
    """
    if reading.cause is Cause.DRAIN:
        return Result(Outcome.INTERRUPTED, error="the worker was drained; the task goes on elsewhere")
    if reading.reason.startswith(SKIPPING):
        return Result(Outcome.SKIPPED, error=f"stopped: {spoken(reading.reason)}")
    again = reading.reason.startswith(RETRYING) and tries_left
    error = f"stopped: {spoken(reading.reason) or 'by request'}"
    return Result(Outcome.RETRY if again else Outcome.FAILED, error=error)


def of_failure(error: str, facts: TryFacts) -> Result:
    """A failure that the task's own code could not report: tried again while tries remain."""
    after = facts.retry_after
    if after is None:
        return Result(Outcome.FAILED, error=error)
    return Result(Outcome.RETRY, error=error, due=facts.now + timedelta(seconds=after))


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a process: the signal that killed it (0: none), its exit status, its peak memory in bytes."""

    signal: int
    status: int
    peak_rss: int

    def describe(self) -> str:
        """For the log and the attempt's error."""
        peak = f"peak memory {self.peak_rss / 1_000_000:,.0f} MB"
        if not self.signal:
            return f"the task's process ended by itself with status {self.status} ({peak})"
        hint = "; SIGKILL usually comes from the kernel when memory runs out" if self.signal == signal.SIGKILL else ""
        return f"the task's process was killed by {_signal_name(self.signal)} ({peak}){hint}"


def of_death(death: Death, reading: Reading, facts: TryFacts) -> Result:
    """A child that died with its task; what we killed ourselves is told apart by its cause."""
    if reading.cause in (Cause.STOP, Cause.DRAIN):
        result = of_stop(reading, tries_left=facts.retry_after is not None)
    elif reading.cause is Cause.TIMEOUT:
        result = of_failure(f"{reading.reason}; the task did not end then and was killed", facts)
    else:
        result = of_failure(death.describe(), facts)
    return replace(result, exit_signal=death.signal or None, peak_rss=death.peak_rss, orphaned=True)


def of_callbacks(death: Death, reading: Reading, limit: float) -> str:
    """What the log says of a child that died with callbacks, behind the task's end; ``limit`` in seconds."""
    if reading.cause is Cause.TIMEOUT:
        limited = f"the callbacks ran longer than worker.callback_limit, {limit:g} s"
        return f"{limited}, and did not end then: they were killed with all their processes"
    if reading.cause is Cause.DRAIN:
        return "the callbacks were cut short: the worker was drained"
    return f"the callbacks were cut short: {death.describe()}"


def _due(result: TaskResult, now: datetime) -> datetime | None:
    if result.outcome is Outcome.RETRY:
        return now + timedelta(seconds=result.retry_after or 0.0)
    if result.deferral is not None:
        return now + result.deferral.timeout if result.deferral.timeout is not None else None
    return result.reschedule_at if result.outcome is Outcome.RESCHEDULED else None


def shown(error: str | None, mask: Callable[[str], str]) -> str | None:
    """An error as it is stored for everybody to see: without secrets, and cut only after that."""
    if error is None:
        return None
    clean = mask(error.replace("\0", "\ufffd"))
    return clean if len(clean) <= _LONGEST_ERROR else clean[:_LONGEST_ERROR] + " [...]"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
