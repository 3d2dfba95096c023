"""This worker's place in the Headway home: its name is taken there, and what earlier ones left is taken over.

::

    workers/<name>.lock          held while the worker of this name lives, and until its guard has cleared up
    workers/<name>.json          who that was: kept by a killed worker, removed by one that ended in order
    logs/outbox/<name>/          its logs on their way to the metastore
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from headway.errors import Conflict, SettingsError
from headway_worker import processes
from headway_worker.parent import guard

log = logging.getLogger(__name__)

_ENDING_SECONDS = 3.0  # for a worker that is about to end
_GUARD_SECONDS = 30.0  # for the guard of a killed one, on a machine that is busy


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier start of the worker of this name: its marker and its node id in the metastore."""

    marker: str
    node: str


class WorkerHome:
    """The name of one worker in one Headway home."""

    def __init__(self, home: Path, name: str) -> None:
        self._home = home
        self._name = name
        self._record = home / "workers" / f"{name}.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Take the name.

        Raises ``Conflict`` while another worker of this home has it, ``SettingsError`` when the home cannot
        be written.
        """
        try:
            lock = _open_lock(self._home, self._name)
        except OSError as error:
            raise SettingsError(
                f"a worker needs to write in the Headway home {self._home}: {error.strerror}",
                "let this user write there, or set HEADWAY_HOME to another folder",
            ) from None
        if not self._await(lock):
            owner = _owner(lock)
            lock.close()
            raise Conflict(
                f"a worker called {self._name!r} runs already from this Headway home (process {owner})",
                "give this one another name: `headway worker --hostname NAME`",
            )
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _await(self, lock: IO[str]) -> bool:
        """Lock; a worker that was killed still holds it until its guard has cleared up."""
        if _locked(lock, within=_ENDING_SECONDS if processes.exists(_owner(lock)) else 0):
            return True
        if processes.exists(_owner(lock)):
            return False
        log.warning("the last worker called %r was killed; waiting for its guard to clear up", self._name)
        return _locked(lock, within=_GUARD_SECONDS)

    def let_go(self) -> None:
        """In a forked child: the name belongs to the parent (and to its guard, until that has cleared up)."""
        if self._lock is not None:
            self._lock.close()

    def end_former(self) -> Former | None:
        """Kill what an earlier start left running; who that was, if it did not end in order."""
        try:
            former = Former(**json.loads(self._record.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        guard.clear_up([], former.marker, os.getsid(0))
        return former

    def record(self, marker: str, node: str) -> None:
        """Leave word for the next start."""
        draft = self._record.with_suffix(".draft")
        draft.write_text(json.dumps({"marker": marker, "node": node}))
        draft.rename(self._record)

    def leave(self) -> None:
        """This worker ends in order: nothing is left of it."""
        self._record.unlink(missing_ok=True)
        self.let_go()


def take_over_logs(home: Path, mine: Path) -> None:
    """Move the logs of workers that live no more from their outboxes to ``mine``."""
    for folder in mine.parent.iterdir():
        if folder == mine or not folder.is_dir():
            continue
        with _open_lock(home, folder.name) as lock:
            if _locked(lock, within=0):
                _move_all(folder, mine)


def _move_all(folder: Path, target: Path) -> None:
    for path in folder.iterdir():
        if not (target / path.name).exists():  # else callbacks write on in it here: until that is shipped, it stays
            path.rename(target / path.name)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _open_lock(home: Path, name: str) -> IO[str]:
    folder = home / "workers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (folder / f"{name}.lock").open("a+")


def _owner(lock: IO[str]) -> int:
    """The process that took the name last; 0 where none did."""
    lock.seek(0)
    text = lock.read().strip()
    return int(text) if text.isdigit() else 0


def _locked(lock: IO[str], *, within: float) -> bool:
    """Lock, waiting ``within`` seconds."""
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
