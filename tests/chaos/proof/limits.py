"""No limit was exceeded: by the moves in the metastore, in their order, and by what tasks wrote outside.

In the metastore queued task instances count too, as slots are taken when they are queued; outside only what ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chaos.dags.shapes import Shape, Task
from chaos.evidence import Evidence
from chaos.proof.overlaps import spells
from headway.states import OCCUPYING, TaskState

Step = tuple[int, int]  # a task instance, and +1 or -1


@dataclass(frozen=True)
class Limit:
    """``most`` slots at once for each ``key`` (None: it does not apply); ``slots`` is what a task takes."""

    name: str
    key: Callable[[Shape, Task, str, str], object]
    most: Callable[[object], int]
    slots: Callable[[Task], int] = lambda _task: 1


def limits(evidence: Evidence) -> list[str]:
    """What was exceeded, by how much."""
    return [*_in_metastore(evidence), *_outside(evidence), *_of_workers(evidence)]


def _in_metastore(evidence: Evidence) -> Iterator[str]:
    steps = [
        (move.ti, (TaskState(move.new) in OCCUPYING) - (TaskState(move.old) in OCCUPYING)) for move in evidence.moves
    ]
    yield from _exceeded(evidence, steps, "queued or running")


def _outside(evidence: Evidence) -> Iterator[str]:
    edges = [(spell.first, 1, spell.ti) for spell in spells(evidence)]
    edges += [(spell.last, -1, spell.ti) for spell in spells(evidence)]
    yield from _exceeded(evidence, [(ti, step) for _at, step, ti in sorted(edges)], "seen running")


def _of_workers(evidence: Evidence) -> Iterator[str]:
    """A worker runs no more than it has slots."""
    edges = [(spell.first, 1, spell.host) for spell in spells(evidence)]
    edges += [(spell.last, -1, spell.host) for spell in spells(evidence)]
    peaks = _peaks((host, step) for _at, step, host in sorted(edges))
    for host, peak in peaks.items():
        if host and peak > evidence.capacity:
            yield f"worker {host}: {peak} tasks seen running at once, its slots are {evidence.capacity}"


def _exceeded(evidence: Evidence, steps: list[Step], how: str) -> Iterator[str]:
    facts = _facts(evidence)
    for limit in _limits(evidence):
        keyed = (
            (key, step * limit.slots(facts[ti][1]))
            for ti, step in steps
            if ti in facts and (key := limit.key(*facts[ti])) is not None
        )
        for key, peak in _peaks(keyed).items():
            if peak > limit.most(key):
                yield f"{limit.name} {key}: {peak} {how} at once, the limit is {limit.most(key)}"


def _facts(evidence: Evidence) -> dict[int, tuple[Shape, Task, str, str]]:
    shapes = {shape.dag_id: shape for shape in evidence.shapes}
    tasks = evidence.tasks()
    return {
        ti: (shapes[each.dag_id], task, each.run_id, each.task_id)
        for ti, each in evidence.instances.items()
        if (task := tasks.get((each.dag_id, each.task_id))) is not None
    }


def _limits(evidence: Evidence) -> list[Limit]:
    shapes = {shape.dag_id: shape for shape in evidence.shapes}
    tasks = evidence.tasks()
    return [
        Limit(
            "pool",
            lambda _shape, task, _run, _id: task.pool if task.pool in evidence.pools else None,
            lambda pool: evidence.pools[str(pool)],
            lambda task: task.slots,
        ),
        Limit(
            "max_active_tasks of",
            lambda shape, _task, _run, _id: shape.dag_id,
            lambda dag_id: shapes[str(dag_id)].max_active_tasks,
        ),
        Limit(
            "max_active_tis_per_dag of",
            lambda shape, task, _run, _id: (shape.dag_id, task.full_id) if task.per_dag else None,
            lambda key: tasks[key].per_dag or 0,  # type: ignore[index]
        ),
        Limit(
            "max_active_tis_per_dagrun of",
            lambda shape, task, run, _id: (shape.dag_id, task.full_id, run) if task.per_run else None,
            lambda key: tasks[key[:2]].per_run or 0,  # type: ignore[index]
        ),
    ]


def _peaks(steps: Iterable[tuple[object, int]]) -> dict[object, int]:
    now: Counter[object] = Counter()
    most: Counter[object] = Counter()
    for key, step in steps:
        now[key] += step
        most[key] = max(most[key], now[key])
    return dict(most)
