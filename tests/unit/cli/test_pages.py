"""A DAG's tree, a log's begin and end lines, a run's progress."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.cli.dag_page import task_tree
from headway.cli.follow import progress
from headway.cli.log_page import begin_line, end_line, show_log, show_log_as_json
from headway.metastore.queries.logs import LoggedAttempt
from headway.metastore.queries.run_list import Run
from headway.operations.task_logs import Began, Earlier, Ended, LogEnd, LogEvent, Text, Waiting
from support.structures import task

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ATTEMPT = LoggedAttempt(
    ti=1, dispatch=1, map_index=-1, try_number=2, outcome="success", hostname="host-a", queue="high_cpu",
    started_at=NOON, ended_at=NOON + timedelta(seconds=65), error=None, exit_signal=None, log_bytes=6, peak_rss=None,
)  # fmt: skip


def test_a_tree_shows_each_task_in_full_once() -> None:
    tasks = [
        task("a", operator="BashOperator"),
        task("b", "a", queue="high_cpu"),
        task("c", "a", retries=3),
        task("d", "b", "c", trigger_rule="all_done", pool="db"),
        task("e", "d"),
    ]
    assert task_tree(tasks) == [
        "a <BashOperator>",
        "    b <PythonOperator, queue high_cpu>",
        "        d <PythonOperator, pool db, all_done>",
        "            e <PythonOperator>",
        "    c <PythonOperator, retries 3>",
        "        d <PythonOperator, pool db, all_done> (see above)",
    ]


def test_a_chain_of_thousands_does_not_exhaust_the_stack() -> None:
    tasks = [task("t0"), *(task(f"t{n}", f"t{n - 1}") for n in range(1, 3000))]
    assert len(task_tree(tasks)) == 3000


def test_a_dense_graph_stays_small() -> None:
    layers: list[dict[str, Any]] = []
    for layer in range(12):
        above = [f"n{layer - 1}_{k}" for k in range(4)] if layer else []
        layers += [task(f"n{layer}_{k}", *above) for k in range(4)]
    assert len(task_tree(layers)) <= 4 + 12 * 16


def test_begin_and_end_lines() -> None:
    assert begin_line(ATTEMPT) == "try 2 on host-a, queue high_cpu, began 2026-03-10 12:00:00Z"
    assert end_line(ATTEMPT, LogEnd.COMPLETE) == "success after 1m 05s"
    killed = replace(ATTEMPT, outcome="failed", exit_signal=9, peak_rss=3 * 2**20, error="out of memory\nmore")
    assert (
        end_line(killed, LogEnd.COMPLETE) == "failed after 1m 05s, killed by signal 9, peak memory 3 MB, out of memory"
    )
    lost = replace(ATTEMPT, outcome="lost", log_bytes=None)
    assert end_line(lost, LogEnd.LOST) == "lost after 1m 05s, the end of this log may be lost with its worker"
    running = replace(ATTEMPT, outcome=None, ended_at=None, map_index=3)
    assert end_line(running, LogEnd.RUNNING) == "still running: -f follows"
    assert "try 2, map index 3 on host-a" in begin_line(running)


def test_our_lines_never_follow_half_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    events: list[LogEvent] = [
        Earlier([1]),
        Waiting("queued", "nobody consumes it"),
        Began(ATTEMPT),
        Text("a\n"),
        Text("half"),
        Ended(ATTEMPT, LogEnd.COMPLETE),
    ]
    assert show_log(events)
    shown = capsys.readouterr()
    assert shown.out.splitlines()[1:] == ["a", "half", "── success after 1m 05s ──"]
    assert shown.err == "try 1 came before: --attempt 1 shows it\nqueued: nobody consumes it\n"
    assert not show_log([])


def test_a_log_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    show_log_as_json([Began(ATTEMPT), Text("a"), Text("b"), Ended(ATTEMPT, LogEnd.COMPLETE)])
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["text"], shown["end"], shown["try_number"]) == ("ab", "complete", 2)


def test_progress_counts_what_has_ended_and_tells_the_rest() -> None:
    run = Run(
        key=1, dag_id="d", run_id="r", state="running", run_type="manual", logical_date=None,
        data_interval_start=None, data_interval_end=None, run_after=NOON, queued_at=NOON, start_date=NOON,
        end_date=None, seconds=1.0, conf={}, triggered_by="", version=1,
        tasks={"success": 2, "failed": 1, "running": 3, "none": 4},
    )  # fmt: skip
    assert progress(run) == (3, 10, "r: running, 3 running, 1 failed (3/10)")
