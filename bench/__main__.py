"""``python -m bench``: Headway beside raw Celery, in one run. See bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import headway_side, raw, report, servers
from bench.budget import Figures, judge
from bench.figures import combine
from bench.situations import SITUATIONS
from bench.workloads import WORKLOADS, Workload

from headway.metastore import migrate
from headway.settings import load_settings
from headway.standalone.cluster import as_environment

_RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Run what was asked for; print tables, write the figures; exit status 1 when a limit was not kept."""
    arguments = _arguments()
    figures: Figures = {}
    chosen = [workload for workload in WORKLOADS if not arguments.only or workload.name in arguments.only]
    with tempfile.TemporaryDirectory(prefix="headway-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        for situation, measure in SITUATIONS.items():
            if not arguments.only or situation in arguments.only:
                figures[situation] = measure(_made(home / situation))
                print(f"{situation}: {json.dumps(figures[situation])}", file=sys.stderr)
        if chosen:
            figures |= _measure(home, chosen, arguments)
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps({"events": arguments.events, "workloads": figures}, indent=2))
    verdicts = judge(figures)
    report.show(figures, verdicts, events=arguments.events)
    sys.exit(any(not verdict.kept for verdict in verdicts))


def _arguments() -> argparse.Namespace:
    names = [*SITUATIONS, *(workload.name for workload in WORKLOADS)]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", default=[], choices=names, metavar="NAME", help=f"some of: {', '.join(names)}"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each side, taking turns")
    parser.add_argument("--children", type=int, default=4, help="pool children of each side's worker")
    parser.add_argument("--events", choices=["on", "off"], default="on", help="worker events and result backend")
    return parser.parse_args()


def _made(folder: Path) -> Path:
    folder.mkdir()
    folder.chmod(0o711)
    return folder


def _measure(home: Path, chosen: list[Workload], arguments: argparse.Namespace) -> Figures:
    on = arguments.events == "on"
    sections: dict[str, dict[str, Any]] = {"worker": {"task_events": on}, "results": {"enabled": on}}
    figures: Figures = {}
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


if __name__ == "__main__":
    main()
