"""The engine's memory: the DAGs that this scheduler owns, their active runs, what is ready, what is taken.

``Book.move`` is the only way in which a task instance changes its state here, so that every limit's
counter is right by construction. Not shared between threads.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from headway.flow.blueprint import Task
from headway.flow.run_memory import RunMemory
from headway.metastore.queries.scheduling import ActiveRun, DagFacts
from headway.states import OCCUPYING, RunState, TaskState
from headway_scheduler.lanes import Lanes


@dataclass(slots=True)
class DagMemory:
    """A DAG with active runs: its limits, its running runs by key, and its runs that wait to start.

    Those of each backfill (None: the live runs) wait in a line of their own, for each has a limit of its own.
    """

    facts: DagFacts
    running: dict[int, RunMemory] = field(default_factory=dict)
    waiting: dict[int | None, deque[ActiveRun]] = field(default_factory=dict)

    def next_waiting(self) -> ActiveRun | None:
        """Take the next run that may start off its line."""
        if self.facts.is_paused:
            return None
        running = Counter(run.backfill for run in self.running.values())
        for backfill, line in self.waiting.items():
            if line and running[backfill] < (self.facts.max_active_runs if backfill is None else line[0].backfill_room):
                return line.popleft()
        return None


class Usage:
    """How much of each limit queued and running task instances take: counters, cached from their states.

    Keys of ``tasks`` are (dag_id, task_id), of ``tasks_in_run`` (run key, task_id); ``pools`` counts slots.
    ``deferred`` counts the slots of deferred ones by pool; they are in use in the pools ``kept_by_deferred``.
    ``backfills`` is what runs of backfills take of it, by kind of limit and name.
    """

    def __init__(self) -> None:
        self.total = 0
        self.dags: Counter[str] = Counter()
        self.pools: Counter[str] = Counter()
        self.deferred: Counter[str] = Counter()
        self.kept_by_deferred: set[str] = set()
        self.queues: Counter[str] = Counter()
        self.tasks: Counter[tuple[str, str]] = Counter()
        self.tasks_in_run: Counter[tuple[int, str]] = Counter()
        self.backfills: Counter[tuple[str, str]] = Counter()

    def change(self, run: RunMemory, slot: int, step: int) -> None:
        """One task instance more (+1) or less (-1) occupies its limits."""
        task = run.task(slot)
        dag_id = run.blueprint.dag_id
        self.total += step
        self.dags[dag_id] += step
        self.pools[task.pool] += step * task.pool_slots
        self.queues[task.queue] += step
        if task.per_dag is not None:
            self.tasks[dag_id, task.task_id] += step
        if task.per_run is not None:
            self.tasks_in_run[run.key, task.task_id] += step
        if run.backfill is not None:
            for limit, name, slots in limits_of(run, task):
                self.backfills[limit, name] += step * slots

    def change_deferred(self, run: RunMemory, slot: int, step: int) -> None:
        """One deferred task instance more or less."""
        task = run.task(slot)
        self.deferred[task.pool] += step * task.pool_slots

    def slots_of(self, pool: str) -> int:
        """The slots of a pool that are in use."""
        return self.pools[pool] + (self.deferred[pool] if pool in self.kept_by_deferred else 0)


def limits_of(run: RunMemory, task: Task) -> Iterator[tuple[str, str, int]]:
    """(kind, name, slots) of each limit that backfills share with live runs, and what a task takes of it."""
    yield "queue", task.queue, 1
    yield "pool", task.pool, task.pool_slots
    yield "dag", run.blueprint.dag_id, 1


class Book:
    """Everything that the engine knows."""

    def __init__(self) -> None:
        self.dags: dict[str, DagMemory] = {}
        self.runs: dict[int, RunMemory] = {}
        self.lanes = Lanes()
        self.usage = Usage()
        self.stale: set[int] = set()  # runs whose memory must be rebuilt
        self._known_waiting: set[int] = set()
        self.forget_news()

    @property
    def waiting_runs(self) -> int:
        """Queued runs that wait to be started."""
        return len(self._known_waiting)

    @property
    def has_news(self) -> bool:
        """Whether anything has changed that people may want to see."""
        return bool(self.changed or self.ended or self.new_waiting)

    def forget_news(self) -> None:
        """All of it was told."""
        self.changed: set[int] = set()
        self.ended: list[tuple[RunMemory, RunState]] = []
        self.new_waiting: list[ActiveRun] = []

    def add(self, run: RunMemory) -> None:
        """Take a running run into memory."""
        self.runs[run.key] = run
        self.dags[run.blueprint.dag_id].running[run.key] = run
        self.changed.add(run.key)
        self._count(run, +1)

    def drop(self, key: int) -> None:
        """Forget a run, what it occupied and what was ready in it."""
        run = self.runs.pop(key, None)
        self.stale.discard(key)
        if run is None:
            return
        self.lanes.drop_run(key)
        self.dags[run.blueprint.dag_id].running.pop(key, None)
        self._count(run, -1)

    def end(self, run: RunMemory, state: RunState) -> None:
        """Forget a run that has come to its end."""
        self.ended.append((run, state))
        self.drop(run.key)

    def set_waiting(self, runs: list[ActiveRun]) -> None:
        """These runs, and no others, wait to be started; held ones stand in no line."""
        for dag in self.dags.values():
            dag.waiting = {}
        for run in runs:
            dag = self.dags[run.dag_id]
            if not dag.facts.is_held(run.key):
                dag.waiting.setdefault(run.backfill, deque()).append(run)
            if run.key not in self._known_waiting:
                self.new_waiting.append(run)
        self._known_waiting = {run.key for run in runs}

    def has(self, run: RunMemory) -> bool:
        """Whether this is still the memory of its run, and not one that was dropped or rebuilt."""
        return self.runs.get(run.key) is run

    def is_held(self, run: RunMemory, slot: int) -> bool:
        """Whether a person has said that the task instance must not start."""
        facts = self.dags[run.blueprint.dag_id].facts
        return bool(facts.holds) and facts.is_held(run.key, run.task(slot).task_id)

    def move(self, run: RunMemory, slot: int, state: TaskState) -> None:
        """Record a task instance's new state."""
        old = run.state(slot)
        before, after = old in OCCUPYING, state in OCCUPYING
        run.set_state(slot, state)
        self.changed.add(run.key)
        if before != after:
            self.usage.change(run, slot, +1 if after else -1)
        if (old is TaskState.DEFERRED) != (state is TaskState.DEFERRED):
            self.usage.change_deferred(run, slot, +1 if state is TaskState.DEFERRED else -1)

    def _count(self, run: RunMemory, step: int) -> None:
        for slot in run.slots_in(*OCCUPYING):
            self.usage.change(run, slot, step)
        for slot in run.slots_in(TaskState.DEFERRED):
            self.usage.change_deferred(run, slot, step)

    def versions(self, runs: set[int]) -> list[tuple[int, int]]:
        """(key, version) of some runs, by key: the fence of a write."""
        return [(key, self.runs[key].version) for key in sorted(runs)]
