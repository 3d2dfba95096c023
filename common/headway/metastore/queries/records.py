"""Reads for code that was written against Airflow's tables: one view a kind, the conditions given as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql
from psycopg.rows import dict_row

from headway.authoring.records import COMPARISONS, Comparison, RecordQuery, plain
from headway.errors import InvalidInput
from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class View:
    """``fields`` maps the name of a field to its SQL and the type that values are compared as."""

    source: LiteralString
    fields: dict[str, tuple[LiteralString, LiteralString]]


_RUN: dict[str, tuple[LiteralString, LiteralString]] = {
    "id": ("r.id", "bigint"),
    "dag_id": ("r.dag_id", "text"),
    "run_id": ("r.run_id", "text"),
    "run_type": ("r.run_type", "text"),
    "state": ("r.state", "text"),
    "logical_date": ("r.logical_date", "timestamptz"),
    "data_interval_start": ("r.data_interval_start", "timestamptz"),
    "data_interval_end": ("r.data_interval_end", "timestamptz"),
    "run_after": ("r.run_after", "timestamptz"),
    "queued_at": ("r.queued_at", "timestamptz"),
    "start_date": ("r.start_date", "timestamptz"),
    "end_date": ("r.end_date", "timestamptz"),
    "external_trigger": ("(r.run_type = 'manual')", "boolean"),
    "conf": ("r.conf", "jsonb"),
}

VIEWS: dict[str, View] = {
    "dag_run": View("dag_run r", _RUN),
    "task_instance": View(
        "task_instance t JOIN dag_run r ON r.id = t.run_id",
        {
            "id": ("t.id", "bigint"),
            "dag_id": ("r.dag_id", "text"),
            "run_id": ("r.run_id", "text"),
            "logical_date": ("r.logical_date", "timestamptz"),
            "task_id": ("t.task_id", "text"),
            "map_index": ("t.map_index", "int"),
            "state": ("t.state", "text"),
            "try_number": ("t.try_number", "int"),
            "max_tries": ("t.max_tries", "int"),
            "queue": ("t.queue", "text"),
            "pool": ("t.pool", "text"),
            "pool_slots": ("t.pool_slots", "int"),
            "priority_weight": ("t.priority", "int"),
            "queued_at": ("t.queued_at", "timestamptz"),
            "start_date": ("t.start_date", "timestamptz"),
            "end_date": ("t.end_date", "timestamptz"),
            "duration": ("extract(epoch FROM t.end_date - t.start_date)::float8", "float8"),
        },
    ),
    "dag": View(
        "dag d",
        {
            "dag_id": ("d.dag_id", "text"),
            "fileloc": ("d.file", "text"),
            "is_paused": ("d.is_paused", "boolean"),
            "is_active": ("(NOT d.is_stale)", "boolean"),
            "description": ("d.description", "text"),
            "owners": ("array_to_string(d.owners, ', ')", "text"),
            "tags": ("to_jsonb(d.tags)", "jsonb"),
            "schedule_interval": ("d.schedule_text", "text"),
            "max_active_runs": ("d.max_active_runs", "int"),
            "max_active_tasks": ("d.max_active_tasks", "int"),
            "next_dagrun": ("d.next_start", "timestamptz"),
            "next_dagrun_create_after": ("d.next_due", "timestamptz"),
            "last_parsed_time": ("d.parsed_at", "timestamptz"),
        },
    ),
    "log": View(
        "event_log e",
        {
            "id": ("e.id", "bigint"),
            "dttm": ("e.at", "timestamptz"),
            "event": ("e.action", "text"),
            "owner": ("e.actor", "text"),
            "subject": ("e.subject", "text"),
            "extra": ("e.detail", "jsonb"),
        },
    ),
    "pool": View(
        "pool p",
        {
            "pool": ("p.name", "text"),
            "slots": ("p.slots", "int"),
            "description": ("p.description", "text"),
            "include_deferred": ("p.include_deferred", "boolean"),
        },
    ),
    "import_error": View(
        "import_error i",
        {
            "filename": ("i.file", "text"),
            "stacktrace": ("i.message", "text"),
            "timestamp": ("i.seen_at", "timestamptz"),
        },
    ),
    "variable": View(
        "variable v",
        {"key": ("v.key", "text"), "description": ("v.description", "text")},
    ),
    "connection": View(
        "connection c",
        {
            "conn_id": ("c.conn_id", "text"),
            "conn_type": ("c.conn_type", "text"),
            "host": ("c.host", "text"),
            "schema": ("c.schema", "text"),
            "login": ("c.login", "text"),
            "port": ("c.port", "int"),
            "description": ("c.description", "text"),
        },
    ),
}


def find(conn: Connection, query: RecordQuery) -> list[dict[str, Any]]:
    """The records that ``query`` wants, as plain data."""
    view = VIEWS[query.kind]
    listed = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(sql.SQL(text), sql.Identifier(name)) for name, (text, _) in view.fields.items()
    )
    tail = sql.SQL(" LIMIT {} OFFSET {}").format(sql.Literal(query.limit), sql.Literal(query.offset))
    statement = sql.SQL("SELECT {} FROM {}").format(listed, sql.SQL(view.source)) + _where(view, query)
    statement += _order(view, query) + tail
    if query.count:
        statement = sql.SQL("SELECT count(*) AS count FROM ({}) found").format(statement)
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement).fetchall()
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def _where(view: View, query: RecordQuery) -> sql.Composable:
    if not query.tests:
        return sql.SQL("")
    return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(_condition(view, query.kind, test) for test in query.tests)


def _condition(view: View, kind: str, test: Comparison) -> sql.Composable:
    if test.comparison not in COMPARISONS:
        raise InvalidInput(f"unknown comparison {test.comparison!r}", "use one of " + " ".join(COMPARISONS))
    text, type_name = _field(view, kind, test.field)
    field, cast = sql.SQL(text), sql.SQL(type_name)
    match test.comparison:
        case "=" | "!=":
            word = "IS NOT DISTINCT FROM" if test.comparison == "=" else "IS DISTINCT FROM"
            return sql.SQL("{} {} {}::{}").format(field, sql.SQL(word), sql.Literal(test.value), cast)
        case "in" | "not in":
            found = sql.SQL("{} = ANY({}::{}[])").format(field, sql.Literal(list(test.value)), cast)
            return found if test.comparison == "in" else sql.SQL("NOT coalesce({}, false)").format(found)
        case _:
            checked: Any = test.comparison.upper()  # one of COMPARISONS, so no text of anybody's
            return sql.SQL("{} {} {}::{}").format(field, sql.SQL(checked), sql.Literal(test.value), cast)


def _order(view: View, query: RecordQuery) -> sql.Composable:
    if not query.order:
        return sql.SQL("")
    parts = []
    for name in query.order:
        text = sql.SQL(_field(view, query.kind, name.lstrip("-"))[0])
        parts.append(text + sql.SQL(" DESC NULLS LAST" if name[0] == "-" else " ASC NULLS LAST"))
    return sql.SQL(" ORDER BY ") + sql.SQL(", ").join(parts)


def _field(view: View, kind: str, name: str) -> tuple[LiteralString, LiteralString]:
    if name not in view.fields:
        raise InvalidInput(f"a {kind} has no field {name!r} here", "it has " + ", ".join(view.fields))
    return view.fields[name]
