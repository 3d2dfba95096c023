"""What the services of a node do: how often they look and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client.core import Metric

from headway.background import Background
from headway.metrics.families import counter, gauge


def of_services(services: Sequence[Background]) -> Iterator[Metric]:
    """Looks, seconds and the longest look of each service, by its name."""
    yield counter(
        "headway_service_looks", "Looks of a node's services", {each.name: each.looks for each in services}, "service"
    )
    yield counter(
        "headway_service_seconds", "Seconds spent in them", {each.name: each.seconds for each in services}, "service"
    )
    yield gauge(
        "headway_service_longest_seconds",
        "The longest look since the node's start",
        {each.name: each.longest for each in services},
        "service",
    )
