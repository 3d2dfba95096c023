"""The limits that Headway has to keep, as ratios to raw Celery where there is one, and whether a run kept them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Figures = dict[str, dict[str, Any]]

_WIDE = ("wide_500", "wide_5000", "wide_20000")


@dataclass(frozen=True)
class Verdict:
    """One limit beside what was measured; ``aim`` is what lies beyond the limit."""

    what: str
    measured: float
    limit: str
    aim: str
    kept: bool


def judge(figures: Figures) -> list[Verdict]:
    """Every limit that these figures say something about."""
    return [*_throughput(figures), *_hops(figures), *_costs(figures), *_flatness(figures), *_seconds(figures)]


def _at_least(what: str, measured: float, limit: float, aim: float | None = None) -> Verdict:
    return Verdict(what, measured, f"≥ {limit}", f"≥ {aim}" if aim else "", measured >= limit)


def _at_most(what: str, measured: float, limit: float, aim: float | None = None) -> Verdict:
    return Verdict(what, measured, f"≤ {limit}", f"≤ {aim}" if aim else "", measured <= limit)


def _throughput(figures: Figures) -> Iterator[Verdict]:
    for name in ("wide_500", "wide_5000"):
        if name in figures:
            yield _at_least(f"{name}: throughput to raw Celery's", figures[name]["ratio"], 0.6, 0.8)
    if "many_200x5" in figures:
        yield _at_least("many_200x5: throughput to raw Celery's", figures["many_200x5"]["ratio"], 0.5)


def _hops(figures: Figures) -> Iterator[Verdict]:
    if "chain_50" in figures:
        row = figures["chain_50"]
        ratio = round(row["headway_hop_ms"] / row["raw_hop_ms"], 2)
        yield _at_most("chain_50: hop to raw Celery's, p50", ratio, 2.5, 1.5)


def _costs(figures: Figures) -> Iterator[Verdict]:
    for name in _WIDE:
        if name in figures:
            row = figures[name]
            yield _at_most(f"{name}: CPU to raw Celery's", row["cpu_ratio"], 1.7, 1.3)
            yield _at_most(f"{name}: SQL statements a task", row["statements_per_task"], 6)
            yield _at_most(f"{name}: commits a task", row["commits_per_task"], 3)


def _flatness(figures: Figures) -> Iterator[Verdict]:
    if {"wide_500", "wide_20000"} <= figures.keys():
        small, large = (sum(figures[name]["cpu_ms_per_task"].values()) for name in ("wide_500", "wide_20000"))
        yield _at_most("CPU a task at 20,000 to that at 500", round(large / small, 2), 1.2)


_SECONDS = {
    "cold_start": ("seconds from `headway standalone` to the first finished task", "seconds", 8.0),
    "idle": ("idle: percent of a core, all nodes without Flower", "percent", 3.0),
    "idle_100": ("idle_100: percent of a core with 100 idle DAGs, all nodes without Flower", "percent", 3.0),
    "urgent_10000": ("urgent_10000: seconds from a free slot to the start of what is urgent, at most", "seconds", 1.0),
    "edit_500": ("edit_500: seconds until a changed file of 500 is live", "seconds", 1.0),
    "waits_5000": ("waits_5000: percent of a core of a triggerer with 5,000 waits", "percent", 5.0),
    "minute_10000": ("minute_10000: seconds to create the runs due in one minute of 10,000 DAGs", "seconds", 30.0),
}


def _seconds(figures: Figures) -> Iterator[Verdict]:
    for name, (what, key, limit) in _SECONDS.items():
        if name in figures:
            yield _at_most(what, figures[name][key], limit)
    if "edit_500" in figures:
        yield _at_most("edit_500: files parsed again that nobody changed", figures["edit_500"]["parsed_again"], 0)
    if "idle_100" in figures:
        more = round(figures["idle_100"]["percent"] - figures["idle_100"]["one"], 2)
        yield _at_most("idle_100: percent of a core more than with one idle DAG", more, 0.3)
