"""What a node tells Prometheus, and what docs/metrics.md says that it tells."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"

Scraped = dict[str, dict[tuple[str, ...], float]]


def scrape(port: int) -> Scraped:
    """Values by name and by label values, in the order of the labels' names."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    found: Scraped = {}
    for family in text_string_to_metric_families(text):
        found.setdefault(family.name, {})
        for sample in family.samples:
            found[family.name][tuple(value for _, value in sorted(sample.labels.items()))] = sample.value
    return {name: values for name, values in found.items() if name.startswith("headway_")}


def documented(node: str) -> set[str]:
    section = DOCS.read_text().split(f"\n## {node}\n")[1].split("\n## ")[0]
    return {name.removesuffix("_total") for name in re.findall(r"^\| `(headway_\w+)`", section, re.MULTILINE)}


def of_every_node(found: Scraped) -> set[str]:
    return set(found) - documented("Every node")
