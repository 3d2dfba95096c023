"""Queue samples: writes down every few seconds what each queue looks like, for those who ask how it came to this."""

from __future__ import annotations

from collections.abc import Callable

from headway.metastore.queries import queue_samples, task_list
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
        if at is not None:
            finished = queue_samples.finished_before(self.conn, at)
            means = queue_samples.mean_durations(self.conn)
            concurrency = self.settings.worker.concurrency
            samples = [
                Sample(
                    queue=each.queue,
                    backlog=each.backlog,
                    outstanding=each.outstanding,
                    running=each.running,
                    oldest_seconds=each.oldest_seconds,
                    workers=each.workers,
                    slots=each.slots,
                    wanted_workers=wanted_workers(each, means.get(each.queue), concurrency),
                    finished=finished.get(each.queue, (0, 0.0))[0],
                    busy_seconds=finished.get(each.queue, (0, 0.0))[1],
                )
                for each in task_list.queue_figures(self.conn)
            ]
            if queue_samples.write(self.conn, at, samples):
                self._on_sample()
        return queue_samples.seconds_until_next(self.conn) + _SLACK
