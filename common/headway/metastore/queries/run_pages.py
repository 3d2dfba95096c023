"""What pages and lists of runs show."""

# ruff: noqa: S608 (statements are put together from constants; values are parameters)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from headway.errors import InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries import run_list
from headway.metastore.queries.run_list import Run

#: Bytes of a run's ``conf`` from which lists leave it out.
CONF_IN_LISTS = 4096


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs: all conditions hold; those left out (None, empty) do not count. Moments are inclusive."""

    dag_id: str | None = None
    run_id: str | None = None
    states: Sequence[str] = ()
    run_types: Sequence[str] = ()
    run_id_part: str = ""
    run_after_gte: datetime | None = None
    run_after_lte: datetime | None = None
    logical_date_gte: datetime | None = None
    logical_date_lte: datetime | None = None
    end_date_gte: datetime | None = None
    end_date_lte: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunRow(Run):
    """A run with what pages show beside it; ``order`` is what the list is sorted by."""

    bundle: str
    note: str | None
    note_by: str | None
    note_at: datetime | None
    hold: dict[str, Any] | None
    backfill_id: int | None
    order: Any


_SHOWN: LiteralString = f"""{run_list.COLUMNS},
       CASE WHEN pg_column_size(r.conf) <= %(conf_bytes)s THEN r.conf END, coalesce(b.hash, ''),
       note.text, note.actor, note.written_at,
       (SELECT json_build_object('reason', h.reason, 'actor', h.actor, 'held_at', h.held_at) FROM hold h
        WHERE h.dag_id = r.dag_id AND h.run_id = r.id AND h.task_id = ''), r.backfill_id
"""

_AROUND: LiteralString = """
LEFT JOIN dag_version v ON v.id = r.version_id LEFT JOIN bundle b ON b.id = r.bundle_id
LEFT JOIN note ON note.run_id = r.id AND note.ti_id = 0
"""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort runs: by ``key`` (never NULL), then by the run's number; ``of_one_dag``: not over all DAGs."""

    key: LiteralString
    descending: bool = True
    of_one_dag: bool = True


ORDERS: dict[str, Order] = {
    "-run_after": Order("r.run_after", of_one_dag=False),
    "run_after": Order("r.run_after", descending=False, of_one_dag=False),
    "-logical_date": Order("coalesce(r.logical_date, '1970-01-01Z')"),
    "logical_date": Order("coalesce(r.logical_date, '1970-01-01Z')", descending=False),
    "-start_date": Order("coalesce(r.start_date, '9999-01-01Z')"),
    "start_date": Order("coalesce(r.start_date, '9999-01-01Z')", descending=False),
    "-end_date": Order("coalesce(r.end_date, '9999-01-01Z')"),
    "end_date": Order("coalesce(r.end_date, '9999-01-01Z')", descending=False),
}


#: The types of the values by which every list of runs is sorted: a moment and the run's number.
CURSOR = (datetime, int)


def order(name: str, *, of_one_dag: bool) -> Order:
    """An order by its name; raises ``InvalidInput`` for one that would read the runs of every DAG."""
    found = ORDERS[name]
    if found.of_one_dag and not of_one_dag:
        raise InvalidInput(f"the runs of every DAG are not sorted by {name.lstrip('-')}", "sort by run_after")
    return found


def page(
    conn: Connection, which: RunFilter, *, order: Order, after: tuple[datetime, int] | None, limit: int
) -> list[RunRow]:
    """At most ``limit`` runs behind the one with the key and number ``after``."""
    where, parameters = conditions(which)
    direction: LiteralString = "DESC" if order.descending else "ASC"
    if after is not None:
        comparison: LiteralString = "<" if order.descending else ">"
        where += f" AND ({order.key}, r.id) {comparison} (%(after_key)s::timestamptz, %(after_id)s::bigint)"
        parameters |= {"after_key": after[0], "after_id": after[1]}
    sort: LiteralString = f"ORDER BY {order.key} {direction}, r.id {direction}"
    statement = (
        f"WITH page AS MATERIALIZED (SELECT r.* FROM dag_run r WHERE {where} {sort} LIMIT %(limit)s)"
        f" {_SHOWN}, {order.key} FROM page r {_AROUND} {sort}"
    )
    rows = conn.execute(statement, {**parameters, "limit": limit, "conf_bytes": CONF_IN_LISTS}).fetchall()
    return [RunRow(*row) for row in rows]


def one(conn: Connection, dag_id: str, run_id: str) -> RunRow | None:
    """One run, with its ``conf`` whatever its size."""
    statement = f"{_SHOWN}, r.run_after FROM dag_run r {_AROUND} WHERE r.dag_id = %(dag_id)s AND r.run_id = %(run_id)s"
    row = conn.execute(statement, {"dag_id": dag_id, "run_id": run_id, "conf_bytes": 2**31 - 1}).fetchone()
    return RunRow(*row) if row else None


def conditions(which: RunFilter) -> tuple[LiteralString, dict[str, Any]]:
    """What a run ``r`` must meet, as SQL and its parameters."""
    given: list[tuple[Any, LiteralString]] = [
        (which.dag_id, "r.dag_id = %(dag_id)s"),
        (which.run_id, "r.run_id = %(run_id)s"),
        (which.states, _STATES.get(tuple(which.states), "r.state = ANY(%(states)s)")),
        (which.run_types, "r.run_type = ANY(%(run_types)s)"),
        (which.run_id_part, "position(lower(%(run_id_part)s) IN lower(r.run_id)) > 0"),
        (which.run_after_gte, "r.run_after >= %(run_after_gte)s"),
        (which.run_after_lte, "r.run_after <= %(run_after_lte)s"),
        (which.logical_date_gte, "r.logical_date >= %(logical_date_gte)s"),
        (which.logical_date_lte, "r.logical_date <= %(logical_date_lte)s"),
        (which.end_date_gte, "r.end_date >= %(end_date_gte)s"),
        (which.end_date_lte, "r.end_date <= %(end_date_lte)s"),
    ]
    parameters = {name: getattr(which, name) for name in RunFilter.__slots__}
    parameters |= {"states": list(which.states), "run_types": list(which.run_types)}
    return " AND ".join(text for value, text in given if value) or "true", parameters


# Written out, so that the partial indexes on these states serve.
_STATES: dict[tuple[str, ...], LiteralString] = {
    ("failed",): "r.state = 'failed'",
    ("running",): "r.state = 'running' AND r.state IN ('queued', 'running')",
    ("queued",): "r.state = 'queued' AND r.state IN ('queued', 'running')",
    ("queued", "running"): "r.state IN ('queued', 'running')",
    ("running", "queued"): "r.state IN ('queued', 'running')",
}


@dataclass(frozen=True, slots=True)
class RunHead:
    """What the pages inside a run begin with; ``version`` is the number that grows with every change by hand."""

    key: int
    dag_id: str
    run_id: str
    state: str
    version_id: int | None
    bundle_id: int | None
    version: int
    run_after: datetime
    queued_at: datetime
    start_date: datetime | None
    end_date: datetime | None


_HEAD: LiteralString = """
SELECT id, dag_id, run_id, state, version_id, bundle_id, version, run_after, queued_at, start_date, end_date
FROM dag_run
"""


def head(conn: Connection, dag_id: str, run_id: str) -> RunHead | None:
    """A run by its names, without its tasks."""
    row = conn.execute(f"{_HEAD} WHERE dag_id = %s AND run_id = %s", (dag_id, run_id)).fetchone()
    return RunHead(*row) if row else None


def heads(conn: Connection, keys: Sequence[int]) -> dict[int, RunHead]:
    """Runs by their numbers."""
    rows = conn.execute(f"{_HEAD} WHERE id = ANY(%s)", (list(keys),)).fetchall()
    return {row[0]: RunHead(*row) for row in rows}
