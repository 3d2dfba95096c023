"""From times and costs to the figures of the table."""

from __future__ import annotations

import statistics
from typing import Any

from bench.meter import Cost
from bench.workloads import Workload

Times = list[tuple[float, float]]


def per_second(times: Times) -> float:
    """Tasks a second from the first start to the last end."""
    return len(times) / (max(end for _, end in times) - min(start for start, _ in times))


def hop_ms(workload: Workload, times: Times) -> float | None:
    """Median milliseconds from a task's end to its successor's start; None without successors."""
    if not workload.chain:
        return None
    hops = [
        times[number + 1][0] - times[number][1] for number in range(len(times) - 1) if (number + 1) % workload.length
    ]
    return 1000 * statistics.median(hops)


def combine(workload: Workload, raw: list[tuple[Times, Cost]], own: list[tuple[Times, Cost]]) -> dict[str, Any]:
    """The figures of one workload: medians over the rounds of each side, and ratios."""
    raw_rate = statistics.median(per_second(times) for times, _ in raw)
    own_rate = statistics.median(per_second(times) for times, _ in own)
    raw_cpu, own_cpu = _cpu_ms(workload, raw), _cpu_ms(workload, own)
    return {
        "raw_per_s": round(raw_rate, 1),
        "headway_per_s": round(own_rate, 1),
        "ratio": round(own_rate / raw_rate, 3),
        "raw_hop_ms": _median_hop(workload, raw),
        "headway_hop_ms": _median_hop(workload, own),
        "statements_per_task": _per_task(workload, [cost.statements for _, cost in own]),
        "commits_per_task": _per_task(workload, [cost.commits for _, cost in own]),
        "broker_commands_per_task": _per_task(workload, [cost.commands for _, cost in own]),
        "raw_broker_commands_per_task": _per_task(workload, [cost.commands for _, cost in raw]),
        "raw_cpu_ms_per_task": raw_cpu,
        "cpu_ms_per_task": own_cpu,
        "cpu_ratio": round(sum(own_cpu.values()) / max(sum(raw_cpu.values()), 0.001), 3),
        "peak_memory_mb": _peak_mb(own),
    }


def _median_hop(workload: Workload, rounds: list[tuple[Times, Cost]]) -> float | None:
    hops = [hop for times, _ in rounds if (hop := hop_ms(workload, times)) is not None]
    return round(statistics.median(hops), 2) if hops else None


def _per_task(workload: Workload, counts: list[int]) -> float:
    return round(statistics.median(counts) / workload.tasks, 2)


def _cpu_ms(workload: Workload, rounds: list[tuple[Times, Cost]]) -> dict[str, float]:
    names = rounds[0][1].cpu
    return {
        name: round(1000 * statistics.median(cost.cpu.get(name, 0.0) for _, cost in rounds) / workload.tasks, 3)
        for name in names
    }


def _peak_mb(rounds: list[tuple[Times, Cost]]) -> dict[str, int]:
    names = rounds[0][1].memory
    return {name: max(cost.memory.get(name, 0) for _, cost in rounds) // 2**20 for name in names}
