"""The manifest of a bundle: what is in it, and so what it is called.

A bundle's hash is the SHA-256 of its manifest as canonical JSON, so equal contents have equal names on
every host, and whoever lays a bundle out can check every byte against the name that it was given.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from headway.bundles.layout import IGNORE_FILE, FoundFile, Layout, files_of
from headway.errors import BundleError

VERSION = 1
_MB = 1_000_000
_SETTLED_NS = 100_000_000


class Entry(NamedTuple):
    """One file: SHA-256 (hex), size in bytes, whether it may be executed."""

    hash: str
    size: int
    executable: bool


@dataclass(frozen=True)
class Manifest:
    """One snapshot: files by path relative to the root, and the folder of DAG files among them."""

    files: Mapping[str, Entry]
    dag_folder: str = ""

    @cached_property
    def hash(self) -> str:
        """The bundle's name: SHA-256 (hex) of the canonical JSON."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """``{"v": 1, "dag_folder": …, "files": {path: [hash, size, executable]}}``."""
        files = {path: list(entry) for path, entry in self.files.items()}
        return {"v": VERSION, "dag_folder": self.dag_folder, "files": files}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Manifest:
        """Read what ``to_json`` wrote; raises ``BundleError`` for a form that this version does not know."""
        if body.get("v") != VERSION:
            raise BundleError(
                f"a bundle has a manifest of version {body.get('v')!r}, expected {VERSION}",
                "install the Headway version of the scheduler on this host",
            )
        files = {path: Entry(*entry) for path, entry in body["files"].items()}
        return cls(files, body["dag_folder"])


@dataclass(frozen=True, slots=True)
class Limits:
    """Most megabytes (10^6 bytes) of one file and of a whole bundle."""

    file_mb: int
    bundle_mb: int


class _Stamp(NamedTuple):
    """What tells without reading that a file has not changed."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    device: int
    mode: int


@dataclass
class Scanner:
    """Takes snapshots of a root, and remembers what it has read: unchanged files are not read again."""

    limits: Limits
    reads: int = 0
    _known: dict[str, tuple[_Stamp, Entry]] = field(default_factory=dict)

    def scan(self, layout: Layout) -> Manifest:
        """Take a snapshot.

        Raises ``BundleError`` for a file or a bundle over its limit, a file that cannot be read and a
        link that leaves the root.
        """
        found = list(files_of(layout))
        self._check_limits(found)
        entries, known = {}, {}
        for file in found:
            stamp, entry = self._entry(file)
            if entry is not None:
                entries[file.path] = entry
                if _settled(stamp):
                    known[file.path] = (stamp, entry)
        self._known = known
        return Manifest(dict(sorted(entries.items())), layout.dag_folder)

    def _entry(self, file: FoundFile) -> tuple[_Stamp, Entry | None]:
        stamp = _stamp(file.status)
        seen = self._known.get(file.path)
        if seen is not None and seen[0] == stamp:
            return seen
        self.reads += 1
        return stamp, _read_entry(file)

    def _check_limits(self, files: Iterable[FoundFile]) -> None:
        sizes = sorted(((file.status.st_size, file.path) for file in files), reverse=True)
        if sizes and sizes[0][0] > self.limits.file_mb * _MB:
            size, path = sizes[0]
            raise BundleError(
                f"{path} has {size / _MB:.1f} MB; a file in a bundle may have {self.limits.file_mb} MB",
                f"list it in {IGNORE_FILE}, read it from shared storage, or raise dags.max_file_mb",
            )
        total = sum(size for size, _ in sizes)
        if total > self.limits.bundle_mb * _MB:
            largest = ", ".join(f"{path} ({size / _MB:.1f} MB)" for size, path in sizes[:3])
            raise BundleError(
                f"the bundle has {total / _MB:.0f} MB, it may have {self.limits.bundle_mb} MB; largest: {largest}",
                f"list what tasks do not need in {IGNORE_FILE}, or raise dags.max_bundle_mb",
            )


def hash_of(data: bytes) -> str:
    """The name of a file's content."""
    return hashlib.sha256(data).hexdigest()


def _read_entry(file: FoundFile) -> Entry | None:
    data = read_file(file.place, file.path)
    if data is None:
        return None
    return Entry(hash_of(data), len(data), bool(file.status.st_mode & 0o100))


def read_file(place: str | os.PathLike[str], path: str) -> bytes | None:
    """A file's content, None when it has gone; raises ``BundleError`` when it may not be read."""
    try:
        with open(place, "rb") as opened:  # noqa: PTH123  (a third faster than Path, and roots may be large)
            return opened.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleError(
            f"{path} cannot be read: {error.strerror}",
            f"let the scheduler's user read it, or list it in {IGNORE_FILE}",
        ) from None


def _stamp(status: os.stat_result) -> _Stamp:
    return _Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev, status.st_mode)


def _settled(stamp: _Stamp) -> bool:
    # File clocks tick coarsely: a second write within the tick of the first leaves no trace in the stamp.
    return stamp.changed_ns < time.time_ns() - _SETTLED_NS
