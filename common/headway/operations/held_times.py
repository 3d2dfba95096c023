"""When a run and its tasks were held: told by the audit trail, as a hold that was released leaves no other trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.metastore.queries.holds import Change


@dataclass(frozen=True, slots=True)
class Held:
    """A time in which something was held; ``until`` None: it still is. ``task_id`` is empty for every task."""

    task_id: str
    since: datetime
    until: datetime | None


def held_times(changes: Iterable[Change]) -> list[Held]:
    """What the holds and releases of a DAG and of one of its runs come to; ``changes`` in order."""
    begun: dict[tuple[str, str], datetime] = {}
    found = []
    for change in changes:
        what = (change.subject, change.task_id)
        if change.is_hold:
            begun.setdefault(what, change.at)  # another reason for a hold does not begin it anew
        elif what in begun:
            found.append(Held(change.task_id, begun.pop(what), change.at))
    return found + [Held(task_id, since, None) for (_, task_id), since in begun.items()]


def of_task(held: Sequence[Held], task_id: str, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When a task was held between ``begin`` and ``end``, in order; times that touch each other are one."""
    cut = [(max(each.since, begin), min(each.until or end, end)) for each in held if each.task_id in ("", task_id)]
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(piece for piece in cut if piece[0] < piece[1]):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined
