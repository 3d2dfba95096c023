"""The bench's arithmetic: figures from times and costs, and what they say about the limits."""

from __future__ import annotations

from typing import Any

import pytest
from bench.budget import judge
from bench.figures import combine, hop_ms, per_second
from bench.meter import Cost
from bench.workloads import Workload

CHAIN = Workload("chain_50", 3, chain=True, dags=2)
#: Two chains of three tasks: each takes 1 s, and starts 0.5 s after the one before.
TIMES = [(0.0, 1.0), (1.5, 2.5), (3.0, 4.0), (0.0, 1.0), (1.5, 2.5), (3.0, 4.0)]


def test_a_rate_counts_from_the_first_start_to_the_last_end() -> None:
    assert per_second(TIMES) == 1.5


def test_a_hop_is_measured_within_a_chain_only() -> None:
    assert hop_ms(CHAIN, TIMES) == 500.0


def test_independent_tasks_have_no_hop() -> None:
    assert hop_ms(Workload("wide_500", 6, chain=False), TIMES) is None


def test_figures_are_medians_and_per_task() -> None:
    costs = [Cost(12, 6, 60, {"worker": 0.06, "postgres": 0.0}, {"worker": 2**21}) for _ in range(3)]
    costs[0].statements = 1200  # an odd round
    row = combine(CHAIN, [(TIMES, costs[1])], [(TIMES, cost) for cost in costs])
    assert row["statements_per_task"] == 2.0
    assert row["broker_commands_per_task"] == 10.0
    assert row["cpu_ms_per_task"] == {"worker": 10.0, "postgres": 0.0}
    assert row["peak_memory_mb"] == {"worker": 2}
    assert row["ratio"] == row["cpu_ratio"] == 1.0


@pytest.mark.parametrize(
    ("name", "row", "what", "kept"),
    [
        ("many_200x5", {"ratio": 0.49}, "throughput", False),
        ("many_200x5", {"ratio": 0.5}, "throughput", True),
        ("chain_50", {"headway_hop_ms": 5.1, "raw_hop_ms": 2.0}, "hop", False),
        ("chain_50", {"headway_hop_ms": 5.0, "raw_hop_ms": 2.0}, "hop", True),
        ("cold_start", {"seconds": 8.1}, "first finished task", False),
        ("idle", {"percent": 2.9}, "idle", True),
        ("edit_500", {"seconds": 0.2, "parsed_again": 1}, "parsed again", False),
    ],
)
def test_a_limit_is_judged(name: str, row: dict[str, Any], what: str, kept: bool) -> None:
    assert [verdict.kept for verdict in judge({name: row}) if what in verdict.what] == [kept]


@pytest.mark.parametrize(("large", "kept"), [(3.6, True), (3.7, False)])
def test_cost_must_stay_flat(large: float, kept: bool) -> None:
    def row(cpu: float) -> dict[str, Any]:
        return {
            "ratio": 1,
            "cpu_ratio": 1,
            "statements_per_task": 2,
            "commits_per_task": 2,
            "cpu_ms_per_task": {"worker": cpu},
        }

    verdicts = judge({"wide_500": row(3.0), "wide_20000": row(large)})
    assert [verdict.kept for verdict in verdicts if "20,000" in verdict.what] == [kept]
