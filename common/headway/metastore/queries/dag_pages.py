"""What pages and lists of DAGs show, with each DAG's recent runs: a page is one statement, however many DAGs it has."""

# ruff: noqa: S608 (statements are put together from constants; values are parameters)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from headway.metastore.database import Connection, fetch_value

RECENT = 14  # runs shown of each DAG

#: Seconds that a run may stay out after it was due before it counts as late.
LATE_AFTER = 60

#: A DAG ``d`` whose next run should have been made by now.
IS_LATE: LiteralString = (
    "(NOT d.is_paused AND NOT d.is_stale AND coalesce(d.next_due < now() - interval '60 seconds', false))"
)


@dataclass(frozen=True, slots=True)
class DagFilter:
    """Which DAGs: all conditions hold; those left out (None, empty) do not count.

    ``text`` is a part of id, label or description; a DAG has every one of ``tags``; ``states`` are those of its last
    run; ``stale`` takes in DAGs whose file is gone.
    """

    text: str = ""
    tags: Sequence[str] = ()
    owner: str | None = None
    paused: bool | None = None
    states: Sequence[str] = ()
    late: bool | None = None
    broken: bool | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class DagRow:
    """One DAG of a list; ``recent_runs`` (newest last) as JSON; ``key`` is what the list is sorted by."""

    dag_id: str
    label: str
    description: str
    is_paused: bool
    is_stale: bool
    style: int
    schedule: str
    schedule_kind: str
    timezone: str
    next_run: datetime | None
    next_interval_start: datetime | None
    next_interval_end: datetime | None
    is_late: bool
    owners: list[str]
    tags: list[str]
    file: str
    version: int
    bundle: str
    max_active_runs: int
    max_active_tasks: int
    active_runs: int
    has_import_error: bool
    warnings: list[dict[str, Any]]
    parsed_at: datetime
    params_required: bool
    task_count: int
    hold: dict[str, Any] | None
    recent_runs: list[dict[str, Any]]
    key: Any


_LAST: LiteralString = """
LEFT JOIN LATERAL (
    SELECT r.state, r.run_after FROM dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC, r.id DESC LIMIT 1
) last ON true
"""

_SHOWN: LiteralString = f"""
SELECT d.dag_id, coalesce(v.label, d.dag_id), d.description, d.is_paused, d.is_stale, d.style, d.schedule_text,
       d.schedule ->> 'kind', coalesce(v.timezone, 'UTC'),
       CASE WHEN d.next_due < '9999-01-01' THEN d.next_due END, d.next_start, d.next_end, {IS_LATE},
       d.owners, d.tags, d.file, coalesce(v.number, 0), coalesce(b.hash, ''), d.max_active_runs, d.max_active_tasks,
       (SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running')),
       EXISTS (SELECT FROM import_error i WHERE i.file = d.file), d.warnings, d.parsed_at,
       coalesce(v.asks_params, false), coalesce(v.task_count, 0),
       (SELECT json_build_object('reason', h.reason, 'actor', h.actor, 'held_at', h.held_at) FROM hold h
        WHERE h.dag_id = d.dag_id AND h.run_id = 0 AND h.task_id = ''),
       coalesce(recent.runs, '[]'), d.key
FROM page d
LEFT JOIN dag_version v ON v.id = d.version_id
LEFT JOIN bundle b ON b.id = d.bundle_id
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object(
               'dag_run_id', n.run_id, 'state', n.state, 'run_type', n.run_type, 'run_after', n.run_after,
               'logical_date', n.logical_date, 'start_date', n.start_date, 'end_date', n.end_date,
               'duration', extract(epoch FROM coalesce(n.end_date, now()) - n.start_date)::float8
           ) ORDER BY n.run_after, n.id) AS runs
    FROM (SELECT * FROM dag_run r WHERE r.dag_id = d.dag_id
          ORDER BY r.run_after DESC, r.id DESC LIMIT %(recent)s) n
) recent ON true
"""


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort DAGs: by ``key`` (an expression that is never NULL), then by id."""

    key: LiteralString
    kind: type
    descending: bool = False


ORDERS: dict[str, Order] = {
    "dag_id": Order("d.dag_id", str),
    "-dag_id": Order("d.dag_id", str, descending=True),
    "last_run": Order("coalesce(last.run_after, '1970-01-01Z')", datetime),
    "-last_run": Order("coalesce(last.run_after, '1970-01-01Z')", datetime, descending=True),
    "next_run": Order("coalesce(d.next_due, '9999-01-01Z')", datetime),
    "-next_run": Order("coalesce(d.next_due, '1970-01-01Z')", datetime, descending=True),
}


def page(
    conn: Connection, which: DagFilter, *, order: Order, after: tuple[Any, str] | None, limit: int
) -> list[DagRow]:
    """At most ``limit`` DAGs behind the one with the key and id ``after``."""
    where, parameters = _conditions(which)
    direction: LiteralString = "DESC" if order.descending else "ASC"
    if after is not None:
        comparison: LiteralString = "<" if order.descending else ">"
        where += f" AND ({order.key}, d.dag_id) {comparison} (%(after_key)s, %(after_id)s)"
        parameters |= {"after_key": after[0], "after_id": after[1]}
    last = _LAST if which.states or "last." in order.key else ""
    statement = (
        f"WITH page AS (SELECT d.*, {order.key} AS key FROM dag d {last} WHERE {where}"
        f" ORDER BY {order.key} {direction}, d.dag_id {direction} LIMIT %(limit)s) {_SHOWN}"
        f" ORDER BY d.key {direction}, d.dag_id {direction}"
    )
    rows = conn.execute(statement, {**parameters, "limit": limit, "recent": RECENT}).fetchall()
    return [DagRow(*row) for row in rows]


def count(conn: Connection, which: DagFilter) -> int:
    """How many DAGs match."""
    where, parameters = _conditions(which)
    last = _LAST if which.states else ""
    return int(fetch_value(conn, f"SELECT count(*) FROM dag d {last} WHERE {where}", parameters))


def one(conn: Connection, dag_id: str) -> DagRow | None:
    """One DAG, also when its file is gone."""
    statement: LiteralString = (
        f"WITH page AS (SELECT d.*, d.dag_id AS key FROM dag d WHERE d.dag_id = %(dag_id)s) {_SHOWN}"
    )
    row = conn.execute(statement, {"dag_id": dag_id, "recent": RECENT}).fetchone()
    return DagRow(*row) if row else None


def some(conn: Connection, dag_ids: Sequence[str]) -> list[DagRow]:
    """The DAGs of these ids, by id."""
    statement: LiteralString = (
        f"WITH page AS (SELECT d.*, d.dag_id AS key FROM dag d WHERE d.dag_id = ANY(%(dag_ids)s)) {_SHOWN}"
        " ORDER BY d.dag_id"
    )
    rows = conn.execute(statement, {"dag_ids": list(dag_ids), "recent": RECENT}).fetchall()
    return [DagRow(*row) for row in rows]


def _conditions(which: DagFilter) -> tuple[LiteralString, dict[str, Any]]:
    given: list[tuple[bool, LiteralString]] = [
        (not which.stale, "NOT d.is_stale"),
        (bool(which.text), _MATCHES),
        (bool(which.tags), "d.tags @> %(tags)s"),
        (which.owner is not None, "%(owner)s = ANY(d.owners)"),
        (which.paused is not None, "d.is_paused = %(paused)s"),
        (bool(which.states), "last.state = ANY(%(states)s)"),
        (which.late is not None, f"{IS_LATE} = %(late)s"),
        (which.broken is not None, "EXISTS (SELECT FROM import_error i WHERE i.file = d.file) = %(broken)s"),
    ]
    parameters = {
        "text": _pattern(which.text),
        "tags": list(which.tags),
        "owner": which.owner,
        "paused": which.paused,
        "states": list(which.states),
        "late": which.late,
        "broken": which.broken,
    }
    return " AND ".join(text for wanted, text in given if wanted) or "true", parameters


_MATCHES: LiteralString = (
    "(d.dag_id ILIKE %(text)s OR d.description ILIKE %(text)s"
    " OR EXISTS (SELECT FROM dag_version v WHERE v.id = d.version_id AND v.label ILIKE %(text)s))"
)


def _pattern(text: str) -> str:
    """A LIKE pattern for a part, in which nothing of ``text`` has a meaning of its own."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return f"%{text}%"


@dataclass(frozen=True, slots=True)
class Counted:
    """A tag or an owner, and how many DAGs have it."""

    name: str
    count: int


def tags(conn: Connection) -> list[Counted]:
    """Every tag of the DAGs that are there, by name."""
    rows = conn.execute(
        "SELECT tag, count(*) FROM dag, unnest(tags) AS tag WHERE NOT is_stale GROUP BY tag ORDER BY tag"
    ).fetchall()
    return [Counted(*row) for row in rows]


def owners(conn: Connection) -> list[Counted]:
    """Every owner of the DAGs that are there, by name."""
    rows = conn.execute(
        "SELECT owner, count(*) FROM dag, unnest(owners) AS owner WHERE NOT is_stale GROUP BY owner ORDER BY owner"
    ).fetchall()
    return [Counted(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DagFacts:
    """What only the page of one DAG shows; ``structure`` is its present version's."""

    structure: dict[str, Any]
    start_date: datetime | None
    end_date: datetime | None
    catchup: bool
    schedule: dict[str, Any]


def facts(conn: Connection, dag_id: str) -> DagFacts | None:
    """The rest of one DAG, without what its tasks are."""
    row = conn.execute(
        "SELECT v.structure - 'tasks' - 'groups' - 'edge_labels', d.start_date, d.end_date, d.catchup, d.schedule"
        " FROM dag d JOIN dag_version v ON v.id = d.version_id WHERE d.dag_id = %s",
        (dag_id,),
    ).fetchone()
    return DagFacts(*row) if row else None
