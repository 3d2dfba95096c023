"""A node's seat in its Headway home: a name that is held while the process lives, and word of who sat there last.

::

    <folder>/<name>.lock    locked while the process lives, however it ends
    <folder>/<name>.json    its id in the metastore; kept by one that was killed, removed by one that ended in order

Who can take the lock has the proof that the former one is dead, so nobody need wait for its lease. That holds for the
kernel that kept the lock: a home may lie on a file system that several hosts share, and then the mount decides
whether they see each other's locks. The record therefore names the boot, and one of another boot proves nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import logging
import os
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

log = logging.getLogger(__name__)

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Former:
    """Who sat here last and did not end in order: its node id, the boot of its kernel, the marker of its processes."""

    node: str
    boot: str = ""
    marker: str = ""

    @property
    def is_dead(self) -> bool:
        """Whether the lock of its seat, now another's, proves its end."""
        return self.boot != "" and self.boot == this_boot()


class Seat:
    """One name in one folder of a Headway home. A seat that was not taken keeps no record."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._record = folder / f"{name}.json"
        self._lock: IO[str] | None = None

    def take(self, *, within: float = 0.0) -> bool:
        """Sit down; False when somebody else still sits there after ``within`` seconds.

        Raises ``OSError`` where the home cannot be written.
        """
        lock = self._open()
        if not _locked(lock, within=within):
            lock.close()
            return False
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        return True

    def holder(self) -> int:
        """The process that took the seat last; 0 where none did. Raises ``OSError``."""
        with self._open() as lock:
            lock.seek(0)
            text = lock.read().strip()
        return int(text) if text.isdigit() else 0

    def former(self) -> Former | None:
        """Who sat here last, if it did not end in order and left word that can be read."""
        if self._lock is None:
            return None
        try:
            found = Former(**json.loads(self._record.read_text()))
            UUID(found.node)
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return found

    def record(self, node: str, marker: str = "") -> None:
        """Leave word for the next start, before the metastore knows of ``node``: then no lease is left unnamed."""
        if self._lock is None:
            return
        draft = self._record.with_suffix(".draft")
        try:
            draft.write_text(json.dumps(asdict(Former(node, this_boot(), marker))))
            draft.rename(self._record)
        except OSError as error:
            log.warning("%s cannot be written (%s): after a crash a lease must run out first", draft, error.strerror)

    def forget(self) -> None:
        """What sat here has ended in order: there is nothing to take over."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self._record.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Let others have the seat, also where a child that was forked meanwhile has the lock's descriptor."""
        if self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        self.let_go()

    def let_go(self) -> None:
        """Close the lock: in a forked child, for the seat is its parent's, and where a forked one is to hold it on."""
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    def _open(self) -> IO[str]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (self._folder / f"{self.name}.lock").open("a+")


def take_free_seat(home: Path, kind: str) -> Seat:
    """The first free seat of this host's nodes of a kind that several processes of a home may be.

    Where the home cannot be written the answer is a seat that was not taken.
    """
    for number in itertools.count(1):
        seat = Seat(home / f"{kind}s", f"{kind}{'' if number == 1 else f'-{number}'}@{socket.gethostname()}")
        try:
            if seat.take():
                break
        except OSError as error:
            log.warning("the home %s cannot be written (%s): after a crash a lease must run out first", home, error)
            break
    return seat


def this_boot() -> str:
    """The id that the kernel gave itself at its start; empty where it has none."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def _locked(lock: IO[str], *, within: float) -> bool:
    give_up = time.monotonic() + within
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                return False
            time.sleep(0.1)
        else:
            return True
