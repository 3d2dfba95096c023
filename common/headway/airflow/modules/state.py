"""What ``airflow.utils.state`` offers: the states by their names."""

from __future__ import annotations

from typing import ClassVar

from headway.states import RunState, TaskState

__all__ = ["DagRunState", "JobState", "State", "TaskInstanceState"]

DagRunState = RunState
TaskInstanceState = TaskState


class JobState:
    """The states of a process of Airflow's own, by their names."""

    RUNNING = "running"
    SUCCESS = "success"
    RESTARTING = "restarting"
    FAILED = "failed"


class State:
    """Every state of a run or a task instance by its name."""

    NONE = None
    REMOVED = TaskState.REMOVED
    SCHEDULED = TaskState.SCHEDULED
    QUEUED = TaskState.QUEUED
    RUNNING = TaskState.RUNNING
    SUCCESS = TaskState.SUCCESS
    FAILED = TaskState.FAILED
    RESTARTING = TaskState.RESTARTING
    SHUTDOWN = "shutdown"
    UP_FOR_RETRY = TaskState.UP_FOR_RETRY
    UP_FOR_RESCHEDULE = TaskState.UP_FOR_RESCHEDULE
    UPSTREAM_FAILED = TaskState.UPSTREAM_FAILED
    SKIPPED = TaskState.SKIPPED
    DEFERRED = TaskState.DEFERRED
    SENSING = "sensing"

    task_states: ClassVar[tuple[str | None, ...]] = (None, *(state for state in TaskState if state != TaskState.NONE))
    dag_states: ClassVar[tuple[str, ...]] = (RunState.QUEUED, RunState.SUCCESS, RunState.RUNNING, RunState.FAILED)
    success_states: ClassVar[frozenset[str]] = frozenset({TaskState.SUCCESS, TaskState.SKIPPED})
    failed_states: ClassVar[frozenset[str]] = frozenset({TaskState.FAILED, TaskState.UPSTREAM_FAILED})
    finished: ClassVar[frozenset[str]] = success_states | failed_states | {TaskState.REMOVED}
    unfinished: ClassVar[frozenset[str | None]] = frozenset(task_states) - finished
    running: ClassVar[frozenset[str]] = frozenset({TaskState.RUNNING, TaskState.DEFERRED})
