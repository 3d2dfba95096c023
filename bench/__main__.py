"""``python -m bench``: Headway beside raw Celery, in one run. See bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import headway_side, raw, servers
from bench.figures import combine
from bench.workloads import WORKLOADS, Workload
from rich.console import Console
from rich.table import Table

from headway.metastore import migrate
from headway.settings import load_settings
from headway.standalone.cluster import as_environment

_RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Run the workloads that were asked for; print the table, write the figures."""
    arguments = _arguments()
    chosen = [workload for workload in WORKLOADS if arguments.only in ("", workload.name)]
    if not chosen:
        sys.exit(f"no workload {arguments.only!r}; there are: {', '.join(workload.name for workload in WORKLOADS)}")
    with tempfile.TemporaryDirectory(prefix="headway-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        figures = _measure(home, chosen, arguments)
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps({"events": arguments.events, "workloads": figures}, indent=2))
    _print(figures, events=arguments.events)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help="one workload")
    parser.add_argument("--rounds", type=int, default=2, help="rounds of each side")
    parser.add_argument("--children", type=int, default=4, help="pool children of each side's worker")
    parser.add_argument("--events", choices=["on", "off"], default="on", help="worker events and result backend")
    return parser.parse_args()


def _measure(home: Path, chosen: list[Workload], arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    on = arguments.events == "on"
    sections: dict[str, dict[str, object]] = {"worker": {"task_events": on}, "results": {"enabled": on}}
    figures: dict[str, dict[str, Any]] = {}
    with servers.running(home) as found:
        urls = {"metastore": {"url": found.metastore}, "broker": {"url": found.broker}}
        environment = {**os.environ, "HEADWAY_HOME": str(home), **as_environment({**sections, **urls})}
        environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
        migrate.upgrade(load_settings(home=home, **urls))
        raw.prepare(found)
        for workload in chosen:
            raw_rounds, own_rounds = [], []
            for _ in range(arguments.rounds):
                raw_rounds.append(raw.run(found, workload, environment, arguments.children, home / "raw.log"))
                with headway_side.cluster(home / "own", [workload], found, sections, arguments.children) as settings:
                    own_rounds.append(headway_side.run(found, workload, settings))
            figures[workload.name] = combine(workload, raw_rounds, own_rounds)
            print(f"{workload.name}: {json.dumps(figures[workload.name])}", file=sys.stderr)
    return figures


def _print(figures: dict[str, dict[str, Any]], *, events: str) -> None:
    table = Table(title=f"Headway beside raw Celery (events and result backend {events})")
    for column in (
        "workload",
        "raw/s",
        "headway/s",
        "ratio",
        "raw hop ms",
        "hop ms",
        "hop ratio",
        "CPU ratio",
        "SQL",
        "commits",
        "broker",
    ):
        table.add_column(column, justify="left" if column == "workload" else "right")
    for name, row in figures.items():
        hops = (row["raw_hop_ms"], row["headway_hop_ms"])
        times = f"{hops[1] / hops[0]:.2f}" if hops[0] else ""
        cells = [row["raw_per_s"], row["headway_per_s"], row["ratio"], hops[0] or "", hops[1] or "", times]
        cells += [
            row["cpu_ratio"],
            row["statements_per_task"],
            row["commits_per_task"],
            row["broker_commands_per_task"],
        ]
        table.add_row(name, *(str(cell) for cell in cells))
    Console().print(table)


if __name__ == "__main__":
    main()
