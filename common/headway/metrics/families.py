"""Metric families from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Labels = str | Sequence[str]
#: Values by label value (a text, or a tuple for several labels); a bare number has no labels.
Values = float | Mapping[str, float] | Mapping[tuple[str, str], float]


def gauge(name: str, text: str, values: Values, labels: Labels = ()) -> GaugeMetricFamily:
    """What goes up and down."""
    family = GaugeMetricFamily(name, text, labels=_names(labels))
    for key, value in _pairs(values):
        family.add_metric(key, value)
    return family


def counter(name: str, text: str, values: Values, labels: Labels = ()) -> CounterMetricFamily:
    """What only grows, from the node's start on; Prometheus adds ``_total`` to the name."""
    family = CounterMetricFamily(name, text, labels=_names(labels))
    for key, value in _pairs(values):
        family.add_metric(key, value)
    return family


def _names(labels: Labels) -> list[str]:
    return [labels] if isinstance(labels, str) else list(labels)


def _pairs(values: Values) -> list[tuple[list[str], float]]:
    if not isinstance(values, Mapping):
        return [([], values)]
    pairs = dict(values).items()  # a copy: the node goes on counting meanwhile
    return [([key] if isinstance(key, str) else list(key), value) for key, value in pairs]
