"""Rendered fields on their way to the metastore: ``<ti>.<dispatch>.<yyyymmdd>.rendered`` beside the logs, mode 0600."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from headway.metastore.queries.rendered import Rendered
from headway_worker.logs.log_files import LogName

_SUFFIX = ".rendered"
_AT_ONCE = 100  # files of one statement


def leave(folder: Path, name: LogName, try_number: int, fields: Mapping[str, str]) -> None:
    """Write down what an attempt has rendered; on a full disk nothing is kept."""
    path = folder / str(name).replace(".log", _SUFFIX)
    draft = path.with_suffix(".draft")
    with contextlib.suppress(OSError):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"try_number": try_number, "fields": dict(fields)}, file)
        draft.rename(path)


def found(folder: Path) -> dict[Path, Rendered | None]:
    """Files that wait to be shipped, at most as many as one statement takes; None for one that cannot be read."""
    paths = islice((path for path in folder.iterdir() if path.suffix == _SUFFIX), _AT_ONCE)
    return dict(_read(paths))


def _read(paths: Iterator[Path]) -> Iterator[tuple[Path, Rendered | None]]:
    for path in paths:
        name = LogName.parse(path.name.replace(_SUFFIX, ".log"))
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = None
        if name is None or kept is None:
            yield path, None
        else:
            attempt = name.attempt
            yield path, Rendered(attempt.ti, attempt.dispatch, name.day, kept["try_number"], kept["fields"])
