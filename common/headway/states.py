"""The state machine: every state that a run or a task instance can be in, and every move between them.

Tests hold every statement that moves a task instance to ``TRANSITIONS``; ARCHITECTURE.md shows the same table.

A *try* is what ``retries`` counts. A *dispatch* is one publish of a task instance. A try has one
dispatch or several (published again after a loss, rescheduled, resumed, handed back).
"""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task instance stands; the values are what the metastore and the API show."""

    NONE = "none"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    UPSTREAM_FAILED = "upstream_failed"
    UP_FOR_RETRY = "up_for_retry"
    UP_FOR_RESCHEDULE = "up_for_reschedule"
    DEFERRED = "deferred"
    RESTARTING = "restarting"
    REMOVED = "removed"


class RunState(StrEnum):
    """Where a DAG run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


class Outcome(StrEnum):
    """How one claimed dispatch ended: the outcome of a ``task_attempt`` row."""

    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"
    RETRY = "retry"
    RESCHEDULED = "rescheduled"
    DEFERRED = "deferred"
    INTERRUPTED = "interrupted"
    LOST = "lost"


_S = TaskState

#: States in which a task instance needs nothing more in this run.
FINISHED: frozenset[TaskState] = frozenset({_S.SUCCESS, _S.FAILED, _S.SKIPPED, _S.UPSTREAM_FAILED, _S.REMOVED})
UNFINISHED: frozenset[TaskState] = frozenset(TaskState) - FINISHED
FINISHED_RUNS: frozenset[RunState] = frozenset({RunState.SUCCESS, RunState.FAILED})

#: States in which a task instance takes a pool slot and counts against every limit.
OCCUPYING: frozenset[TaskState] = frozenset({_S.QUEUED, _S.RUNNING, _S.RESTARTING})

#: States in which a task instance waits for a time, or for its trigger.
WAITING: frozenset[TaskState] = frozenset({_S.UP_FOR_RETRY, _S.UP_FOR_RESCHEDULE, _S.DEFERRED})

#: States from which the scheduler may queue a task instance.
READY: frozenset[TaskState] = frozenset({_S.NONE, _S.SCHEDULED, _S.UP_FOR_RETRY, _S.UP_FOR_RESCHEDULE, _S.DEFERRED})

_DECIDED = {_S.SKIPPED, _S.UPSTREAM_FAILED, _S.REMOVED}  # settled by the scheduler without running
_BY_HAND = {_S.SUCCESS, _S.FAILED, _S.SKIPPED}  # marked by a person
_WAITING = {_S.QUEUED, _S.SCHEDULED, _S.NONE} | _DECIDED | _BY_HAND

#: Allowed moves: from a state to the set of states that may follow it.
TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    _S.NONE: frozenset({_S.SCHEDULED, _S.QUEUED} | _DECIDED | _BY_HAND),
    _S.SCHEDULED: frozenset(_WAITING - {_S.SCHEDULED}),
    _S.QUEUED: frozenset({_S.RUNNING, _S.SCHEDULED, _S.NONE, _S.REMOVED} | _BY_HAND),
    _S.RUNNING: frozenset(
        {_S.UP_FOR_RETRY, _S.UP_FOR_RESCHEDULE, _S.DEFERRED, _S.SCHEDULED, _S.RESTARTING, _S.REMOVED} | _BY_HAND
    ),
    _S.UP_FOR_RETRY: frozenset(_WAITING),
    _S.UP_FOR_RESCHEDULE: frozenset(_WAITING),
    _S.DEFERRED: frozenset(_WAITING | {_S.UP_FOR_RETRY}),
    _S.RESTARTING: frozenset({_S.SCHEDULED, _S.REMOVED} | _BY_HAND),
    # Marked while it ran, then cleared before its worker had ended it: it waits for that end.
    _S.SUCCESS: frozenset({_S.NONE, _S.FAILED, _S.SKIPPED, _S.RESTARTING, _S.REMOVED}),
    _S.FAILED: frozenset({_S.NONE, _S.SUCCESS, _S.SKIPPED, _S.RESTARTING, _S.REMOVED}),
    _S.SKIPPED: frozenset({_S.NONE, _S.SUCCESS, _S.FAILED, _S.RESTARTING, _S.REMOVED}),
    _S.UPSTREAM_FAILED: frozenset({_S.NONE, _S.SUCCESS, _S.FAILED, _S.SKIPPED, _S.REMOVED}),
    _S.REMOVED: frozenset({_S.NONE}),
}


def may_move(current: TaskState, target: TaskState) -> bool:
    """Whether a task instance may go from ``current`` to ``target``."""
    return target in TRANSITIONS[current]


def sources(target: TaskState) -> frozenset[TaskState]:
    """Every state from which a task instance may come into ``target``."""
    return frozenset(state for state, targets in TRANSITIONS.items() if target in targets)
