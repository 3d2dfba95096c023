"""What made a run last as long as it did: the chain of tasks of which each waited for the one before it.

From the task that ended last, step by step to the upstream task that ended last before it: had any of these been
faster, the run would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ran:
    """A task instance that has run or runs; ``end_date`` is now while it runs."""

    task_id: str
    map_index: int
    start_date: datetime
    end_date: datetime


def critical_path(ran: Iterable[Ran], upstream: Mapping[str, Sequence[str]]) -> list[Ran]:
    """The chain from the first to the last task; empty when nothing has run.

    ``upstream``: the ids right above each task. Tasks above that did not run (skipped ones) are looked through.
    """
    by_task: dict[str, list[Ran]] = {}
    for each in ran:
        by_task.setdefault(each.task_id, []).append(each)
    path: list[Ran] = []
    step = max((each for instances in by_task.values() for each in instances), key=_ended, default=None)
    while step is not None:
        path.append(step)
        step = _held_up_by(step, by_task, upstream)
    return path[::-1]


def _held_up_by(step: Ran, by_task: Mapping[str, list[Ran]], upstream: Mapping[str, Sequence[str]]) -> Ran | None:
    found = [each for task_id in _above(step.task_id, by_task, upstream) for each in _before(step, by_task[task_id])]
    return max(found, key=_ended, default=None)


def _above(task_id: str, ran: Mapping[str, list[Ran]], upstream: Mapping[str, Sequence[str]]) -> list[str]:
    """The nearest tasks above that ran."""
    found: list[str] = []
    seen: set[str] = set()
    look = list(upstream.get(task_id, ()))
    while look:
        each = look.pop()
        if each in seen:
            continue
        seen.add(each)
        if each in ran:
            found.append(each)
        else:
            look.extend(upstream.get(each, ()))
    return found


def _before(step: Ran, instances: list[Ran]) -> list[Ran]:
    """The instances that ended before the step began; in a mapped group each index waits for its own."""
    own = [each for each in instances if each.map_index == step.map_index]
    ended = [each for each in instances if each.end_date <= step.start_date]
    return ended or own


def _ended(each: Ran) -> tuple[datetime, datetime]:
    return each.end_date, each.start_date
