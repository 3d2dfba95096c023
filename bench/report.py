"""The figures as tables for a person."""

from __future__ import annotations

from collections.abc import Sequence

from bench.budget import Figures, Verdict
from rich.console import Console
from rich.table import Table

_WIDTH = 160  # columns, also through a pipe
_COLUMNS = (
    "workload",
    "raw/s",
    "Headway/s",
    "ratio",
    "raw hop ms",
    "hop ms",
    "raw CPU ms",
    "CPU ms",
    "CPU ratio",
    "SQL",
    "commits",
    "raw broker",
    "broker",
    "memory MB",
)


def show(figures: Figures, verdicts: Sequence[Verdict], *, events: str) -> None:
    """Print one row for each workload, then one for each limit."""
    console = Console(width=_WIDTH)
    rows = {name: row for name, row in figures.items() if "raw_per_s" in row}
    if rows:
        console.print(_workloads(rows, events))
        for name, row in rows.items():
            console.print(f"{name}: CPU ms a task by node {_by_node(row['cpu_ms_per_task'])};", end=" ")
            console.print(f"raw {_by_node(row['raw_cpu_ms_per_task'])}; peak MB {_by_node(row['peak_memory_mb'])}")
    console.print(_budget(verdicts))


def _workloads(rows: Figures, events: str) -> Table:
    table = _table(f"Headway beside raw Celery (events and result backend {events})", _COLUMNS)
    for name, row in rows.items():
        cells = [row["raw_per_s"], row["headway_per_s"], row["ratio"], row["raw_hop_ms"], row["headway_hop_ms"]]
        cells += [_sum(row["raw_cpu_ms_per_task"]), _sum(row["cpu_ms_per_task"]), row["cpu_ratio"]]
        cells += [row["statements_per_task"], row["commits_per_task"]]
        cells += [row["raw_broker_commands_per_task"], row["broker_commands_per_task"]]
        cells += [sum(row["peak_memory_mb"].values())]
        table.add_row(name, *("" if cell is None else str(cell) for cell in cells))
    return table


def _budget(verdicts: Sequence[Verdict]) -> Table:
    table = _table("Limits", ("what", "measured", "limit", "aim", "kept"))
    for verdict in verdicts:
        kept = "yes" if verdict.kept else "NO"
        table.add_row(verdict.what, f"{verdict.measured:g}", verdict.limit, verdict.aim, kept)
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _sum(by_node: dict[str, float]) -> float:
    return round(sum(by_node.values()), 2)


def _by_node(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
