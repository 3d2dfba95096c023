"""The Grid: the tasks of a DAG's present version by its runs; and how long they took."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from headway.metastore.database import Connection
from headway.metastore.queries import grid
from headway.metastore.queries.grid import GridRun, States
from headway.operations import display_order, sources
from headway.operations.display_order import Row

#: What stands in a cell: a state, numbers by state for a mapped task, None where there is no task.
Cell = str | dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Grid:
    """``cells`` has a list for each run, with a cell for each row."""

    version: int
    rows: list[Row]
    runs: list[GridRun]
    cells: list[list[Cell]]


def make(conn: Connection, dag_id: str, runs: Sequence[GridRun]) -> Grid:
    """The grid of these runs; tasks that only they have, and not the present version, come last.

    Raises ``NotFound``.
    """
    structure = sources.structure(conn, dag_id)
    rows = display_order.rows(structure.structure)
    states = grid.states(conn, [run.key for run in runs]) if runs else {}
    known = {row.id for row in rows}
    gone = sorted({task_id for found in states.values() for task_id in found} - known)
    rows += [_gone(task_id, states) for task_id in gone]
    return Grid(structure.number, rows, list(runs), [cells(rows, states.get(run.key, {})) for run in runs])


def cells(rows: Sequence[Row], states: States) -> list[Cell]:
    """The cells of one run."""
    return [_cell(row, states.get(row.id)) for row in rows]


def _cell(row: Row, state: Cell) -> Cell:
    if row.kind == "group" or state is None:
        return None
    return {state: 1} if row.mapped and isinstance(state, str) else state


def _gone(task_id: str, states: Mapping[int, States]) -> Row:
    mapped = any(isinstance(found.get(task_id), dict) for found in states.values())
    return replace(display_order.without_version(task_id), mapped=mapped)


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds for each task, for each run (oldest first): running, and waiting in the queue; medians for each task."""

    tasks: list[str]
    runs: list[GridRun]
    ran: list[list[float | None]]
    queued: list[list[float | None]]
    medians: list[float | None]


def durations(conn: Connection, dag_id: str, runs: Sequence[GridRun]) -> Durations:
    """How long each task of the present version took in these runs; raises ``NotFound``."""
    structure = sources.structure(conn, dag_id)
    tasks = [row.id for row in display_order.rows(structure.structure) if row.kind == "task"]
    shown = list(reversed(runs))
    spans = grid.spans(conn, [run.key for run in shown]) if shown else {}
    none = grid.Spans({}, {})
    found = [spans.get(run.key, none) for run in shown]
    ran = [[span.ran.get(task_id) for span in found] for task_id in tasks]
    queued = [[span.queued.get(task_id) for span in found] for task_id in tasks]
    return Durations(tasks, shown, ran, queued, [_median(values) for values in ran])


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 3) if known else None
