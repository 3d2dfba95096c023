"""Which files of a snapshot must be parsed.

A file's fingerprint is made of its own content and the present state of everything that it read when it
was parsed last, so it changes when any of that does. The fingerprint is kept in the metastore: also after
a restart nothing is parsed when nothing has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property

from headway.bundles.candidates import Read, is_read, unhidden_files
from headway.bundles.manifest import Manifest
from headway.metastore.queries.code import ANY_MODULE, UNTIL, VALUE, KnownFile
from headway.version import __version__


class Candidates:
    """Finds the files that may hold DAGs or plugins, and remembers by content what it has looked into."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[str, str], bool] = {}

    def of(self, manifest: Manifest, read: Read) -> list[str]:
        """Files that no ``.airflowignore`` hides and that speak of DAGs, or of plugins at their place, by path."""
        files = unhidden_files(manifest.files, manifest.dag_folder, read)
        return [path for path in files if self._is_read(path, manifest, read)]

    def _is_read(self, path: str, manifest: Manifest, read: Read) -> bool:
        known = (path, manifest.files[path].hash)
        verdict = self._verdicts.get(known)
        if verdict is None:
            verdict = self._verdicts[known] = is_read(path, read(path), manifest.dag_folder)
        return verdict


class Fingerprints:
    """Fingerprints of the files of one snapshot.

    ``style`` is the style that the settings force, ``defaults`` what they give to DAGs and tasks that do not say;
    ``values`` are the states of variables and connections, ``now`` is the moment of the snapshot.
    """

    def __init__(
        self,
        manifest: Manifest,
        style: int | None,
        values: Mapping[str, str],
        defaults: str = "",
        *,
        now: datetime | None = None,
    ) -> None:
        self._files = manifest.files
        self._values = values
        self._now = now or datetime.now(UTC)
        self._salt = f"headway {__version__} style {style} {defaults}"

    def of(self, file: str, reads: Iterable[str]) -> str:
        """The fingerprint of ``file``, given what it reads."""
        lines = [self._salt, self._content(file), *(f"{path} {self._state(path)}" for path in sorted(set(reads)))]
        return _digest(lines)

    def code(self, file: str, reads: Iterable[str]) -> dict[str, str]:
        """The hashes of ``file`` and of the modules among what it reads, by path."""
        paths = {file, *(path for path in reads if path.endswith(".py"))}
        return {path: self._content(path) for path in sorted(paths) if path in self._files}

    def _state(self, path: str) -> str:
        if path == ANY_MODULE:
            return self._modules
        if path.startswith(UNTIL):
            return "over" if datetime.fromisoformat(path.removeprefix(UNTIL)) <= self._now else ""
        if path.startswith(VALUE):
            return self._values.get(path, "")
        if path.endswith("/"):
            return self._listings.get(path.strip("/"), "")
        return self._content(path)

    def _content(self, path: str) -> str:
        entry = self._files.get(path)
        return entry.hash if entry else ""

    @cached_property
    def _modules(self) -> str:
        return _digest(path for path in self._files if path.endswith(".py"))

    @cached_property
    def _listings(self) -> dict[str, str]:
        names: dict[str, set[str]] = {}
        for path in self._files:
            parts = path.split("/")
            for depth, name in enumerate(parts):
                names.setdefault("/".join(parts[:depth]), set()).add(name)
        return {folder: _digest(sorted(found)) for folder, found in names.items()}


def changed_files(candidates: Iterable[str], known: Mapping[str, KnownFile], fingerprints: Fingerprints) -> list[str]:
    """The candidates that are new, or whose fingerprint is no longer the known one."""
    return [
        file
        for file in candidates
        if file not in known or known[file].fingerprint != fingerprints.of(file, known[file].reads)
    ]


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
