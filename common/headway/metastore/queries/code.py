"""What is known of DAG files, and the DAGs and versions that were read from them: the parse service's writes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from headway.metastore.database import Connection

#: Among the reads of a file that could not be loaded: any new or vanished module may mend it.
ANY_MODULE = "*"

#: Begins the name of a variable or connection among the reads of a file.
VALUE = "?"

#: Begins, among the reads of a file, the moment from which it must be read again.
UNTIL = "?until:"

_LEASE = "parser"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it was when it was parsed last; ``reads`` are the files, folders and values that it depends on."""

    path: str
    fingerprint: str
    reads: list[str]


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file cannot be loaded; ``line`` is 0 when unknown."""

    line: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class VersionTask:
    """The row of one task of a version; durations in seconds, ``retry_backoff`` 0 for none."""

    position: int
    task_id: str
    queue: str
    pool: str
    pool_slots: int
    priority: int
    retries: int
    retry_delay: float
    retry_backoff: float
    max_retry_delay: float | None
    retry_on_lost: bool


@dataclass(frozen=True, slots=True)
class ParsedDag:
    """One DAG of a file, ready to be stored; dates are ISO-8601 with offset, ``files`` hashes of its code by path."""

    dag_id: str
    file: str
    fingerprint: str
    files: Mapping[str, str]
    structure: Mapping[str, Any]
    tasks: Sequence[VersionTask]
    style: int
    paused_at_creation: bool
    description: str
    owners: Sequence[str]
    tags: Sequence[str]
    schedule_text: str
    schedule: Mapping[str, Any]
    start_date: str | None
    end_date: str | None
    catchup: bool
    max_active_runs: int
    max_active_tasks: int
    warnings: Sequence[Mapping[str, Any]]


def hold_lease(conn: Connection, *, node: str, seconds: float) -> bool:
    """Take or renew the right to parse; False while another live scheduler has it: it is free when its time is over, or
    its holder known to have ended.

    A row and not an advisory lock: those are state of a session, which poolers do not keep.
    """
    row = conn.execute(
        "INSERT INTO meta (key, value)"
        " VALUES (%(key)s, %(node)s || ' ' || extract(epoch FROM now()) + %(seconds)s::float8)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        " WHERE split_part(meta.value, ' ', 1) = %(node)s"
        " OR split_part(meta.value, ' ', 2)::float8 < extract(epoch FROM now())"
        " OR EXISTS (SELECT 1 FROM node n WHERE n.id::text = split_part(meta.value, ' ', 1)"
        "            AND n.state IN ('gone', 'dead')) RETURNING true",
        {"key": _LEASE, "node": node, "seconds": seconds},
    ).fetchone()
    return row is not None


def release_lease(conn: Connection, *, node: str) -> None:
    """Give the right to parse back, if this scheduler has it."""
    conn.execute("DELETE FROM meta WHERE key = %s AND split_part(value, ' ', 1) = %s", (_LEASE, node))


def value_states(conn: Connection) -> dict[str, str]:
    """Every variable and connection, as it is named among the reads of files, with the time of its last change."""
    rows = conn.execute(
        "SELECT %(mark)s || 'variable:' || key, changed_at::text FROM variable"
        " UNION ALL SELECT %(mark)s || 'connection:' || conn_id, changed_at::text FROM connection",
        {"mark": VALUE},
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def known_files(conn: Connection) -> dict[str, KnownFile]:
    """Every file that was parsed, by path."""
    rows = conn.execute("SELECT path, fingerprint, modules FROM dag_file").fetchall()
    return {row[0]: KnownFile(*row) for row in rows}


def forget_others(conn: Connection, present: Collection[str]) -> list[str]:
    """Drop what is known of files that are gone; return the ids of the DAGs that became stale by that."""
    files = list(present)
    with conn.transaction():
        conn.execute("DELETE FROM dag_file WHERE path <> ALL(%s)", (files,))
        conn.execute("DELETE FROM import_error WHERE file <> ALL(%s)", (files,))
        rows = conn.execute(
            "UPDATE dag SET is_stale = true WHERE NOT is_stale AND file <> ALL(%s) RETURNING dag_id", (files,)
        ).fetchall()
    return [row[0] for row in rows]


def move_to_bundle(conn: Connection, bundle_id: int, *, besides: Collection[str]) -> int:
    """Let all DAGs run on this bundle from now on; return how many moved.

    Not those of the files ``besides``, which are about to be parsed, and not those of files that cannot be
    loaded: they stay on the last bundle that worked.
    """
    return conn.execute(
        "UPDATE dag SET bundle_id = %(bundle)s WHERE NOT is_stale AND bundle_id <> %(bundle)s"
        " AND file <> ALL(%(besides)s)"
        " AND file NOT IN (SELECT path FROM dag_file WHERE %(broken)s = ANY(modules))",
        {"bundle": bundle_id, "besides": list(besides), "broken": ANY_MODULE},
    ).rowcount


def owners(conn: Connection, dag_ids: Collection[str], *, besides: str) -> dict[str, str]:
    """Which other file each of these DAGs belongs to, as far as one does."""
    rows = conn.execute(
        "SELECT dag_id, file FROM dag WHERE NOT is_stale AND dag_id = ANY(%s) AND file <> %s",
        (list(dag_ids), besides),
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def save_version(conn: Connection, dag: ParsedDag, *, bundle_id: int) -> tuple[int, bool]:
    """The id of the version with this code, and whether it is another one than the DAG has now.

    Code that the DAG has had before gets its old version back.
    """
    parameters = {"dag": dag.dag_id, "print": dag.fingerprint, "bundle": bundle_id}
    known = conn.execute(_KNOWN_VERSION, parameters).fetchone() or conn.execute(_REVIVE_VERSION, parameters).fetchone()
    if known:
        return int(known[0]), not known[1]
    made = conn.execute(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, files, structure, bundle_id)"
        " SELECT %(dag)s, coalesce(max(number), 0) + 1, %(file)s, %(print)s, %(files)s, %(structure)s, %(bundle)s"
        " FROM dag_version WHERE dag_id = %(dag)s RETURNING id",
        {**parameters, "file": dag.file, "files": json.dumps(dag.files), "structure": json.dumps(dag.structure)},
    ).fetchone()
    assert made is not None
    conn.execute(_SAVE_TASKS, (made[0], json.dumps([asdict(task) for task in dag.tasks])))
    return int(made[0]), True


_KNOWN_VERSION = """
SELECT v.id, true FROM dag_version v JOIN dag d ON d.version_id = v.id
WHERE v.dag_id = %(dag)s AND v.fingerprint = %(print)s AND NOT d.is_stale
"""

# An update, so that whoever cleans old versions away at this moment sees that this one is young again.
_REVIVE_VERSION = """
UPDATE dag_version SET created_at = now(), bundle_id = %(bundle)s
WHERE dag_id = %(dag)s AND fingerprint = %(print)s RETURNING id, false
"""

_SAVE_TASKS = """
INSERT INTO version_task (version_id, position, task_id, queue, pool, pool_slots, priority, retries, retry_delay,
                          retry_backoff, max_retry_delay, retry_on_lost)
SELECT %s, t.* FROM jsonb_to_recordset(%s::jsonb) AS t (
    position int, task_id text, queue text, pool text, pool_slots int, priority int, retries int,
    retry_delay float8, retry_backoff float8, max_retry_delay float8, retry_on_lost boolean)
"""

# The next run is planned anew when what it follows from has changed, or the DAG had been away.
_SAVE_DAG = """
INSERT INTO dag AS old (dag_id, file, style, is_paused, version_id, bundle_id, description, owners, tags,
    schedule_text, schedule, start_date, end_date, catchup, max_active_runs, max_active_tasks, warnings)
VALUES (%(dag_id)s, %(file)s, %(style)s, %(paused_at_creation)s, %(version_id)s, %(bundle_id)s, %(description)s,
    %(owners)s, %(tags)s, %(schedule_text)s, %(schedule)s, %(start_date)s, %(end_date)s, %(catchup)s,
    %(max_active_runs)s, %(max_active_tasks)s, %(warnings)s)
ON CONFLICT (dag_id) DO UPDATE SET
    (file, style, is_stale, version_id, bundle_id, description, owners, tags, schedule_text, schedule, start_date,
     end_date, catchup, max_active_runs, max_active_tasks, warnings, parsed_at)
  = (excluded.file, excluded.style, false, excluded.version_id, excluded.bundle_id, excluded.description,
     excluded.owners, excluded.tags, excluded.schedule_text, excluded.schedule, excluded.start_date,
     excluded.end_date, excluded.catchup, excluded.max_active_runs, excluded.max_active_tasks, excluded.warnings,
     now()),
    next_due = CASE WHEN NOT old.is_stale
        AND (old.schedule, old.start_date, old.end_date, old.catchup)
            IS NOT DISTINCT FROM (excluded.schedule, excluded.start_date, excluded.end_date, excluded.catchup)
        THEN old.next_due END
"""


def save_dag(conn: Connection, dag: ParsedDag, *, version_id: int, bundle_id: int) -> None:
    """Enter a new DAG, or bring the known one up to date; whether it is paused stays as it is."""
    fields = {name: getattr(dag, name) for name in ParsedDag.__slots__}
    conn.execute(
        _SAVE_DAG,
        {
            **fields,
            "version_id": version_id,
            "bundle_id": bundle_id,
            "owners": list(dag.owners),
            "tags": list(dag.tags),
            "schedule": json.dumps(dag.schedule),
            "warnings": json.dumps(list(dag.warnings)),
        },
    )


def drop_dags(conn: Connection, file: str, *, besides: Iterable[str]) -> list[str]:
    """Mark stale the DAGs that the file no longer defines; return their ids."""
    rows = conn.execute(
        "UPDATE dag SET is_stale = true WHERE file = %s AND NOT is_stale AND dag_id <> ALL(%s) RETURNING dag_id",
        (file, list(besides)),
    ).fetchall()
    return [row[0] for row in rows]


def save_file(conn: Connection, file: KnownFile, *, seconds: float) -> None:
    """Remember a parsed file, so that it is parsed again only when its fingerprint changes."""
    conn.execute(
        "INSERT INTO dag_file (path, fingerprint, modules, seconds) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (path) DO UPDATE SET fingerprint = excluded.fingerprint, modules = excluded.modules,"
        " seconds = excluded.seconds, parsed_at = now()",
        (file.path, file.fingerprint, file.reads, seconds),
    )


def set_error(conn: Connection, file: str, error: FileError | None) -> bool:
    """Show why a file cannot be loaded, or None: take the old error away; whether that is news.

    ``error`` may hold what users' code wrote: what PostgreSQL cannot store of it is replaced.
    """
    if error is None:
        return conn.execute("DELETE FROM import_error WHERE file = %s", (file,)).rowcount > 0
    shown = (error.line, _storable(error.message), _storable(error.remedy))
    known = conn.execute("SELECT line, message, remedy FROM import_error WHERE file = %s", (file,)).fetchone()
    conn.execute(
        "INSERT INTO import_error (file, line, message, remedy) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (file) DO UPDATE SET line = excluded.line, message = excluded.message,"
        " remedy = excluded.remedy, seen_at = now()",
        (file, *shown),
    )
    return known != shown


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
