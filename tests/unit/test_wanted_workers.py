"""How many workers a queue wants: the formula of ``headway.operations.queues``."""

from __future__ import annotations

import pytest

from headway.metastore.queries.queue_figures import QueueFigures
from headway.operations.queues import wanted_workers

FOUR = 4  # slots of a worker where there is none to go by


def figures(backlog: int = 0, outstanding: int = 0, running: int = 0, workers: int = 0, slots: int = 0) -> QueueFigures:
    return QueueFigures("q", backlog, outstanding, running, None, workers, slots)


@pytest.mark.parametrize(
    ("found", "mean", "wanted"),
    [
        (figures(), None, 0),
        (figures(workers=3, slots=12), 5.0, 0),  # all of them may go
        (figures(running=5, workers=2, slots=8), 5.0, 2),
        (figures(backlog=60, workers=1, slots=4), 1.0, 1),  # one slot works that off in a minute
        (figures(backlog=1000, outstanding=200, workers=1, slots=4), 6.0, 30),  # 120 slots for a minute
        (figures(backlog=10, workers=1, slots=4), 3600.0, 3),  # no more than one slot a task
        (figures(backlog=10, running=4, workers=1, slots=4), 3600.0, 4),
        (figures(backlog=9), None, 3),  # nobody consumes it, and nobody knows how long its tasks take
        (figures(backlog=1), 0.001, 1),  # one waits: one worker
        (figures(backlog=100, workers=2, slots=64), 60.0, 4),
    ],
)
def test_the_formula(found: QueueFigures, mean: float | None, wanted: int) -> None:
    assert wanted_workers(found, mean, FOUR) == wanted
