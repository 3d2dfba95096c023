"""What people ask about DAGs: lists, one DAG in full, files that do not load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Dag:
    """A DAG as it is now, with its newest run.

    ``is_stale``: its file is gone or no longer defines it. ``version`` counts its structures from 1.
    ``next_due`` is when the next run will be made, None when no schedule does.
    """

    dag_id: str
    is_paused: bool
    is_stale: bool
    style: int
    schedule: str
    next_due: datetime | None
    active_runs: int
    last_run: str | None
    last_state: str | None
    last_run_after: datetime | None
    tags: list[str]
    owners: list[str]
    description: str
    file: str
    version: int
    bundle: str
    max_active_runs: int
    max_active_tasks: int
    warnings: int
    parsed_at: datetime


_DAGS = """
SELECT d.dag_id, d.is_paused, d.is_stale, d.style, d.schedule_text,
       CASE WHEN d.next_due < '9999-01-01' THEN d.next_due END,
       (SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running')),
       last.run_id, last.state, last.run_after, d.tags, d.owners, d.description, d.file,
       coalesce(v.number, 0), coalesce(b.hash, ''), d.max_active_runs, d.max_active_tasks,
       jsonb_array_length(d.warnings), d.parsed_at
FROM dag d
LEFT JOIN dag_version v ON v.id = d.version_id
LEFT JOIN bundle b ON b.id = d.bundle_id
LEFT JOIN LATERAL (
    SELECT run_id, state, run_after FROM dag_run r WHERE r.dag_id = d.dag_id
    ORDER BY r.run_after DESC, r.id DESC LIMIT 1
) last ON true
"""


def dags(conn: Connection, *, stale: bool = False) -> list[Dag]:
    """Every DAG by id; ``stale`` brings also those whose file is gone."""
    rows = conn.execute(f"{_DAGS} WHERE %(stale)s OR NOT d.is_stale ORDER BY d.dag_id", {"stale": stale}).fetchall()
    return [Dag(*row) for row in rows]


def dag(conn: Connection, dag_id: str) -> Dag | None:
    """One DAG."""
    row = conn.execute(f"{_DAGS} WHERE d.dag_id = %(dag_id)s", {"dag_id": dag_id}).fetchone()
    return Dag(*row) if row else None


def dag_ids(conn: Connection) -> list[str]:
    """The ids of every DAG, for suggestions."""
    return [row[0] for row in conn.execute("SELECT dag_id FROM dag ORDER BY dag_id").fetchall()]


@dataclass(frozen=True, slots=True)
class Structure:
    """The structure of a DAG's present version, as the authoring layer described it."""

    structure: dict[str, Any]
    warnings: list[dict[str, Any]]
    schedule: dict[str, Any]
    start_date: datetime | None
    end_date: datetime | None
    catchup: bool


def structure(conn: Connection, dag_id: str) -> Structure | None:
    """The present structure of a DAG."""
    row = conn.execute(
        "SELECT v.structure, d.warnings, d.schedule, d.start_date, d.end_date, d.catchup"
        " FROM dag d JOIN dag_version v ON v.id = d.version_id WHERE d.dag_id = %s",
        (dag_id,),
    ).fetchone()
    return Structure(*row) if row else None


@dataclass(frozen=True, slots=True)
class FileError:
    """A file that cannot be loaded; ``line`` is 0 when unknown."""

    file: str
    line: int
    message: str
    remedy: str
    seen_at: datetime


def file_errors(conn: Connection) -> list[FileError]:
    """Every file that cannot be loaded, by path."""
    rows = conn.execute("SELECT file, line, message, remedy, seen_at FROM import_error ORDER BY file").fetchall()
    return [FileError(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DagWarning:
    """Something in a DAG's file that works otherwise than it looks; ``line`` is 0 when unknown."""

    dag_id: str
    file: str
    line: int
    text: str
    parsed_at: datetime


def warnings(conn: Connection, *, dag_id: str | None = None) -> list[DagWarning]:
    """The warnings of every DAG, or of one, by DAG and line."""
    rows = conn.execute(
        "SELECT d.dag_id, d.file, coalesce((w ->> 'line')::int, 0), w ->> 'text', d.parsed_at"
        " FROM dag d, jsonb_array_elements(d.warnings) AS w"
        " WHERE NOT d.is_stale AND d.warnings <> '[]' AND (%(dag_id)s::text IS NULL OR d.dag_id = %(dag_id)s)"
        " ORDER BY 1, 3, 4",
        {"dag_id": dag_id},
    ).fetchall()
    return [DagWarning(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """What decides when a DAG runs; ``now`` is the metastore's clock.

    ``last_start`` is the interval start of the last run that the schedule made.
    """

    now: datetime
    is_paused: bool
    is_stale: bool
    schedule: dict[str, Any]
    start_date: datetime | None
    end_date: datetime | None
    catchup: bool
    last_start: datetime | None
    version_id: int
    bundle_id: int


_SCHEDULE_FACTS = """
SELECT clock_timestamp(), d.is_paused, d.is_stale, d.schedule, d.start_date, d.end_date, d.catchup,
       (SELECT r.data_interval_start FROM dag_run r WHERE r.dag_id = d.dag_id AND r.run_type = 'scheduled'
        ORDER BY r.run_after DESC LIMIT 1),
       d.version_id, d.bundle_id
FROM dag d WHERE d.dag_id = %s
"""


def schedule_facts(conn: Connection, dag_id: str) -> ScheduleFacts:
    """The schedule of a DAG that exists, and where it stands."""
    row = conn.execute(_SCHEDULE_FACTS, (dag_id,)).fetchone()
    assert row is not None, f"DAG {dag_id} was deleted meanwhile"
    return ScheduleFacts(*row)


def newest_code(conn: Connection, dag_id: str) -> tuple[str, str]:
    """The file of a DAG that exists, and the hash of its newest bundle."""
    row = conn.execute(
        "SELECT d.file, b.hash FROM dag d JOIN bundle b ON b.id = d.bundle_id WHERE d.dag_id = %s", (dag_id,)
    ).fetchone()
    assert row is not None, f"DAG {dag_id} was deleted meanwhile"
    return row[0], row[1]


def params(conn: Connection, version_id: int) -> dict[str, Any]:
    """The params of a version: ``{name: {"value": …, "schema": {…}}}``, without a value where none is set."""
    row = conn.execute("SELECT structure->'params' FROM dag_version WHERE id = %s", (version_id,)).fetchone()
    return (row and row[0]) or {}


_TIED = """
SELECT task ->> 'task_id' FROM dag_version v, jsonb_array_elements(v.structure -> 'tasks') AS task
WHERE v.id = %s AND ((task ->> 'depends_on_past')::bool OR (task ->> 'wait_for_downstream')::bool) LIMIT 1
"""


def tied_to_the_past(conn: Connection, version_id: int) -> str | None:
    """A task of a version that depends on the run before its own, if there is one."""
    row = conn.execute(_TIED, (version_id,)).fetchone()
    return row[0] if row else None
