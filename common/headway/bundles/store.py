"""Writing a snapshot to the metastore: only the contents that it does not have yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from headway.bundles.manifest import Entry, Manifest, hash_of, read_file
from headway.errors import HeadwayError
from headway.metastore.database import Connection
from headway.metastore.queries import bundles

_BATCH_BYTES = 8_000_000


class RootChanged(HeadwayError):
    """A file changed between the snapshot and its storing: take a new snapshot."""


def store(conn: Connection, root: Path, manifest: Manifest) -> int:
    """Store a snapshot of ``root`` and return the bundle's id.

    Storing again is harmless and cheap, also when several schedulers do it at once; it makes the bundle
    the newest one. Raises ``RootChanged`` when a file no longer has the content that the manifest names.
    """
    with conn.transaction():
        bundles.share(conn)
        missing = bundles.missing_blobs(conn, {entry.hash for entry in manifest.files.values()})
        for batch in _batches(_contents(root, manifest, missing)):
            bundles.add_blobs(conn, batch)
        return bundles.add_bundle(conn, manifest.hash, manifest.dag_folder, manifest.to_json())


def _contents(root: Path, manifest: Manifest, missing: set[str]) -> Iterator[tuple[str, bytes]]:
    places: dict[str, tuple[str, Entry]] = {entry.hash: (path, entry) for path, entry in manifest.files.items()}
    for wanted in sorted(missing):
        path, _ = places[wanted]
        data = read_file(root / path, path)
        if data is None or hash_of(data) != wanted:
            raise RootChanged(f"{path} changed while it was stored", "nothing to do: it is read again at once")
        yield wanted, data


def _batches(contents: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    size = 0
    for content in contents:
        batch.append(content)
        size += len(content[1])
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
