"""This worker's place in the Headway home: its name is taken there, and what earlier ones left is taken over.

::

    workers/<name>.lock          held while the worker of this name lives, and until its guard has cleared up
    workers/<name>.json          who that was (see ``headway.seats``)
    logs/outbox/<name>/          its logs on their way to the metastore
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from headway.errors import Conflict, SettingsError
from headway.seats import Former, Seat
from headway_worker import processes
from headway_worker.parent import guard

log = logging.getLogger(__name__)

_ENDING_SECONDS = 3.0  # for a worker that is about to end
_GUARD_SECONDS = 30.0  # for the guard of a killed one, on a machine that is busy


class WorkerHome:
    """The name of one worker in one Headway home."""

    def __init__(self, home: Path, name: str) -> None:
        self._home = home
        self._seat = _seat(home, name)

    def take(self) -> None:
        """Take the name.

        Raises ``Conflict`` while another worker of this home has it, ``SettingsError`` when the home cannot
        be written.
        """
        try:
            taken = self._await()
        except OSError as error:
            raise SettingsError(
                f"a worker needs to write in the Headway home {self._home}: {error.strerror}",
                "let this user write there, or set HEADWAY_HOME to another folder",
            ) from None
        if not taken:
            raise Conflict(
                f"a worker called {self._seat.name!r} runs already from this Headway home"
                f" (process {self._seat.holder()})",
                "give this one another name: `headway worker --hostname NAME`",
            )

    def _await(self) -> bool:
        """Lock; a worker that was killed still holds it until its guard has cleared up."""
        if self._seat.take(within=_ENDING_SECONDS if processes.exists(self._seat.holder()) else 0):
            return True
        if processes.exists(self._seat.holder()):
            return False
        log.warning("the last worker called %r was killed; waiting for its guard to clear up", self._seat.name)
        return self._seat.take(within=_GUARD_SECONDS)

    def let_go(self) -> None:
        """In a forked child: the name belongs to the parent (and to its guard, until that has cleared up)."""
        self._seat.let_go()

    def end_former(self) -> Former | None:
        """Kill what an earlier start left running; who that was, if it surely lives no more."""
        former = self._seat.former()
        if former is None:
            return None
        guard.clear_up([], former.marker, os.getsid(0))
        return former if former.is_dead else None

    def record(self, marker: str, node: str) -> None:
        """Leave word for the next start."""
        self._seat.record(node, marker)

    def leave(self) -> None:
        """This worker ends in order: nothing is left of it."""
        self._seat.forget()
        self._seat.let_go()


def take_over_logs(home: Path, mine: Path) -> None:
    """Move the logs of workers that live no more from their outboxes to ``mine``."""
    for folder in mine.parent.iterdir():
        if folder == mine or not folder.is_dir():
            continue
        seat = _seat(home, folder.name)
        if not seat.take():
            continue
        try:
            _move_all(folder, mine)
        finally:
            seat.give_up()


def _move_all(folder: Path, target: Path) -> None:
    for path in folder.iterdir():
        if not (target / path.name).exists():  # else callbacks write on in it here: until that is shipped, it stays
            path.rename(target / path.name)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _seat(home: Path, name: str) -> Seat:
    return Seat(home / "workers", name)
