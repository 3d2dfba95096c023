"""Endings that the metastore could not take: kept as files until it accepts or refuses them.

A file is complete and durable before its child forgets the attempt. The token decides what becomes of
it, so a file that outlives its worker is delivered by the next one of the same Headway home.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from headway.authoring.results import AssetUpdate
from headway.metastore.queries.attempts import Result
from headway.metastore.queries.triggers import Wait
from headway.states import Outcome
from headway_worker.claims import Ending
from headway_worker.slots import Attempt

_VERSION = 1


class Spool:
    """The folder ``spool`` of a Headway home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "spool"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, ending: Ending) -> None:
        """Write an ending; on return it survives a crash of the host."""
        path = self._path(ending.attempt)
        draft = path.with_suffix(".draft")
        text = json.dumps(_to_json(ending)).encode()
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, text)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(path)
        self._sync_folder()

    def attempts(self) -> list[Attempt]:
        """The attempts whose endings wait here."""
        return [attempt for name in sorted(path.name for path in self.folder.iterdir()) if (attempt := _attempt(name))]

    def __contains__(self, attempt: Attempt) -> bool:
        return self._path(attempt).exists()

    def endings(self) -> Iterator[Ending]:
        """What waits."""
        for attempt in self.attempts():
            with contextlib.suppress(FileNotFoundError):  # another worker of this home was faster
                yield _from_json(json.loads(self._path(attempt).read_text()))

    def remove(self, attempt: Attempt) -> None:
        """The metastore has decided."""
        self._path(attempt).unlink(missing_ok=True)

    def _path(self, attempt: Attempt) -> Path:
        return self.folder / f"{attempt}.json"

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _attempt(name: str) -> Attempt | None:
    ti, _, rest = name.partition(".")
    dispatch, _, suffix = rest.partition(".")
    if suffix != "json" or not (ti.isdigit() and dispatch.isdigit()):
        return None
    return Attempt(int(ti), int(dispatch))


def _to_json(ending: Ending) -> dict[str, Any]:
    result = asdict(ending.result)
    result["due"] = ending.result.due.isoformat() if ending.result.due else None
    return {
        "v": _VERSION,
        "ti": ending.attempt.ti,
        "dispatch": ending.attempt.dispatch,
        "run": ending.run,
        "hostname": ending.hostname,
        "result": result,
    }


def _from_json(body: dict[str, Any]) -> Ending:
    fields = dict(body["result"])
    fields["outcome"] = Outcome(fields["outcome"])
    fields["due"] = datetime.fromisoformat(fields["due"]) if fields["due"] else None
    fields["wait"] = Wait(**fields["wait"]) if fields.get("wait") else None
    fields["outlets"] = [_update(outlet) for outlet in fields["outlets"]]
    return Ending(Attempt(body["ti"], body["dispatch"]), body["run"], body["hostname"], Result(**fields))


def _update(outlet: Any) -> AssetUpdate:
    """An updated asset; the first version spooled its name alone."""
    return AssetUpdate(outlet, outlet) if isinstance(outlet, str) else AssetUpdate(**outlet)
