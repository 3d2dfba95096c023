"""Bundles and the contents of their files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection

_LOCK = 4_895_213_071  # any number: writers share it, the removal of unused bundles takes it alone
_KEPT_NEWEST = 3


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A stored bundle; ``manifest`` as ``Manifest.to_json`` writes it."""

    id: int
    hash: str
    dag_folder: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """What ``remove_unused`` deleted."""

    bundles: int
    blobs: int


def share(conn: Connection) -> None:
    """Keep ``remove_unused`` out until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock_shared(%s)", (_LOCK,))


def missing_blobs(conn: Connection, hashes: Collection[str]) -> set[str]:
    """Which of these contents the metastore does not have."""
    rows = conn.execute(
        "SELECT h FROM unnest(%s::text[]) AS h WHERE NOT EXISTS (SELECT 1 FROM blob WHERE hash = h)",
        (list(hashes),),
    ).fetchall()
    return {row[0] for row in rows}


def add_blobs(conn: Connection, contents: Iterable[tuple[str, bytes]]) -> None:
    """Store contents by their hashes."""
    rows = [(name, len(data), data) for name, data in contents]
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO blob (hash, size, data) VALUES (%s, %s, %s) ON CONFLICT (hash) DO NOTHING", rows
        )


def add_bundle(conn: Connection, name: str, dag_folder: str, manifest: Mapping[str, Any]) -> int:
    """Store a bundle, or make the stored one of this hash the newest again; return its id."""
    row = conn.execute(
        "INSERT INTO bundle (hash, dag_folder, manifest) VALUES (%s, %s, %s)"
        " ON CONFLICT (hash) DO UPDATE SET created_at = now() RETURNING id",
        (name, dag_folder, json.dumps(manifest)),
    ).fetchone()
    assert row is not None
    return int(row[0])


def bundle_by_hash(conn: Connection, name: str) -> BundleRow | None:
    """A bundle by its hash, or None."""
    row = conn.execute("SELECT id, hash, dag_folder, manifest FROM bundle WHERE hash = %s", (name,)).fetchone()
    return BundleRow(*row) if row else None


def blobs(conn: Connection, hashes: Collection[str]) -> list[tuple[str, bytes]]:
    """The contents of these hashes, as far as they are there."""
    rows = conn.execute("SELECT hash, data FROM blob WHERE hash = ANY(%s)", (list(hashes),)).fetchall()
    return [(row[0], bytes(row[1])) for row in rows]


_REMOVE_BUNDLES = """
DELETE FROM bundle b
WHERE NOT EXISTS (SELECT 1 FROM dag d WHERE d.bundle_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM dag_run r WHERE r.bundle_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM dag_version v WHERE v.bundle_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM former_code c WHERE c.bundle_id = b.id)
  AND b.id NOT IN (SELECT id FROM bundle ORDER BY created_at DESC LIMIT %s)
"""

_REMOVE_BLOBS = """
DELETE FROM blob
WHERE hash NOT IN (SELECT file.entry ->> 0 FROM bundle, jsonb_each(manifest -> 'files') AS file (path, entry))
"""


def remove_unused(conn: Connection) -> Removed:
    """Delete the bundles that no DAG, version or retained run refers to, and the contents that only they had.

    The newest few stay in any case: a run that is being created may be about to refer to one of them.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        gone = conn.execute(_REMOVE_BUNDLES, (_KEPT_NEWEST,)).rowcount
        return Removed(gone, conn.execute(_REMOVE_BLOBS).rowcount)


_PLUGIN_FILES = """
SELECT file.path FROM bundle b, jsonb_each(b.manifest -> 'files') AS file (path, entry)
JOIN blob ON blob.hash = file.entry ->> 0
WHERE b.id = (SELECT max(id) FROM bundle) AND file.path ~ '(^|/)plugins/.*[.]py$'
  AND position('AirflowPlugin'::bytea IN blob.data) > 0
ORDER BY file.path
"""


def plugin_files(conn: Connection) -> list[str]:
    """The files in ``plugins/`` folders of the newest bundle that may define plugins, by path."""
    return [row[0] for row in conn.execute(_PLUGIN_FILES).fetchall()]
