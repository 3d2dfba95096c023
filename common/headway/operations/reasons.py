"""Why a task instance or a run does not go on: one short sentence each, from facts alone.

The order of the checks is the order in which Headway itself meets the obstacles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from headway.metastore.queries.holds import Hold
from headway.metastore.queries.pools import Pool
from headway.metastore.queries.run_list import Backfilling, Surroundings
from headway.metastore.queries.task_list import Instance
from headway.metastore.queries.triggers import Listed
from headway.states import FINISHED, TaskState

_SHOWN = 3  # names listed before "and n more"


class Run(Protocol):
    """What has to be known of a run."""

    @property
    def key(self) -> int:
        """Its key."""

    @property
    def run_id(self) -> str:
        """Its id."""

    @property
    def dag_id(self) -> str:
        """The DAG that it is a run of."""

    @property
    def state(self) -> str:
        """Where it stands."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides why something waits.

    ``unfinished`` and ``failed`` are the ids of the run's tasks that have not ended, or ended badly;
    ``unfinished_indexes`` those instances of mapped tasks, (task_id, map_index) each;
    ``tasks`` maps task ids to their structure; ``consumed`` are the queues with a live worker; ``waits`` are the
    triggers of deferred task instances by key, ``triggerers`` counts those that are up.
    """

    run: Run
    around: Surroundings
    tasks: Mapping[str, dict[str, Any]]
    unfinished: frozenset[str]
    failed: frozenset[str]
    unfinished_indexes: frozenset[tuple[str, int]] = frozenset()
    pools: Mapping[str, Pool] = field(default_factory=dict)
    consumed: frozenset[str] = frozenset()
    waits: Mapping[int, Listed] = field(default_factory=dict)
    triggerers: int = 0


def why_run_waits(run: Run, around: Surroundings) -> str:
    """Why a queued run has not started; empty for any other."""
    if run.state != "queued":
        return ""
    if held := why_held(run, "", around.holds):
        return held
    if around.is_paused:
        return _paused(run, around)
    if around.schedulers == 0:
        return _NO_SCHEDULER
    if around.backfill and run.key in around.backfill.queued:
        return _backfilled(around.backfill)
    if around.running >= around.max_active_runs:
        return f"{around.running} of {around.max_active_runs} runs of the DAG are running (max_active_runs)"
    return "about to start"


def _backfilled(backfill: Backfilling) -> str:
    if backfill.state == "paused":
        return f"its backfill is paused: headway backfill resume {backfill.id}"
    if backfill.running >= backfill.max_active_runs:
        return f"{backfill.running} of {backfill.max_active_runs} runs of backfill {backfill.id} are running"
    return "about to start"


def why_held(run: Run, task_id: str, holds: Iterable[Hold]) -> str:
    """Who holds a run, or a task in it, since when, why, and how it is released; empty when nobody does."""
    concerned = {(0, ""), (run.key, ""), (0, task_id), (run.key, task_id)}
    hold = next((each for each in holds if (each.run, each.task_id) in concerned), None)
    if hold is None:
        return ""
    of_run = f" {run.run_id}" if hold.run else ""
    if hold.task_id:
        what, release = "the task", f"headway tasks release {run.dag_id} {hold.task_id}{of_run}"
    else:
        what, release = ("the run", "headway runs") if hold.run else ("the DAG", "headway dags")
        release += f" release {run.dag_id}{of_run}"
    reason = f" (“{hold.reason}”)" if hold.reason else ""
    return f"{what} is held by {hold.actor} since {_moment(hold.held_at)}{reason}: {release}"


def _paused(run: Run, around: Surroundings) -> str:
    because = f" because {around.pause.reason}" if around.pause and around.pause.reason else ""
    return f"the DAG is paused{because}: headway dags unpause {run.dag_id}"


def why(instance: Instance, facts: Facts) -> str:
    """Why this task instance waits, or why it failed; empty when there is nothing to say."""
    explain = _EXPLAIN.get(TaskState(instance.state))
    return explain(instance, facts) if explain else ""


def _why_not_queued(instance: Instance, facts: Facts) -> str:
    return (
        why_run_waits(facts.run, facts.around)
        or _upstream(instance, facts)
        or why_held(facts.run, instance.task_id, facts.around.holds)
        or _system(facts)
        or _limits(instance, facts)
        or _queue(instance, facts.consumed)
        or _past(instance, facts)
        or "about to be queued"
    )


def _upstream(instance: Instance, facts: Facts) -> str:
    task = facts.tasks.get(instance.task_id, {})
    waits = [each for each in task.get("upstream", ()) if each in facts.unfinished and _holds(each, instance, facts)]
    return f"waits for {_names(waits)}" if waits else ""


def _holds(upstream: str, instance: Instance, facts: Facts) -> bool:
    """Whether an unfinished task keeps this instance back: in its own mapped group only the same index does."""
    mine, other = (facts.tasks.get(each, {}).get("mapped") for each in (instance.task_id, upstream))
    aligned = instance.map_index >= 0 and mine and other and mine["scope"] == other["scope"]
    return not aligned or (upstream, instance.map_index) in facts.unfinished_indexes


def _system(facts: Facts) -> str:
    if facts.around.is_paused:
        return _paused(facts.run, facts.around)
    return _NO_SCHEDULER if facts.around.schedulers == 0 else ""


def _limits(instance: Instance, facts: Facts) -> str:
    if never := _never_fits(instance, facts.pools):
        return never
    pool = facts.pools[instance.pool]
    if pool.slots >= 0 and pool.used + instance.pool_slots > pool.slots:
        return f"pool {pool.name!r} is full ({pool.used} of {pool.slots} slots)"
    around = facts.around
    if around.occupied >= around.max_active_tasks:
        return f"{around.occupied} of {around.max_active_tasks} tasks of the DAG are active (max_active_tasks)"
    return ""


def _never_fits(instance: Instance, pools: Mapping[str, Pool]) -> str:
    """Why the pool will not let it go, however many others end."""
    pool = pools.get(instance.pool)
    if pool is None:
        return f"pool {instance.pool!r} does not exist: headway pools set {instance.pool} SLOTS"
    if pool.slots == 0:
        return f"pool {pool.name!r} has no slots: headway pools set {pool.name} SLOTS"
    if 0 <= pool.slots < instance.pool_slots:
        return f"needs {instance.pool_slots} slots, pool {pool.name!r} has {pool.slots}"
    return ""


def _queue(instance: Instance, consumed: Collection[str]) -> str:
    if instance.queue in consumed:
        return ""
    return f"nobody consumes queue {instance.queue!r}: headway worker -Q {instance.queue}"


def _past(instance: Instance, facts: Facts) -> str:
    task = facts.tasks.get(instance.task_id, {})
    return "may wait for the run before this one (depends_on_past)" if task.get("depends_on_past") else ""


def _why_queued(instance: Instance, facts: Facts) -> str:
    return _queue(instance, facts.consumed) or f"waits for a free worker of queue {instance.queue!r}"


def _why_later(instance: Instance, facts: Facts) -> str:
    if instance.due is None:
        return _why_not_queued(instance, facts)
    if held := why_held(facts.run, instance.task_id, facts.around.holds):
        return held
    return _due(instance, instance.due)


def _due(instance: Instance, due: datetime) -> str:
    what = "retry" if instance.wait == "retry" else "next poke"
    error = f", after: {_first_line(instance.error)}" if instance.error else ""
    return f"{what} due at {_moment(due)}{error}"


def _why_deferred(instance: Instance, facts: Facts) -> str:
    wait = facts.waits.get(instance.ti)
    if wait is None:  # it is over
        return _why_not_queued(instance, facts)
    until = f", until {_moment(wait.due)} at most" if wait.due else ""
    what = f"{wait.classpath.rpartition('.')[2]}{f' ({wait.label})' if wait.label else ''}{until}"
    if wait.triggerer:
        return f"waits for its trigger {what}, in {wait.triggerer}"
    if not facts.triggerers:
        return f"no triggerer is running, and it waits for its trigger {what}: headway triggerer"
    return f"waits for a triggerer to take up its trigger {what}"


def _why_running(instance: Instance, _facts: Facts | None) -> str:
    return f"asked to stop: {instance.stop}" if instance.stop else ""


def _why_restarting(_instance: Instance, _facts: Facts | None) -> str:
    return "cleared while it ran: its worker has to end it first"


def _why_failed(instance: Instance, _facts: Facts | None) -> str:
    return _first_line(instance.error)


def _why_upstream_failed(instance: Instance, facts: Facts) -> str:
    task = facts.tasks.get(instance.task_id, {})
    return f"upstream failed: {_names([each for each in task.get('upstream', ()) if each in facts.failed])}"


_EXPLAIN: dict[TaskState, Callable[[Instance, Facts], str]] = {
    TaskState.NONE: _why_not_queued,
    TaskState.SCHEDULED: _why_not_queued,
    TaskState.QUEUED: _why_queued,
    TaskState.RUNNING: _why_running,
    TaskState.RESTARTING: _why_restarting,
    TaskState.DEFERRED: _why_deferred,
    TaskState.UP_FOR_RETRY: _why_later,
    TaskState.UP_FOR_RESCHEDULE: _why_later,
    TaskState.FAILED: _why_failed,
    TaskState.UPSTREAM_FAILED: _why_upstream_failed,
}

_BY_ITSELF = {
    TaskState.RUNNING: _why_running,
    TaskState.RESTARTING: _why_restarting,
    TaskState.FAILED: _why_failed,
}


def why_by_itself(instance: Instance) -> str | None:
    """The same without any facts; None where only those would tell."""
    state = TaskState(instance.state)
    if explain := _BY_ITSELF.get(state):
        return explain(instance, None)
    return None if state in _EXPLAIN else ""


_NO_SCHEDULER = "no scheduler is running: headway scheduler"


def unfinished_tasks(instances: list[Instance]) -> frozenset[str]:
    """The ids of the tasks of which an instance has not ended."""
    return frozenset(each.task_id for each in instances if TaskState(each.state) not in FINISHED)


def unfinished_indexes(instances: list[Instance]) -> frozenset[tuple[str, int]]:
    """The instances of mapped tasks that have not ended."""
    return frozenset(
        (each.task_id, each.map_index)
        for each in instances
        if each.map_index >= 0 and TaskState(each.state) not in FINISHED
    )


def failed_tasks(instances: list[Instance]) -> frozenset[str]:
    """The ids of the tasks of which an instance ended badly."""
    bad = (TaskState.FAILED, TaskState.UPSTREAM_FAILED)
    return frozenset(each.task_id for each in instances if each.state in bad)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _names(task_ids: list[str]) -> str:
    shown = ", ".join(task_ids[:_SHOWN])
    more = len(task_ids) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _first_line(text: str | None) -> str:
    lines = (text or "").strip().splitlines()
    return lines[0] if lines else ""
