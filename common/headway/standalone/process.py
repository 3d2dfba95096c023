"""One child process: started through the launcher, with a log file, stopped with its whole group."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import BufferedWriter

    from headway.standalone.place import Account

_LAUNCHER = Path(__file__).with_name("launch.py")
_LOG_LIMIT = 20_000_000


@dataclass(frozen=True)
class Command:
    """What to run and how to end it.

    ``argv[0]`` is an absolute path. ``death_signal`` is what the kernel sends when the parent dies.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path = Path("/")
    account: Account | None = None
    lock: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM


class Process:
    """The running (or ended) child of one ``Command``; ``start`` may be called again after it ended."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.log_offset = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._pidfd = -1

    @property
    def pid(self) -> int:
        """The process id, 0 before the first start."""
        return self._child.pid if self._child else 0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        with _open_log(self.command.log) as log:
            self.log_offset = log.tell()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), self._spec(), *self.command.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.command.env),
                start_new_session=True,
            )
        self._pidfd = os.pidfd_open(self._child.pid)

    def fileno(self) -> int:
        """A descriptor that becomes readable when the process ends."""
        return self._pidfd

    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._pidfd >= 0 and not self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, at the latest after ``seconds``; leaves it to ``reap`` to clear away."""
        if self._pidfd < 0:
            return True
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(max(0, seconds) * 1000))

    def signal(self, number: signal.Signals | None = None) -> None:
        """Send ``number`` (default: the stop signal) to the process itself."""
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number or self.command.stop_signal)

    def reap(self) -> int:
        """Kill what is left of its process group and return the exit code (negative: the signal)."""
        if self._child and self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)  # before wait(): until then the number is surely ours
        return self.forget()

    def forget(self) -> int:
        """Clear away the ended process but leave its children as they are; returns the exit code."""
        if self._child is None or self._pidfd < 0:
            return 0
        code = self._child.wait()
        os.close(self._pidfd)
        self._pidfd = -1
        return code

    def stop(self, grace: float) -> int:
        """Ask it to end, kill the group after ``grace`` seconds, return the exit code."""
        self.signal()
        self.wait(grace)
        return self.reap()

    def log_tail(self, lines: int = 5) -> str:
        """The last lines that it wrote since its last start."""
        if not self.command.log.exists():
            return ""
        with self.command.log.open("rb") as log:
            log.seek(self.log_offset)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def _spec(self) -> str:
        account = self.command.account
        return json.dumps(
            {
                "parent": os.getpid(),
                "signal": int(self.command.death_signal),
                "cwd": str(self.command.cwd),
                "lock": str(self.command.lock) if self.command.lock else None,
                "uid": account.uid if account else None,
                "gid": account.gid if account else None,
            }
        )


def _open_log(path: Path) -> BufferedWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    path.touch(mode=0o600)
    log = path.open("ab")
    log.seek(0, os.SEEK_END)
    return log
