"""Metrics in Prometheus' text format: each node serves its own at ``http://metrics.listen:metrics.port/metrics``.

A node lists *sources*: functions that look at what the node knows anyway and give metric families. They are asked
when somebody scrapes, so what is measured costs nothing meanwhile. docs/metrics.md lists every name.
"""

from headway.metrics.exporter import Source, serve
from headway.metrics.families import counter, gauge

__all__ = ["Source", "counter", "gauge", "serve"]
