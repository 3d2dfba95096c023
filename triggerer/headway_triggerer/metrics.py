"""What a triggerer tells Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client.core import Metric

from headway.metrics import counter, gauge
from headway_triggerer.courier import Courier
from headway_triggerer.hosts import Hosts
from headway_triggerer.keeper import Keeper


def of_triggers(keeper: Keeper, courier: Courier, hosts: Hosts) -> Iterator[Metric]:
    """The triggers that run here and what has become of others; read beside the threads that count."""
    yield gauge("headway_triggerer_triggers", "Triggers that run here, by what runs them", keeper.running(), "runner")
    yield gauge("headway_triggerer_capacity", "Triggers that may run here at once", keeper.capacity)
    yield counter("headway_triggerer_fired", "Triggers that have ended here", keeper.fired_as, "outcome")
    yield gauge("headway_triggerer_undelivered", "Firings that wait for the metastore", len(courier.pending()))
    yield gauge("headway_triggerer_processes", "Processes that run triggers of users' code", hosts.count)
    yield gauge(
        "headway_triggerer_lease_seconds",
        "Seconds until its triggers are stopped unless the lease is renewed",
        max(0.0, keeper.deadline - time.monotonic()),
    )
