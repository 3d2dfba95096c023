"""Laying bundles out on this host::

    HOME/blobs/<aa>/<sha256>        contents, checked, shared by all bundles (``.x``: executable)
    HOME/bundles/<bundle hash>/     one bundle: hard links to the contents, read-only

A bundle's folder appears by one rename when it is complete, so whoever sees it may use it. A lock file lets
one process of the host fetch at a time; the others then find the work done.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from headway.bundles.manifest import Entry, Manifest, hash_of
from headway.errors import BundleError
from headway.metastore.database import Connection
from headway.metastore.queries import bundles

_BATCH_BYTES = 8_000_000
_TEMPORARY = ".new-"


def materialise(conn: Connection, bundle_hash: str, home: Path) -> Path:
    """The folder of a bundle on this host; fetched and laid out if it is not there.

    A call for one that is there costs microseconds and marks it as in use, which keeps
    ``collect_garbage`` from it. Raises ``BundleError`` when the metastore does not have the bundle, or
    what it has does not fit the hash or would leave the folder.
    """
    target = bundle_folder(home, bundle_hash)
    if _mark_used(target):
        return target
    stored = bundles.bundle_by_hash(conn, bundle_hash)
    if stored is None:
        raise BundleError(
            f"the metastore has no bundle {bundle_hash[:12]}",
            "clear the run with the newest code, or start a new one: `headway dags trigger`",
        )
    manifest = Manifest.from_json(stored.manifest)
    _check(manifest, bundle_hash)
    try:
        with _locked(home):
            if not _mark_used(target):
                _lay_out(conn, manifest, home, target)
    except OSError as error:
        raise _unwritable(home, error) from None
    return target


def bundle_folder(home: Path, bundle_hash: str) -> Path:
    """Where a bundle's folder is on this host, whether it is there or not."""
    if not (bundle_hash.isalnum() and bundle_hash.isascii()):
        raise BundleError(f"{bundle_hash!r} is no bundle hash", "expected 64 hexadecimal digits")
    return home / "bundles" / bundle_hash


def _mark_used(folder: Path) -> bool:
    try:
        os.utime(folder)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _check(manifest: Manifest, bundle_hash: str) -> None:
    if manifest.hash != bundle_hash:
        raise BundleError(
            f"the manifest of bundle {bundle_hash[:12]} does not fit its hash: it was altered in the metastore",
            "save any DAG file again so that the scheduler stores a new bundle, and find out who wrote there",
        )
    for path, entry in manifest.files.items():
        if not _is_inside(path) or not (entry.hash.isalnum() and entry.hash.isascii()):
            raise BundleError(
                f"bundle {bundle_hash[:12]} holds the path {path!r}, which leads out of its folder",
                "remove that bundle from the metastore and find out who wrote it",
            )


def _is_inside(path: str) -> bool:
    return all(part not in ("", ".", "..") for part in path.split("/"))


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    folder = home / "bundles"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lay_out(conn: Connection, manifest: Manifest, home: Path, target: Path) -> None:
    _fetch_blobs(conn, manifest, home)
    made = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=target.parent))
    try:
        for path, entry in manifest.files.items():
            place = made / path
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(_blob_place(home, entry), place)
        made.chmod(0o755)
        made.rename(target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _unwritable(home: Path, error: OSError) -> BundleError:
    return BundleError(
        f"a bundle cannot be laid out in {home}: {error.strerror}",
        "give that file system room and the Headway user the right to write there, or set HEADWAY_HOME elsewhere",
    )


def _blob_place(home: Path, entry: Entry) -> Path:
    name = f"{entry.hash}.x" if entry.executable else entry.hash
    return home / "blobs" / entry.hash[:2] / name


def _fetch_blobs(conn: Connection, manifest: Manifest, home: Path) -> None:
    lacking: dict[str, list[Entry]] = {}
    for entry in dict.fromkeys(manifest.files.values()):
        if not _is_sound(_blob_place(home, entry), entry):
            lacking.setdefault(entry.hash, []).append(entry)
    for batch in _batches(lacking):
        fetched = dict(bundles.blobs(conn, batch))
        for name in batch:
            data = fetched.get(name)
            _check_blob(name, data, manifest)
            for entry in lacking[name]:
                _write_blob(_blob_place(home, entry), data or b"", entry)


def _is_sound(place: Path, entry: Entry) -> bool:
    # Read and checked each time a bundle is laid out: tasks that run as root can write to any file.
    try:
        return place.stat().st_size == entry.size and hash_of(place.read_bytes()) == entry.hash
    except OSError:
        return False


def _check_blob(name: str, data: bytes | None, manifest: Manifest) -> None:
    if data is not None and hash_of(data) == name:
        return
    path = next(path for path, entry in manifest.files.items() if entry.hash == name)
    fault = "is missing in" if data is None else "was altered in"
    raise BundleError(
        f"the content of {path} {fault} the metastore",
        "save the file again with a change so that the scheduler stores a new bundle",
    )


def _write_blob(place: Path, data: bytes, entry: Entry) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=place.parent)
    with os.fdopen(handle, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fchmod(handle, 0o555 if entry.executable else 0o444)
        os.fsync(handle)
    Path(temporary).replace(place)


def _batches(lacking: dict[str, list[Entry]]) -> Iterable[list[str]]:
    batch: list[str] = []
    size = 0
    for name, entries in lacking.items():
        batch.append(name)
        size += entries[0].size
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
