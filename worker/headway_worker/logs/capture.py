"""What a task prints: the child's file descriptors 1 and 2 are pipes, read, masked and stamped here.

A thread reads while the task runs; the end of a task reads the rest itself, so all that was written
before ``close`` is in the task's file and nothing else is. Between tasks text goes to the worker's own
standard error.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import re
import select
import sys
import threading
import time
from pathlib import Path

from headway.masking import Masker
from headway_worker.logs.log_files import AttemptLog, line, seal_with_cap

_PIPE_BYTES = 256 * 1024
_READ_BYTES = 64 * 1024
_LONGEST_LINE = 64 * 1024
#: Where a place in the code is named: in tracebacks, and in warnings as ``file:line: ``. What else is printed stays.
_IN_A_BUNDLE = re.compile(
    r"""(?<=\bFile ")/[^"\n]*/bundles/[0-9a-f]{64}/|/[^"'\s]*/bundles/[0-9a-f]{64}/(?=[^\s:]+:\d+: )"""
)
_LINGER = 0.005  # seconds in which writes of a chatty task gather


class Capture:
    """The captured output of one process; made after the fork."""

    def __init__(self, masker: Masker, *, cap: int) -> None:
        self.masker = masker
        self._cap = cap
        self._log: AttemptLog | None = None
        self._lock = threading.RLock()
        self._elsewhere = os.dup(2)
        self._poller = select.poll()
        self._streams: dict[int, _Stream] = {}
        self._writers: dict[int, tuple[int, int]] = {}  # of each target: a copy of the pipe's end, and its inode
        self._owner = os.getpid()

    def start(self) -> None:
        """Put pipes in place of the descriptors and begin to read."""
        self._owner = os.getpid()
        for target, label in ((1, "stdout"), (2, "stderr")):
            self._redirect(target, label)
        sys.stdout, sys.stderr = _writer(1), _writer(2)
        threading.Thread(target=self._pump, name="log-capture", daemon=True).start()

    def repair(self) -> None:
        """Put the pipes back where a task has closed or redirected the descriptors."""
        for target, (writer, inode) in self._writers.items():
            if _inode(target) != inode:
                os.dup2(writer, target)

    def renew(self) -> None:
        """In a fork: capture this process by itself, into the same log."""
        self._lock = threading.RLock()
        self._poller = select.poll()
        self._streams = {}
        self.start()

    def take_over(self, path: Path) -> None:
        """Write on where a process that died has left its log."""
        with self._lock:
            self._drain()
            seal_with_cap(path, self._cap)
            self._log = AttemptLog(path, self._cap)

    def open(self, path: Path) -> None:
        """What comes from now on belongs into the log at ``path``."""
        with self._lock:
            self._drain()
            self._log = AttemptLog(path, self._cap)

    def close(self) -> int:
        """All that was written so far goes into the log; returns the log's length in bytes."""
        flush()
        with self._lock:
            self._drain()
            for stream in self._streams.values():
                stream.end_line()
            log, self._log = self._log, None
            return log.close() if log else 0

    def sync(self) -> None:
        """All that was written so far goes into the log, which stays open."""
        flush()
        with self._lock:
            self._drain()

    def record(self, label: str, text: str) -> None:
        """Write a log record, behind everything that was printed before it."""
        if os.getpid() != self._owner:  # a process that a task has forked: its parent reads what it prints
            os.write(2, f"{label} {text}\n".encode(errors="replace"))
            return
        flush()
        with self._lock:
            self._drain()
            self.emit(label, text)

    def emit(self, label: str, text: str) -> None:
        """Mask, stamp and store text; a trailing newline is not part of it."""
        clean = self.masker(_with_users_paths(text.replace("\0", "\ufffd")))
        data = line(label, clean).encode(errors="replace")
        try:
            if self._log is not None:
                self._log.write(data)
                return
        except OSError as error:  # a full disk must not stop the reader, or every task would hang
            data = f"a log cannot be written: {error}\n".encode() + data
        with contextlib.suppress(OSError):
            os.write(self._elsewhere, data)

    def _redirect(self, target: int, label: str) -> None:
        reader, writer = os.pipe()
        os.dup2(writer, target)
        self._writers[target] = (writer, os.fstat(writer).st_ino)
        os.set_blocking(reader, False)
        with contextlib.suppress(OSError):  # a smaller pipe only means more waiting
            fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._streams[reader] = _Stream(label, self)
        self._poller.register(reader, select.POLLIN)

    def _pump(self) -> None:
        poller = select.poll()
        for reader in self._streams:
            poller.register(reader, select.POLLIN)
        while True:
            poller.poll()
            with self._lock:
                self._drain()
            time.sleep(_LINGER)

    def _drain(self) -> None:
        """Read all that is in the pipes; the lock must be held."""
        while ready := self._poller.poll(0):
            for reader, _events in ready:
                with contextlib.suppress(BlockingIOError):
                    self._streams[reader].feed(os.read(reader, _READ_BYTES))


class _Stream:
    """Bytes of one descriptor, cut into lines."""

    def __init__(self, label: str, capture: Capture) -> None:
        self._label = label
        self._capture = capture
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take bytes; whole lines go on, the rest waits for its newline."""
        lines, newline, self._rest = (self._rest + data).rpartition(b"\n")
        if newline:
            self._emit(lines)
        if len(self._rest) > _LONGEST_LINE:
            self._rest = self._rest[self._rest.rfind(b"\r", 0, -1) + 1 :]
        if len(self._rest) > _LONGEST_LINE:
            self._cut_line()

    def end_line(self) -> None:
        """The task is over: what waits is a line."""
        if self._rest:
            self._emit(self._rest)
            self._rest = b""

    def _cut_line(self) -> None:
        """Let go of an endless line, masked first and all but an end in which a secret may have begun."""
        masked = self._capture.masker(self._rest.decode(errors="replace"))
        cut = len(masked) - self._capture.masker.longest
        self._emit(masked[:cut].encode())
        self._rest = masked[cut:].encode()

    def _emit(self, data: bytes) -> None:
        self._capture.emit(self._label, _as_a_terminal_shows(data.decode(errors="replace")))


def _as_a_terminal_shows(text: str) -> str:
    """Of a line that was drawn again and again, as progress bars do, what stands there at its end."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _with_users_paths(text: str) -> str:
    """Files are called as their authors know them, not by where the bundle lies on this host."""
    return _IN_A_BUNDLE.sub("", text) if "/bundles/" in text else text


def flush() -> None:
    """Have Python's own buffers written, whatever user code has put in their place."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def _inode(descriptor: int) -> int:
    try:
        return os.fstat(descriptor).st_ino
    except OSError:
        return -1


def _writer(descriptor: int) -> io.TextIOWrapper:
    return open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
