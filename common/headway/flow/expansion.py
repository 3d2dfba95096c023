"""What becomes of a mapped task whose turn has come: how many instances it gets, or why it gets none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headway.flow.lengths import Source, length, sources
from headway.flow.run_memory import RunMemory
from headway.states import TaskState


@dataclass(frozen=True, slots=True)
class Expansion:
    """The end of a placeholder: ``removed`` in favour of ``count`` instances, or another state and none.

    ``why`` is for people, where the task failed.
    """

    slot: int
    count: int
    state: TaskState = TaskState.REMOVED
    why: str = ""


def sources_of(run: RunMemory, slot: int) -> list[Source] | None:
    """The results whose lengths decide about a placeholder; None while one of them is still to come."""
    task = run.task(slot)
    if task.mapping is None or _expanded_beside(run, slot) is not None:
        return []
    found = list(sources(task.mapping.over))
    done = all(run.is_done(run.blueprint.position[task_id]) for task_id, _ in found)
    return found if done else None


def expansions(run: RunMemory, slot: int, known: Mapping[Source, int], limit: int) -> list[Expansion]:
    """What becomes of a placeholder, and of those below it in its mapped group, which are expanded with it.

    ``known`` has the lengths that its sources left; ``limit`` is the largest number of instances.
    """
    first = _expansion(run, slot, known, limit)
    if first.state is not TaskState.REMOVED:
        return [first]
    found, look = {slot: first}, [slot]
    while look:
        for position in run.task(look.pop()).beside_down:
            below = run.slots_of_task(position)[0]
            if below not in found and run.is_open(below):
                found[below] = Expansion(below, first.count)
                look.append(below)
    return list(found.values())


def _expansion(run: RunMemory, slot: int, known: Mapping[Source, int], limit: int) -> Expansion:
    task = run.task(slot)
    assert task.mapping is not None
    count = _expanded_beside(run, slot)
    if count is None:
        known = {source: 0 for source in sources(task.mapping.over) if _is_expanded(run, source)} | dict(known)
        missing = next((source for source in sources(task.mapping.over) if source not in known), None)
        if missing is not None:
            return _without(run, slot, missing)
        count = length(task.mapping.over, known)
    if count > limit:
        text = f"it would have {count:,} instances; at most {limit:,} are allowed (setting dags.max_map_length)"
        return Expansion(slot, 0, TaskState.FAILED, text)
    return Expansion(slot, count, TaskState.REMOVED if count else TaskState.SKIPPED)


def _expanded_beside(run: RunMemory, slot: int) -> int | None:
    """The length of the mapped group, where a task above in it is expanded already."""
    expanded = (above for above in run.task(slot).beside_up if run.is_expanded(above))
    return next((run.length(above) for above in expanded), None)


def _is_expanded(run: RunMemory, source: Source) -> bool:
    position = run.blueprint.position[source[0]]
    return run.blueprint.tasks[position].mapping is not None and run.is_expanded(position)


def _without(run: RunMemory, slot: int, source: Source) -> Expansion:
    """A source left no length: it was skipped or failed, or a person said that it had succeeded."""
    task_id, key = source
    states = {run.state(each) for each in run.slots_of_task(run.blueprint.position[task_id])}
    for state, follows in _AFTER.items():
        if state in states:
            return Expansion(slot, 0, follows)
    text = f"it is mapped over what {task_id!r} leaves under {key!r}, and that task left no list or dictionary there"
    return Expansion(slot, 0, TaskState.FAILED, text)


_AFTER = {
    TaskState.FAILED: TaskState.UPSTREAM_FAILED,
    TaskState.UPSTREAM_FAILED: TaskState.UPSTREAM_FAILED,
    TaskState.SKIPPED: TaskState.SKIPPED,
}
