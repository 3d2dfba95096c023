"""Log files on their way to the metastore: ``<ti>.<dispatch>.<yyyymmdd>.log`` in the worker's outbox, mode 0600.

A log that outgrows its cap keeps its first and its last part. What comes after the first half goes to
numbered tail files of a quarter cap each, of which only the last two are kept; ``seal`` appends them
behind a line that counts what is missing. So nothing that was shipped changes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from headway.log_lines import line as line
from headway_worker.slots import Attempt


@dataclass(frozen=True, slots=True)
class LogName:
    """Whose log a file is; ``day`` is the UTC day on which the attempt started."""

    attempt: Attempt
    day: date

    @classmethod
    def of(cls, attempt: Attempt, started_at: datetime) -> LogName:
        """The name of the log of an attempt that started at ``started_at`` (aware)."""
        return cls(attempt, started_at.astimezone(UTC).date())

    @classmethod
    def parse(cls, file_name: str) -> LogName | None:
        """Read a file name; None for files of another kind."""
        parts = file_name.split(".")
        if len(parts) != 4 or parts[3] != "log" or not all(part.isdigit() for part in parts[:3]):
            return None
        day = date(int(parts[2][:4]), int(parts[2][4:6]), int(parts[2][6:]))
        return cls(Attempt(int(parts[0]), int(parts[1])), day)

    def __str__(self) -> str:
        return f"{self.attempt.ti}.{self.attempt.dispatch}.{self.day:%Y%m%d}.log"


def outbox(home: Path, worker: str) -> Path:
    """The folder of log files that the worker of this name still has to ship, made if need be.

    Each worker has its own: a file that no child of the shipping worker writes is over for that worker.
    """
    folder = home / "logs" / "outbox" / worker
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def log_of(folder: Path, attempt: Attempt) -> Path | None:
    """The log of an attempt in an outbox, on whichever day that started; None when there is none."""
    return max(folder.glob(f"{attempt}.*.log"), default=None)


@contextlib.contextmanager
def held_still(folder: Path) -> Iterator[None]:
    """In this block no other process of this host begins to write on in an old log of ``folder``, or removes one.

    Whoever would write on in the log of an ended attempt says so in its slot within such a block, and whoever
    removes logs looks at the slots within one; else a log could be removed just after it was found to be there.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        # To close it is not enough: a child that another thread has forked meanwhile has the lock, too, for its life.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


class AttemptLog:
    """The file of one attempt, made at its first text; ``cap`` in bytes."""

    def __init__(self, path: Path, cap: int) -> None:
        self.path = path
        self._head = cap // 2
        self._segment = max(cap // 4, 1)
        self._file = -1
        self._tail = -1
        self._tail_number = 0
        self._tail_room = 0
        self._size = 0

    def write(self, data: bytes) -> None:
        """Append text; what exceeds the first part goes to the tail."""
        if self._file < 0:
            self._file = _open(self.path)
            self._size = os.fstat(self._file).st_size
        room = max(self._head - self._size, 0) if self._tail < 0 else 0
        if room >= len(data):
            os.write(self._file, data)
            self._size += len(data)
            return
        cut = data.rfind(b"\n", 0, room) + 1 if self._tail < 0 else 0
        os.write(self._file, data[:cut])
        self._size += cut
        self._write_tail(data[cut:])

    def close(self) -> int:
        """Close the file; the whole log's length in bytes."""
        if self._file < 0:
            return 0
        os.close(self._file)
        if self._tail >= 0:
            os.close(self._tail)
            seal(self.path, self._segment)
        self._file = self._tail = -1
        return self.path.stat().st_size

    def _write_tail(self, data: bytes) -> None:
        while data:
            if self._tail < 0 or self._tail_room == 0:
                self._next_tail()
            part = data[: self._tail_room]
            os.write(self._tail, part)
            self._tail_room -= len(part)
            data = data[len(part) :]

    def _next_tail(self) -> None:
        if self._tail >= 0:
            os.close(self._tail)
            self._tail_number += 1
            _tail_path(self.path, self._tail_number - 2).unlink(missing_ok=True)
        self._tail = _open(_tail_path(self.path, self._tail_number))
        self._tail_room = self._segment


def seal(path: Path, segment: int) -> None:
    """Append the kept tail to the log at ``path``; ``segment`` is the length of a full tail file."""
    tails = sorted(path.parent.glob(f"{path.name}.tail.*"))
    if not tails:
        return
    text = b"".join(tail.read_bytes() for tail in tails)
    first = int(tails[0].suffix[1:])
    whole_lines = text.find(b"\n") + 1 if first else 0
    missing = first * segment + whole_lines
    note = f"... {missing:,} bytes cut here: the log outgrew logs.max_mb ...\n".encode() if missing else b""
    append(path, note + text[whole_lines:])
    for tail in tails:
        tail.unlink(missing_ok=True)


def seal_with_cap(path: Path, cap: int) -> None:
    """As ``seal``, for a log whose writer is gone."""
    seal(path, max(cap // 4, 1))


def append(path: Path, data: bytes) -> None:
    """Add to a log file, making it if need be."""
    descriptor = _open(path)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def continue_from(path: Path, offset: int) -> None:
    """Make a log whose first ``offset`` bytes are elsewhere: what is written here comes behind them.

    One that has come meanwhile, out of the outbox of a worker that lives no more, keeps all its text.
    """
    descriptor = _open(path)
    try:
        if os.fstat(descriptor).st_size < offset:
            os.ftruncate(descriptor, offset)
    finally:
        os.close(descriptor)


def size(path: Path) -> int:
    """The file's length, 0 when there is none."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _tail_path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.tail.{number:06d}")


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
