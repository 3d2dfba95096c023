"""What pages and lists of task instances show.

A list over many runs goes from run to run, the newest first, and looks at no more than ``RUNS_AT_ONCE`` of them for
one page: no index of ``task_instance`` may name its state, so a rare state costs a page or two with few rows.
"""

# ruff: noqa: S608 (statements are put together from constants; values are parameters)

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from headway.authoring.results import NAME_KEY
from headway.metastore.database import Connection
from headway.metastore.queries import run_pages, task_list
from headway.metastore.queries.run_pages import RunFilter
from headway.metastore.queries.task_list import VISIBLE, Instance

RUNS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which task instances: all conditions hold; those left out (None, empty) do not count."""

    task_ids: Sequence[str] = ()
    task_id_part: str = ""
    states: Sequence[str] = ()
    pools: Sequence[str] = ()
    queues: Sequence[str] = ()
    node: str | None = None
    map_index: int | None = None
    mapped_only: bool = False


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """A task instance of any run, with the run that it belongs to.

    ``priority`` is the effective one; ``run_after`` and ``run`` (its number) say where the run stands in a list.
    """

    instance: Instance
    dag_id: str
    run_id: str
    run: int
    run_after: datetime
    priority: int
    note: str | None
    note_by: str | None
    note_at: datetime | None
    hold: dict[str, Any] | None

    @property
    def place(self) -> tuple[datetime, int, str, int]:
        """What lists are sorted by."""
        return self.run_after, self.run, self.instance.task_id, self.instance.map_index


_COLUMNS: LiteralString = f"""{task_list.COLUMNS},
       t.dag_id, t.dag_run_id, t.run_id, t.run_after, t.priority, note.text, note.actor, note.written_at,
       (SELECT json_build_object('reason', h.reason, 'actor', h.actor, 'held_at', h.held_at, 'every_run', h.run_id = 0)
        FROM hold h
        WHERE h.dag_id = t.dag_id AND h.run_id IN (0, t.run_id) AND h.task_id = t.task_id
        ORDER BY h.run_id DESC LIMIT 1)
"""

_AROUND: LiteralString = f"{task_list.AROUND} LEFT JOIN note ON note.run_id = t.run_id AND note.ti_id = t.id"


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` of one page; ``reached``: how far the look went when it ended before the page was full."""

    rows: list[InstanceRow]
    reached: tuple[datetime, int] | None = None


def of_run(
    conn: Connection, run: int, which: InstanceFilter, *, after: tuple[str, int] | None, limit: int
) -> list[InstanceRow]:
    """At most ``limit`` task instances of a run (by its number) by task id and map index, behind ``after``."""
    where, parameters = _conditions(which)
    if after is not None:
        where += " AND (t.task_id, t.map_index) > (%(after_task)s, %(after_index)s)"
        parameters |= {"after_task": after[0], "after_index": after[1]}
    statement = f"""
        WITH page AS MATERIALIZED (
            SELECT t.*, r.dag_id, r.run_id AS dag_run_id, r.run_after
            FROM task_instance t JOIN dag_run r ON r.id = t.run_id
            WHERE t.run_id = %(run)s AND {where} AND {VISIBLE}
            ORDER BY t.task_id, t.map_index LIMIT %(limit)s
        ) {_COLUMNS} FROM page t {_AROUND} ORDER BY t.task_id, t.map_index"""
    return _rows(conn, statement, {**parameters, "run": run, "limit": limit})


def of_runs(
    conn: Connection,
    runs: RunFilter,
    which: InstanceFilter,
    *,
    after: tuple[datetime, int, str | None, int | None] | None,
    limit: int,
) -> Page:
    """At most ``limit`` task instances of many runs, newest run first, behind the place ``after``.

    A place without a task is behind all of its run.
    """
    where, parameters = _conditions(which)
    run_where, run_parameters = run_pages.conditions(runs)
    parameters |= run_parameters | {"limit": limit, "runs": RUNS_AT_ONCE}
    if after is not None:
        comparison: LiteralString = "<" if after[2] is None else "<="
        run_where += f" AND (r.run_after, r.id) {comparison} (%(after_at)s::timestamptz, %(after_run)s::bigint)"
        where += " AND (t.run_id <> %(after_run)s OR (t.task_id, t.map_index) > (%(after_task)s, %(after_index)s))"
        parameters |= dict(zip(("after_at", "after_run", "after_task", "after_index"), after, strict=True))
    statement = f"""
        WITH page AS MATERIALIZED (
            SELECT t.*, r.dag_id, r.run_id AS dag_run_id, r.run_after
            FROM (SELECT r.id, r.dag_id, r.run_id, r.run_after FROM dag_run r WHERE {run_where}
                  ORDER BY r.run_after DESC, r.id DESC LIMIT %(runs)s) r
            CROSS JOIN LATERAL (
                SELECT * FROM task_instance t WHERE t.run_id = r.id AND {where} AND {VISIBLE}
                ORDER BY t.task_id, t.map_index LIMIT %(limit)s) t
            ORDER BY r.run_after DESC, r.id DESC, t.task_id, t.map_index LIMIT %(limit)s
        ) {_COLUMNS} FROM page t {_AROUND} ORDER BY t.run_after DESC, t.run_id DESC, t.task_id, t.map_index"""
    rows = _rows(conn, statement, parameters)
    if len(rows) >= limit:
        return Page(rows)
    return Page(rows, _reached(conn, run_where, parameters))


def _reached(conn: Connection, run_where: LiteralString, parameters: dict[str, Any]) -> tuple[datetime, int] | None:
    """The last run that was looked at, if there are more behind it."""
    row = conn.execute(
        f"SELECT r.run_after, r.id FROM dag_run r WHERE {run_where}"
        " ORDER BY r.run_after DESC, r.id DESC OFFSET %(runs)s - 1 LIMIT 1",
        parameters,
    ).fetchone()
    return (row[0], row[1]) if row else None


def _rows(conn: Connection, statement: LiteralString, parameters: dict[str, Any]) -> list[InstanceRow]:
    found = conn.execute(statement, {**parameters, "name_key": NAME_KEY}).fetchall()
    width = len(Instance.__slots__)
    return [InstanceRow(Instance(*row[:width]), *row[width:]) for row in found]


def _conditions(which: InstanceFilter) -> tuple[LiteralString, dict[str, Any]]:
    given: list[tuple[bool, LiteralString]] = [
        (bool(which.task_ids), "t.task_id = ANY(%(task_ids)s)"),
        (which.task_id_part != "", "position(lower(%(task_id_part)s) IN lower(t.task_id)) > 0"),
        (bool(which.states), "t.state = ANY(%(ti_states)s)"),
        (bool(which.pools), "t.pool = ANY(%(pools)s)"),
        (bool(which.queues), "t.queue = ANY(%(queues)s)"),
        (which.node is not None, "t.node_id IN (SELECT id FROM node WHERE name = %(node)s OR hostname = %(node)s)"),
        (which.map_index is not None, "t.map_index = %(map_index)s"),
        (which.mapped_only, "t.map_index >= 0"),
    ]
    lists = {"task_ids": which.task_ids, "ti_states": which.states, "pools": which.pools, "queues": which.queues}
    parameters: dict[str, Any] = {name: list(value) for name, value in lists.items()}
    parameters |= {"node": which.node, "map_index": which.map_index, "task_id_part": which.task_id_part}
    return " AND ".join(text for wanted, text in given if wanted) or "true", parameters


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What of a run has not ended or ended badly of what was asked for: task ids, and indexes of mapped tasks."""

    unfinished: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    indexes: frozenset[tuple[str, int]] = frozenset()


_UNFINISHED = """
SELECT t.run_id, t.task_id, bool_or(t.state IN ('failed', 'upstream_failed')),
       bool_or(t.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')),
       coalesce(array_agg(t.map_index) FILTER (
           WHERE t.map_index = ANY(%(indexes)s)
           AND t.state NOT IN ('success', 'failed', 'skipped', 'upstream_failed', 'removed')), '{}')
FROM unnest(%(runs)s::bigint[], %(task_ids)s::text[]) AS w (run_id, task_id)
JOIN task_instance t ON t.run_id = w.run_id AND t.task_id = w.task_id
WHERE t.state NOT IN ('success', 'skipped', 'removed')
GROUP BY t.run_id, t.task_id
"""


def unfinished(conn: Connection, tasks: Collection[tuple[int, str]], indexes: Sequence[int]) -> dict[int, Unfinished]:
    """How tasks stand for which task instances may wait, (run, task id) each; by run, where there is something to tell.

    Of mapped tasks those at the same map index (``indexes``) are included.
    """
    parameters = {
        "runs": [run for run, _ in tasks],
        "task_ids": [task_id for _, task_id in tasks],
        "indexes": [each for each in indexes if each >= 0],
    }
    of_runs: dict[int, list[Any]] = {}
    for run, *row in conn.execute(_UNFINISHED, parameters).fetchall():
        of_runs.setdefault(run, []).append(row)
    return {run: _unfinished(rows) for run, rows in of_runs.items()}


def _unfinished(rows: Sequence[Any]) -> Unfinished:
    return Unfinished(
        unfinished=frozenset(row[0] for row in rows if row[2]),
        failed=frozenset(row[0] for row in rows if row[1]),
        indexes=frozenset((row[0], index) for row in rows for index in row[3]),
    )
