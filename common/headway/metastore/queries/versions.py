"""The versions of a DAG: their structures and the code that they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a DAG; ``is_current``: what new runs use."""

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
LEFT JOIN (SELECT version_id, count(*) AS runs FROM dag_run WHERE dag_id = %(dag_id)s GROUP BY version_id) used
    ON used.version_id = v.id
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


@dataclass(frozen=True, slots=True)
class Source:
    """Where the code of a DAG is stored; ``content`` None: its bundle was cleaned away, or lacks the file."""

    number: int
    file: str
    bundle: str
    content: bytes | None


# A file's path is relative to the root, its DAGs' to the same.
_SOURCE = """
SELECT v.number, v.file, coalesce(b.hash, ''), blob.data
FROM dag d
JOIN dag_version v ON v.dag_id = d.dag_id
LEFT JOIN dag_run r ON r.dag_id = d.dag_id AND r.run_id = %(run_id)s
LEFT JOIN bundle b ON b.id = CASE WHEN %(run_id)s::text IS NOT NULL THEN r.bundle_id
                                  WHEN v.id = d.version_id THEN d.bundle_id ELSE v.bundle_id END
LEFT JOIN blob ON blob.hash = b.manifest #>> ARRAY['files', v.file, '0']
WHERE d.dag_id = %(dag_id)s
  AND CASE WHEN %(run_id)s::text IS NOT NULL THEN v.id = r.version_id
           WHEN %(number)s::int IS NOT NULL THEN v.number = %(number)s ELSE v.id = d.version_id END
"""


def source(conn: Connection, dag_id: str, *, number: int | None = None, run_id: str | None = None) -> Source | None:
    """The code of a version of a DAG, of a run's bundle, or of what new runs use; None: there is no such version."""
    row = conn.execute(_SOURCE, {"dag_id": dag_id, "number": number, "run_id": run_id}).fetchone()
    return Source(row[0], row[1], row[2], None if row[3] is None else bytes(row[3])) if row else None
