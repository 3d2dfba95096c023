"""A DAG version compiled for speed: tasks by position, edges as lists of positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from headway.flow.lengths import Spec, sources
from headway.flow.rules import RULES

#: Kinds of tasks that may skip others: what they decided is an XCom under this key.
DECIDING_KINDS = frozenset({"branch", "short_circuit"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a mapped task gets its instances.

    Tasks of one ``scope`` (a mapped task, or the mapped group around it) have as many, and those of equal map
    index belong together. ``over`` says how many (see ``headway.flow.lengths``).
    """

    scope: str
    over: Spec


@dataclass(slots=True)
class Task:
    """One task of a version; ``position`` is its place in definition order.

    Of ``upstream`` and ``downstream``, ``beside_up`` and ``beside_down`` are those of the same mapped scope,
    ``beyond_down`` the others. ``measured_by`` are the mapped tasks further away that need the length of
    this one's result.
    """

    position: int
    task_id: str
    rule: str
    kind: str
    queue: str
    pool: str
    pool_slots: int
    priority: int
    depends_on_past: bool
    wait_for_downstream: bool
    per_dag: int | None
    per_run: int | None
    is_setup: bool
    is_teardown: bool
    fails_run: bool
    mapping: Mapping | None = None
    upstream: list[int] = field(default_factory=list)
    downstream: list[int] = field(default_factory=list)
    beside_up: list[int] = field(default_factory=list)
    beside_down: list[int] = field(default_factory=list)
    beyond_down: list[int] = field(default_factory=list)
    measured_by: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Blueprint:
    """All tasks of a version, and which of them decide a run's end state.

    ``timeout`` is the seconds that a run may last; ``callbacks`` names those that the DAG has; after
    ``most_failures`` failed runs in a row (0: any number) it is paused.
    """

    dag_id: str
    file: str
    tasks: list[Task]
    position: dict[str, int]
    roots: list[int]
    deciding_leaves: list[int]
    fail_fast: bool
    timeout: float | None = None
    callbacks: frozenset[str] = frozenset()
    most_failures: int = 0


def compile_blueprint(structure: dict[str, Any], file: str) -> Blueprint:
    """Compile what the authoring layer described; raises ``KeyError`` for what this code does not know."""
    position = {spec["task_id"]: number for number, spec in enumerate(structure["tasks"])}
    tasks = [_task(number, spec) for number, spec in enumerate(structure["tasks"])]
    for task, spec in zip(tasks, structure["tasks"], strict=True):
        task.upstream = [position[task_id] for task_id in spec["upstream"]]
        for above in task.upstream:
            tasks[above].downstream.append(task.position)
    for task in tasks:
        _sort_neighbours(task, tasks)
    _tell_sources(tasks, position)
    return Blueprint(
        dag_id=structure["dag_id"],
        file=file,
        tasks=tasks,
        position=position,
        roots=[task.position for task in tasks if not task.upstream],
        deciding_leaves=_deciding_leaves(tasks),
        fail_fast=bool(structure.get("fail_fast")),
        timeout=structure.get("dagrun_timeout"),
        callbacks=frozenset(structure.get("has_callbacks", ())),
        most_failures=structure.get("max_consecutive_failed_dag_runs") or 0,
    )


def _sort_neighbours(task: Task, tasks: list[Task]) -> None:
    """Tell neighbours in the same mapped scope from the others."""
    if task.mapping is None:
        task.beyond_down = task.downstream
        return
    task.beside_up = [above for above in task.upstream if _beside(task, tasks[above])]
    task.beside_down = [below for below in task.downstream if _beside(task, tasks[below])]
    task.beyond_down = [below for below in task.downstream if not _beside(task, tasks[below])]


def _beside(one: Task, other: Task) -> bool:
    return one.mapping is not None and other.mapping is not None and one.mapping.scope == other.mapping.scope


def _tell_sources(tasks: list[Task], position: dict[str, int]) -> None:
    """Let each source of a mapped task's length know of that task, where it is not right above it anyway."""
    for task in tasks:
        for task_id, _ in sources(task.mapping.over) if task.mapping else ():
            source = tasks[position[task_id]]
            if task.position not in source.downstream and task.position not in source.measured_by:
                source.measured_by.append(task.position)


def _task(number: int, spec: dict[str, Any]) -> Task:
    if spec["trigger_rule"] not in RULES:
        raise KeyError(spec["trigger_rule"])
    return Task(
        position=number,
        task_id=spec["task_id"],
        rule=spec["trigger_rule"],
        kind=spec["kind"],
        queue=spec["queue"],
        pool=spec["pool"],
        pool_slots=spec["pool_slots"],
        priority=spec["priority_weight"],
        depends_on_past=spec["depends_on_past"] or spec["wait_for_downstream"],
        wait_for_downstream=spec["wait_for_downstream"],
        per_dag=spec["max_active_tis_per_dag"],
        per_run=spec["max_active_tis_per_dagrun"],
        is_setup=spec["is_setup"],
        is_teardown=spec["is_teardown"],
        fails_run=spec["on_failure_fail_dagrun"],
        mapping=Mapping(spec["mapped"]["scope"], spec["mapped"]["over"]) if spec["mapped"] else None,
    )


def _deciding_leaves(tasks: list[Task]) -> list[int]:
    """The tasks whose outcome is the run's: leaves, where teardowns count only when they ask to.

    A task that only ignored teardowns follow is a leaf too.
    """
    ignored = {task.position for task in tasks if task.is_teardown and not task.fails_run}
    leaves = [t.position for t in tasks if t.position not in ignored and ignored.issuperset(t.downstream)]
    return leaves or [task.position for task in tasks if not task.downstream]
