"""Queues: what waits in each, where, for how long, who consumes it, and how many workers that would take.

*Wanted workers*, from what waits and how long a task of the queue takes on average:

    wanted slots   = running + waiting * min(1, mean duration / 60 s)        waiting = backlog + outstanding
    wanted workers = wanted slots / slots of one worker                      both rounded up

So what waits now would be worked off within about a minute, or all at once where a task takes longer than that. Of a
queue that nobody consumes a worker counts with ``worker.concurrency`` slots; one of which no task has ended in the
last day counts as slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import queue_figures, queue_samples
from headway.metastore.queries.queue_figures import QueueFigures
from headway.metastore.queries.queue_samples import Point
from headway.operations.nearest import nearest

WORK_OFF_WITHIN = 60.0  # seconds in which what waits should be worked off

#: Messages in the broker by queue, of those that are named.
Depths = Callable[[Sequence[str]], Mapping[str, int]]

_MOST_POINTS = 360  # of a history


@dataclass(frozen=True, slots=True)
class QueueState(QueueFigures):
    """One queue, with what the metastore alone does not know.

    ``depth``: messages in the broker that no worker has taken (None: the broker does not answer); ``consumed``:
    whether a worker consumes it; ``mean_duration``: seconds that its tasks took lately (None: none has ended);
    ``wanted_workers``: see above.
    """

    depth: int | None
    consumed: bool
    mean_duration: float | None
    wanted_workers: int


def queue_states(conn: Connection, depths_of: Depths | None, *, concurrency: int) -> list[QueueState]:
    """Every queue that a DAG names, a worker consumes or a task waits in.

    ``depths_of`` asks the broker how deep the named queues are (what it leaves out is unknown); ``concurrency`` is
    what a worker would bring to a queue that has none.
    """
    figures = queue_figures.all_queues(conn)
    means = queue_samples.mean_durations(conn)
    depths = depths_of([each.queue for each in figures]) if depths_of else {}
    return [
        QueueState(
            **asdict(each),
            depth=depths.get(each.queue),
            consumed=each.workers > 0,
            mean_duration=means.get(each.queue),
            wanted_workers=wanted_workers(each, means.get(each.queue), concurrency),
        )
        for each in figures
    ]


def wanted_workers(figures: QueueFigures, mean_duration: float | None, concurrency: int) -> int:
    """How many workers the queue could use now, by the formula above."""
    share = 1.0 if mean_duration is None else min(1.0, mean_duration / WORK_OFF_WITHIN)
    slots = figures.running + math.ceil((figures.backlog + figures.outstanding) * share)
    of_one = figures.slots / figures.workers if figures.slots else concurrency
    return math.ceil(slots / of_one)


def queue_history(conn: Connection, queue: str, minutes: int) -> list[Point]:
    """What a queue looked like in the last minutes, in at most 360 steps; raises ``NotFound``."""
    whole = queue_samples.INTERVAL * math.ceil(minutes * 60 / _MOST_POINTS / queue_samples.INTERVAL)
    points = queue_samples.history(conn, queue, minutes=minutes, step=whole)
    if not points:
        _check_known(conn, queue)
    return points


def _check_known(conn: Connection, queue: str) -> None:
    known = queue_samples.known_queues(conn) | {each.queue for each in queue_figures.all_queues(conn)}
    if queue not in known:
        hint = nearest(queue, sorted(known)) or "`headway queues` shows them"
        raise NotFound(f"no DAG names a queue {queue!r} and no worker consumes it", hint)
