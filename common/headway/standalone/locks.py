"""File locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING

from headway.errors import Conflict, EmbeddedServerError

if TYPE_CHECKING:
    from pathlib import Path


class HomeLock:
    """One cluster in a Headway home: held from ``acquire`` to ``release`` or to the end of the process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "standalone.lock"
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock; raises ``Conflict`` that names the process which holds it."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise Conflict(
                f"Headway runs already in {self.home} (pid {holder(self.path)})",
                "stop that one first, or set HEADWAY_HOME to another folder",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def holder(path: Path) -> str:
    """The pid that the lock file names."""
    return path.read_text().strip() or "unknown"


def await_release(path: Path, what: str, seconds: float = 15.0) -> None:
    """Return once nobody holds the lock at ``path``: the previous server in its folder has gone.

    Raises ``EmbeddedServerError`` with the holder's pid after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while _held(path):
        if time.monotonic() > deadline:
            pid = holder(path)
            raise EmbeddedServerError(f"an earlier {what} of this home still runs (pid {pid})", f"end it: kill {pid}")
        time.sleep(0.02)  # flock has no time-out of its own


def _held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
