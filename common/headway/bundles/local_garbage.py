"""Taking bundles that this host no longer uses off its disk."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

_DYING = ".old-"
_TEMPORARY = ".new-"
_ABANDONED = 3600.0


def collect_garbage(home: Path, *, keep: int = 5, unused_for: float = 7 * 86_400.0) -> int:
    """Remove the bundles that nobody asked for in ``unused_for`` seconds, but leave the ``keep`` newest.

    The default is a week: a task that runs for days may still read files of its bundle.

    Contents that no bundle of this host has any more go too, and what a killed process left half made.
    Returns the number of bundles removed.
    """
    folder = home / "bundles"
    if not folder.is_dir():
        return 0
    _sweep(folder, (_DYING, _TEMPORARY))
    present = sorted(
        (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=_last_used,
        reverse=True,
    )
    before = time.time() - unused_for
    removed = sum(_remove(path, before) for path in present[keep:])
    _remove_unlinked(home / "blobs")
    return removed


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove(path: Path, before: float) -> bool:
    if _last_used(path) >= before:
        return False
    dying = path.with_name(_DYING + path.name)
    try:
        path.rename(dying)
    except OSError:  # another process was faster
        return False
    if _last_used(dying) >= before:  # somebody began to use it between the look and the rename
        dying.rename(path)
        return False
    shutil.rmtree(dying, ignore_errors=True)
    return True


def _sweep(folder: Path, prefixes: tuple[str, ...]) -> None:
    for path in folder.iterdir():
        if path.name.startswith(prefixes) and _last_used(path) < time.time() - _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _remove_unlinked(blobs: Path) -> None:
    # One that is just being laid out has no second link yet: hence the hour.
    before = time.time() - _ABANDONED
    for path in blobs.glob("??/*"):
        try:
            status = path.stat()
            if status.st_nlink == 1 and max(status.st_mtime, status.st_ctime) < before:
                os.unlink(path)  # noqa: PTH108  (one system call between look and removal)
        except FileNotFoundError:
            continue
