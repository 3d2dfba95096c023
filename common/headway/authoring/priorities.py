"""Effective priorities: by its weight rule, a task also counts the weights of all tasks behind or before it."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from headway.authoring.operator import BaseOperator

# Priorities are stored in four bytes.
_LOWEST, _HIGHEST = -(2**31), 2**31 - 1


class PriorityWeightStrategy:
    """A weight rule that users write: ``get_weight(ti)`` says the priority.

    It is asked once, when the DAG file is read, of a task instance in its first try: priorities are the
    scheduler's, which runs no user code.
    """

    def get_weight(self, ti: Any) -> int:
        """The effective priority; of ``ti`` there is the task, its ids, its weight and the first try."""
        raise NotImplementedError(f"{type(self).__name__} has no get_weight()")

    def serialize(self) -> dict[str, Any]:
        """Nothing: a strategy is made anew wherever its file is read."""
        return {}


def strategy(given: Any) -> PriorityWeightStrategy | None:
    """The strategy that a weight rule is: an object, a class, or the import path of one; None for others."""
    if isinstance(given, str) and "." in given:
        module, _, name = given.rpartition(".")
        given = getattr(import_module(module), name, None)
    if isinstance(given, type) and issubclass(given, PriorityWeightStrategy):
        given = given()
    return given if isinstance(given, PriorityWeightStrategy) else None


def _first_try(task: BaseOperator) -> Any:
    own = {"task_id": task.task_id, "dag_id": task.dag_id, "priority_weight": task.priority_weight}
    return SimpleNamespace(task=task, try_number=1, map_index=-1, max_tries=task.retries, **own)


def effective_priorities(tasks: Mapping[str, BaseOperator]) -> dict[str, int]:
    """Each task's priority: its own weight plus, unless its rule is "absolute", those of its relatives.

    ``tasks`` must be free of cycles. A relative counts once, however many ways lead to it; sets of
    relatives are integers with one bit a task, so 5,000 tasks take some hundredths of a second.
    """
    rules = {task.weight_rule for task in tasks.values() if isinstance(task.weight_rule, str)}
    sets = {
        "downstream": _reached(tasks, upstream=False) if "downstream" in rules else {},
        "upstream": _reached(tasks, upstream=True) if "upstream" in rules else {},
    }
    masks = _masks_by_weight(tasks)
    found = {}
    for task_id, task in tasks.items():
        if isinstance(task.weight_rule, PriorityWeightStrategy):
            found[task_id] = max(_LOWEST, min(_HIGHEST, int(task.weight_rule.get_weight(_first_try(task)))))
            continue
        relatives = sets[task.weight_rule][task_id] if task.weight_rule in sets else 0
        total = task.priority_weight + sum(weight * (relatives & mask).bit_count() for weight, mask in masks.items())
        found[task_id] = max(_LOWEST, min(_HIGHEST, total))
    return found


def _masks_by_weight(tasks: Mapping[str, BaseOperator]) -> dict[int, int]:
    members: dict[int, bytearray] = {}
    for index, task in enumerate(tasks.values()):
        bits = members.setdefault(task.priority_weight, bytearray(len(tasks) // 8 + 1))
        bits[index >> 3] |= 1 << (index & 7)
    return {weight: int.from_bytes(bits, "little") for weight, bits in members.items()}


def _reached(tasks: Mapping[str, BaseOperator], *, upstream: bool) -> dict[str, int]:
    """For each task the set of those before it (``upstream``) or behind it."""
    bit = {task_id: 1 << index for index, task_id in enumerate(tasks)}
    waiting = {task_id: len(task.get_direct_relative_ids(upstream)) for task_id, task in tasks.items()}
    ready = [task_id for task_id, count in waiting.items() if not count]
    found: dict[str, int] = {}
    for task_id in ready:
        task = tasks[task_id]
        reached = 0
        for relative in task.get_direct_relative_ids(upstream):
            reached |= found[relative] | bit[relative]
        found[task_id] = reached
        for other in task.get_direct_relative_ids(not upstream):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return found
