"""Writing a snapshot to the metastore: only the contents that it does not have yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from headway.bundles.layout import IGNORE_FILE
from headway.bundles.manifest import Manifest, hash_of, read_file
from headway.errors import HeadwayError
from headway.metastore.database import Connection
from headway.metastore.queries import bundles

_BATCH_BYTES = 8_000_000


class RootChanged(HeadwayError):
    """A file changed after the snapshot was taken: take a new one."""


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


def root_reader(root: Path, manifest: Manifest) -> Callable[[str], bytes]:
    """A function that reads a file of the snapshot by its path.

    It raises ``RootChanged`` when the file no longer has the content that the manifest names.
    """

    def read(path: str) -> bytes:
        data = read_file(root / path, path)
        if data is None or hash_of(data) != manifest.files[path].hash:
            raise RootChanged(
                f"{path} changed while it was read",
                f"it is read again at once; one that is written all the time belongs into {IGNORE_FILE}",
            )
        return data

    return read


def _contents(root: Path, manifest: Manifest, missing: set[str]) -> Iterator[tuple[str, bytes]]:
    places = {entry.hash: path for path, entry in manifest.files.items()}
    read = root_reader(root, manifest)
    for wanted in sorted(missing):
        yield wanted, read(places[wanted])


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
