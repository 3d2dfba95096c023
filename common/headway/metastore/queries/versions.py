"""The versions of a DAG: their structures and their code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from headway.metastore.database import Connection, fetch_value

_SURPLUS_KEPT = 10  # of each DAG
_SURPLUS_AGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a DAG; ``run_count`` runs go or went with it, ``is_current``: what new runs use."""

    number: int
    created_at: datetime
    file: str
    bundle: str
    task_count: int
    run_count: int
    is_current: bool


_VERSIONS = """
SELECT v.number, v.created_at, v.file, coalesce(b.hash, ''), coalesce(v.task_count, 0), coalesce(used.runs, 0),
       v.id = d.version_id
FROM dag_version v
JOIN dag d ON d.dag_id = v.dag_id
LEFT JOIN bundle b ON b.id = CASE WHEN v.id = d.version_id THEN d.bundle_id ELSE v.bundle_id END
LEFT JOIN (
    SELECT version_id, count(*) AS runs FROM (
        SELECT id, version_id FROM dag_run WHERE dag_id = %(dag_id)s
        UNION SELECT r.id, c.version_id FROM former_code c JOIN dag_run r ON r.id = c.run_id AND r.dag_id = %(dag_id)s
    ) used GROUP BY version_id) used ON used.version_id = v.id
WHERE v.dag_id = %(dag_id)s AND (%(before)s::int IS NULL OR v.number < %(before)s)
ORDER BY v.number DESC LIMIT %(limit)s
"""


def page(conn: Connection, dag_id: str, *, before: int | None, limit: int) -> list[VersionRow]:
    """The newest versions of a DAG first, at most ``limit`` of those before the one with that number."""
    rows = conn.execute(_VERSIONS, {"dag_id": dag_id, "before": before, "limit": limit}).fetchall()
    return [VersionRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Structure:
    """What a DAG consists of in one version; ``structure`` as the authoring layer described it."""

    number: int
    structure: dict[str, Any]


def structure(conn: Connection, dag_id: str, number: int | None = None) -> Structure | None:
    """The structure of a version of a DAG, of the present one when none is named."""
    row = conn.execute(
        "SELECT v.number, v.structure FROM dag d JOIN dag_version v ON v.dag_id = d.dag_id"
        " AND CASE WHEN %(number)s::int IS NULL THEN v.id = d.version_id ELSE v.number = %(number)s END"
        " WHERE d.dag_id = %(dag_id)s",
        {"dag_id": dag_id, "number": number},
    ).fetchone()
    return Structure(*row) if row else None


def structure_of(conn: Connection, version_id: int) -> Structure | None:
    """The structure of a version by its key."""
    row = conn.execute("SELECT number, structure FROM dag_version WHERE id = %s", (version_id,)).fetchone()
    return Structure(*row) if row else None


_TASKS = """
SELECT v.id, jsonb_agg(jsonb_build_object('task_id', t -> 'task_id', 'upstream', t -> 'upstream',
                                          'mapped', t -> 'mapped', 'depends_on_past', t -> 'depends_on_past'))
FROM dag_version v, jsonb_array_elements(v.structure -> 'tasks') AS t
WHERE v.id = ANY(%s) GROUP BY v.id
"""


def tasks_of(conn: Connection, version_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The tasks of some versions, of each only what tells why an instance of it waits."""
    return dict(conn.execute(_TASKS, (list(version_ids),)).fetchall())


@dataclass(frozen=True, slots=True)
class Code:
    """What a version consists of: its structure, and the hashes of its ``files`` by path.

    ``file`` is the one that defines the DAG. Of a version that is not ``recorded``, because it was made by an earlier
    Headway, no other is known, and not even that when its bundle was cleaned away.
    """

    number: int
    file: str
    bundle: str
    files: dict[str, str]
    structure: dict[str, Any]
    recorded: bool


# What was not recorded with a version is taken from its bundle. A file's path is relative to the root there and here.
_FILES: LiteralString = """
CASE WHEN v.files <> '{}' THEN v.files
     ELSE jsonb_strip_nulls(jsonb_build_object(v.file, b.manifest #>> ARRAY['files', v.file, '0'])) END
"""

_CODE: LiteralString = f"""
SELECT v.number, v.file, coalesce(b.hash, ''), {_FILES}, v.structure, v.files <> '{{}}'
FROM dag d
JOIN dag_version v ON v.dag_id = d.dag_id
LEFT JOIN dag_run r ON r.dag_id = d.dag_id AND r.run_id = %(run_id)s
LEFT JOIN bundle b ON b.id = CASE WHEN %(run_id)s::text IS NOT NULL THEN r.bundle_id
                                  WHEN v.id = d.version_id THEN d.bundle_id ELSE v.bundle_id END
WHERE d.dag_id = %(dag_id)s
  AND CASE WHEN %(run_id)s::text IS NOT NULL THEN v.id = r.version_id
           WHEN %(number)s::int IS NOT NULL THEN v.number = %(number)s ELSE v.id = d.version_id END
"""  # noqa: S608 (made of constants)


def code(conn: Connection, dag_id: str, *, number: int | None = None, run_id: str | None = None) -> Code | None:
    """A version of a DAG, that of a run, or that of new runs; None: there is no such version."""
    row = conn.execute(_CODE, {"dag_id": dag_id, "number": number, "run_id": run_id}).fetchone()
    return Code(*row) if row else None


_UNUSED: LiteralString = """
    v.created_at < now() - %(age)s
    AND NOT EXISTS (SELECT 1 FROM dag d WHERE d.version_id = v.id)
    AND NOT EXISTS (SELECT 1 FROM dag_run r WHERE r.version_id = v.id)
    AND NOT EXISTS (SELECT 1 FROM former_code c WHERE c.version_id = v.id)"""

_DELETE: LiteralString = """
WITH gone AS (
    DELETE FROM dag_version v WHERE {which} RETURNING v.id
), tasks AS (
    DELETE FROM version_task t USING gone WHERE t.version_id = gone.id
)
SELECT id FROM gone
"""

# The age stands outside, too: a version that came back at this moment is young again.
_SURPLUS: LiteralString = f"""
    v.created_at < now() - %(age)s AND v.id IN (
        SELECT id FROM (
            SELECT v.id, row_number() OVER (PARTITION BY v.dag_id ORDER BY v.created_at DESC, v.number DESC) AS place
            FROM dag_version v WHERE {_UNUSED}
        ) unused WHERE place > %(kept)s)"""  # noqa: S608 (made of constants)


def count_old(conn: Connection, age: timedelta) -> int:
    """How many old versions no DAG and no run refers to."""
    return int(fetch_value(conn, f"SELECT count(*) FROM dag_version v WHERE {_UNUSED}", {"age": age}))  # noqa: S608


def delete_old(conn: Connection, age: timedelta) -> int:
    """Delete old versions to which no DAG and no run refers; how many."""
    return conn.execute(_DELETE.format(which=_UNUSED), {"age": age}).rowcount


def delete_surplus(conn: Connection) -> int:
    """Delete all but the newest versions that nothing ever ran, DAG by DAG: a file may be saved very often."""
    return conn.execute(_DELETE.format(which=_SURPLUS), {"age": _SURPLUS_AGE, "kept": _SURPLUS_KEPT}).rowcount
