"""What the scheduler holds of a child process: the pipes to it, and its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass, field

import psutil

_CHUNK = 65_536


@dataclass
class Stream:
    """The reading end of a pipe."""

    descriptor: int
    data: bytearray = field(default_factory=bytearray)
    ended: bool = False
    searched: int = 0

    def next_line(self) -> bytes | None:
        """Take the next whole line; None while there is none."""
        end = self.data.find(b"\n", self.searched)
        if end < 0:
            self.searched = len(self.data)  # an answer may have megabytes and come in many pieces
            return None
        line = bytes(self.data[:end])
        del self.data[: end + 1]
        self.searched = 0
        return line

    def read(self) -> None:
        """Take what is there."""
        with contextlib.suppress(BlockingIOError):
            while not self.ended and (chunk := os.read(self.descriptor, _CHUNK)):
                self.data += chunk
                if len(chunk) < _CHUNK:
                    return
            self.ended = True


def kill_tree(child: subprocess.Popen[bytes]) -> None:
    """Kill a process, its group and all its descendants, and wait for it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for descendant in psutil.Process(child.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                descendant.kill()
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
