"""Tasks: what a DAG consists of, and how a run's task instances stand and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.authoring.xcom_codec import decode
from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import pools, queue_figures, run_list, task_list
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.task_list import Instance
from headway.operations import dags, reasons
from headway.operations.lookup import find_run
from headway.operations.mapped import over_text
from headway.operations.nearest import nearest
from headway.operations.reasons import Facts
from headway.operations.triggers import waits_of


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A task of a DAG's present version; ``mapped_over`` says what it has an instance for each element of."""

    task_id: str
    operator: str
    queue: str
    pool: str
    trigger_rule: str
    retries: int
    upstream: list[str]
    downstream: list[str]
    group: str
    mapped_over: str


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task instance and why it stands where it stands; times as in ``queries.task_list.Instance``.

    ``name`` is what ``map_index_template`` made of a map index.
    """

    task_id: str
    map_index: int
    name: str | None
    state: str
    try_number: int
    max_tries: int
    queue: str
    pool: str
    node: str | None
    queued_at: datetime | None
    start_date: datetime | None
    end_date: datetime | None
    seconds: float | None
    why: str


@dataclass(frozen=True, slots=True)
class RunStates:
    """A run and all of its task instances; ``why`` says what a queued run waits for."""

    run: Run
    why: str
    tasks: list[TaskState]


def list_tasks(conn: Connection, dag_id: str) -> list[TaskEntry]:
    """The tasks of a DAG in definition order; raises ``NotFound``."""
    tasks = dags.describe(conn, dag_id).tasks
    downstream: dict[str, list[str]] = {task["task_id"]: [] for task in tasks}
    for task in tasks:
        for other in task["upstream"]:
            downstream[other].append(task["task_id"])
    return [_entry(task, downstream[task["task_id"]]) for task in tasks]


def states(conn: Connection, dag_id: str, run_id: str | None = None, task_id: str | None = None) -> RunStates:
    """How a run stands (the newest when none is named), all of it or one task; raises ``NotFound``."""
    run = find_run(conn, dag_id, run_id)
    around = run_list.surroundings(conn, [dag_id]).get(dag_id)
    structure = run_list.structure(conn, run.key) or {"tasks": []}
    if around is None:
        raise NotFound(f"DAG {dag_id!r} was deleted meanwhile", "")
    instances = task_list.instances(conn, run.key) or [_not_yet(task) for task in structure["tasks"]]
    facts = Facts(
        run=run,
        around=around,
        tasks={task["task_id"]: task for task in structure["tasks"]},
        unfinished=reasons.unfinished_tasks(instances),
        failed=reasons.failed_tasks(instances),
        unfinished_indexes=reasons.unfinished_indexes(instances),
        pools={pool.name: pool for pool in pools.all_pools(conn)},
        consumed=frozenset(queue_figures.consumed_queues(conn, sorted({each.queue for each in instances}))),
        **waits_of(conn, instances),
    )
    shown = [each for each in instances if task_id in (None, each.task_id)]
    if not shown and task_id is not None:
        raise NotFound(f"run {run.run_id!r} has no task {task_id!r}", nearest(task_id, facts.tasks))
    return RunStates(run, reasons.why_run_waits(run, around), [_state(each, facts) for each in shown])


def find_instance(
    conn: Connection, dag_id: str, run_id: str | None, task_id: str, map_index: int | None = None
) -> tuple[Run, Instance]:
    """A task's instance in a run (the newest when none is named); raises ``NotFound``.

    ``map_index`` None stands for the only instance, or the first of a mapped task. In a run that has not
    started, the instance is ``none`` and has no key.
    """
    run = find_run(conn, dag_id, run_id)
    found = task_list.instances(conn, run.key, task_id=task_id)
    if not found:
        return run, _unstarted(conn, run, task_id)
    if map_index is None:
        return run, found[0]
    for each in found:
        if each.map_index == map_index:
            return run, each
    indexes = [each.map_index for each in found if each.map_index >= 0]
    remedy = f"its indexes are {indexes[0]} to {indexes[-1]}" if indexes else "it has no instances; leave the index out"
    raise NotFound(f"task {task_id!r} has no map index {map_index} in run {run.run_id!r}", remedy)


def _unstarted(conn: Connection, run: Run, task_id: str) -> Instance:
    """A task of a run that has no rows yet; raises ``NotFound`` for a task that it will never have."""
    structure = run_list.structure(conn, run.key) or {"tasks": []}
    known = {task["task_id"]: task for task in structure["tasks"]}
    if run.tasks or task_id not in known:
        raise NotFound(
            f"run {run.run_id!r} of DAG {run.dag_id!r} has no task {task_id!r}",
            nearest(task_id, known) or f"`headway tasks list {run.dag_id}` shows them",
        )
    return _not_yet(known[task_id])


def _entry(task: dict[str, Any], downstream: list[str]) -> TaskEntry:
    return TaskEntry(
        task_id=task["task_id"],
        operator=task["operator"],
        queue=task["queue"],
        pool=task["pool"],
        trigger_rule=task["trigger_rule"],
        retries=task["retries"],
        upstream=task["upstream"],
        downstream=downstream,
        group=task.get("group", ""),
        mapped_over=over_text(task.get("mapped")),
    )


def _state(instance: Instance, facts: Facts) -> TaskState:
    return TaskState(
        task_id=instance.task_id,
        map_index=instance.map_index,
        name=decode(instance.name) if instance.name else None,
        state=instance.state,
        try_number=instance.try_number,
        max_tries=instance.max_tries,
        queue=instance.queue,
        pool=instance.pool,
        node=instance.node,
        queued_at=instance.queued_at,
        start_date=instance.start_date,
        end_date=instance.end_date,
        seconds=instance.seconds,
        why=reasons.why(instance, facts),
    )


def _not_yet(task: dict[str, Any]) -> Instance:
    """A task of a run that has not started: it has no row yet."""
    return Instance(
        ti=0,
        task_id=task["task_id"],
        map_index=-1,
        state="none",
        try_number=1,
        max_tries=task["retries"],
        dispatch=0,
        queue=task["queue"],
        pool=task["pool"],
        pool_slots=task["pool_slots"],
        node=None,
        queued_at=None,
        start_date=None,
        end_date=None,
        seconds=None,
        wait=None,
        due=None,
        stop=None,
        error=None,
        name=None,
    )
