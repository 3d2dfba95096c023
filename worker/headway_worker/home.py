"""This worker's place in the Headway home: its name is taken there, and what an earlier start left is ended."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from headway.errors import Conflict
from headway_worker import guard

_GUARD_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier start of the worker of this name: its marker and its node id in the metastore."""

    marker: str
    node: str


class WorkerHome:
    """The files ``workers/<name>.lock`` and ``workers/<name>.json`` of a Headway home.

    A killed worker leaves its file; only one that ended in order takes it away.
    """

    def __init__(self, home: Path, name: str) -> None:
        self._name = name
        self._folder = home / "workers"
        self._record = self._folder / f"{name}.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Take the name; raises ``Conflict`` while another worker of this home has it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self._folder / f"{self._name}.lock").open("a+")
        if not _locked(lock):
            lock.seek(0)
            owner = lock.read().strip()
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


def _locked(lock: IO[str]) -> bool:
    """Lock, waiting as long as a killed worker's guard may need to clear up."""
    give_up = time.monotonic() + _GUARD_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                return False
            time.sleep(0.1)
        else:
            return True
