"""What a worker tells Prometheus; how tasks end is told by a web node, from the metastore."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import Metric

from headway.metrics import counter, gauge
from headway_worker.slots import Phase, SlotTable
from headway_worker.spool import Spool


def of_slots(table: SlotTable, concurrency: int) -> Iterator[Metric]:
    """What the pool's children are doing, and how long the lease still holds."""
    phases = Counter(reading.phase for reading in table.read())
    shown = {phase.name.lower(): float(phases[phase]) for phase in Phase if phase is not Phase.IDLE}
    shown["idle"] = max(0, concurrency - sum(phases.values()))
    yield gauge("headway_worker_slots", "Places of this worker's pool, by what each does", shown, "phase")
    yield counter("headway_worker_messages", "Messages that its children have taken up", table.taken())
    yield gauge("headway_worker_draining", "1 while it takes nothing new", float(table.draining))
    yield gauge(
        "headway_worker_lease_seconds",
        "Seconds until its tasks are killed unless the lease is renewed",
        max(0.0, table.deadline - time.monotonic()),
    )


def of_spool(spool: Spool) -> Iterator[Metric]:
    """Results that wait for the metastore."""
    yield gauge("headway_worker_spooled_results", "Results that wait for the metastore", len(spool.attempts()))
