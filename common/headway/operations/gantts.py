"""The Gantt chart of a run: when everything waited and ran, and what made it last so long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import gantt, holds, planning
from headway.metastore.queries.gantt import Bar, Stretch
from headway.metastore.queries.run_pages import RunHead
from headway.operations.critical_path import Ran, critical_path
from headway.operations.held_times import held_times, of_task
from headway.operations.instances import structure_of_run
from headway.operations.lookup import find_head
from headway.states import UNFINISHED, TaskState

#: Instances of a mapped task from which they make one bar.
FOLD = 50

_WAITING = UNFINISHED - {TaskState.RUNNING, TaskState.RESTARTING}


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A bar with its attempts (one from first to last for a bar of many instances), and when it was ``held``."""

    bar: Bar
    group: str
    attempts: list[Stretch]
    critical: bool
    held: list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Gantt:
    """Rows by their start; the critical path from first to last, (task id, map index) each."""

    head: RunHead
    rows: list[GanttRow]
    path: list[tuple[str, int]]


def make(conn: Connection, dag_id: str, run_id: str, *, expand: Sequence[str] = ()) -> Gantt:
    """The chart of a run, with each instance of the mapped tasks ``expand``; raises ``NotFound``."""
    head = find_head(conn, dag_id, run_id)
    tasks = {task["task_id"]: task for task in structure_of_run(conn, head).structure["tasks"]}
    bars = gantt.bars(conn, head.key, fold=FOLD, unfolded=list(expand))
    attempts = _attempts(conn, head, bars)
    now = planning.clock(conn)
    path = path_of(bars, tasks, now)
    critical = set(path)
    held = held_times(holds.changes(conn, dag_id, run_id))
    rows = [
        GanttRow(
            bar,
            tasks.get(bar.task_id, {}).get("group", ""),
            attempts[bar.ti],
            (bar.task_id, bar.map_index) in critical,
            of_task(held, bar.task_id, _begin(head), _waited_until(head, bar, attempts[bar.ti], now)),
        )
        for bar in bars
    ]
    return Gantt(head, rows, path)


def path_of(bars: Sequence[Bar], tasks: Mapping[str, Mapping[str, Any]], now: datetime) -> list[tuple[str, int]]:
    """The critical path through what has run so far."""
    ran = [Ran(bar.task_id, bar.map_index, bar.start_date, _end(bar, now)) for bar in bars if bar.start_date]
    upstream = {task_id: task["upstream"] for task_id, task in tasks.items()}
    return [(step.task_id, step.map_index) for step in critical_path(ran, upstream)]


def _end(bar: Bar, now: datetime) -> datetime:
    is_over = bar.end_date is not None and bar.state not in ("running", "restarting", "queued")
    return bar.end_date if is_over and bar.end_date else now


def _begin(head: RunHead) -> datetime:
    """Before this nothing of the run was there; a cleared run was queued again."""
    return min(head.run_after, head.queued_at)


def _waited_until(head: RunHead, bar: Bar, attempts: Sequence[Stretch], now: datetime) -> datetime:
    """Until when the bar could wait: until its last attempt began, or until now."""
    if TaskState(bar.state) in _WAITING and head.end_date is None:
        return now
    return attempts[-1].start_date if attempts else _begin(head)


def _attempts(conn: Connection, head: RunHead, bars: Sequence[Bar]) -> dict[int, list[Stretch]]:
    """The attempts of each bar by its task instance, also from before the run was cleared."""
    single = [bar.ti for bar in bars if bar.instances == 1]
    found: dict[int, list[Stretch]] = {bar.ti: [] if bar.instances == 1 else _whole(bar) for bar in bars}
    for stretch in gantt.stretches(conn, single, since=_begin(head)) if single else ():
        found[stretch.ti].append(stretch)
    return found


def _whole(bar: Bar) -> list[Stretch]:
    """One stretch for a bar of many instances."""
    if bar.start_date is None:
        return []
    outcome = None if bar.end_date is None else bar.state
    return [Stretch(bar.ti, bar.try_number, 0, bar.queued_at, bar.start_date, bar.end_date, outcome, "", "")]
