"""Queue samples: writes down every few seconds what each queue looks like, for those who ask how it came to this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from headway.metastore.queries import queue_figures, queue_samples
from headway.metastore.queries.queue_figures import QueueFigures
from headway.metastore.queries.queue_samples import Sample
from headway.operations.queues import wanted_workers
from headway.settings import Settings
from headway_scheduler.service import Service

_SLACK = 0.3  # seconds behind the moment: the results of before it are committed then


class QueueSamples(Service):
    """One sample of every queue for each interval, whichever scheduler comes first; ``on_sample`` is called then."""

    name = "queue samples"
    interval = float(queue_samples.INTERVAL)

    def __init__(self, settings: Settings, *, on_sample: Callable[[], None]) -> None:
        super().__init__(settings)
        self._on_sample = on_sample

    def run_once(self) -> float | None:
        """Write the last moment's samples unless they are there; sleep until the next moment."""
        at = queue_samples.due(self.conn)
        if at is not None and queue_samples.write(self.conn, at, self._samples(at)):
            self._on_sample()
        return queue_samples.seconds_until_next(self.conn) + _SLACK

    def _samples(self, at: datetime) -> list[Sample]:
        finished = queue_samples.finished_before(self.conn, at)
        means = queue_samples.mean_durations(self.conn)
        return [
            self._sample(each, means.get(each.queue), *finished.get(each.queue, (0, 0.0)))
            for each in queue_figures.all_queues(self.conn)
        ]

    def _sample(self, found: QueueFigures, mean: float | None, finished: int, busy_seconds: float) -> Sample:
        return Sample(
            **asdict(found),
            wanted_workers=wanted_workers(found, mean, self.settings.worker.concurrency),
            finished=finished,
            busy_seconds=busy_seconds,
        )
