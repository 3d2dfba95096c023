"""The mover's process: works until its standard input ends, and says on standard output what it has done."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from headway import node_logs
from headway.errors import HeadwayError
from headway.log_store.objects import ObjectStore
from headway.settings import Settings, load_settings
from headway_scheduler.log_mover.mover import Mover
from headway_scheduler.service import Service

_NICENESS = 10  # whatever runs tasks goes first
_UMASK = 0o027  # in a shared folder the web node's group reads what this user writes


class Moving(Service):
    """Rounds of the mover; ``say`` hears what each has done, or its ``trouble``."""

    name = "log mover"
    interval = 2.0

    def __init__(self, settings: Settings, say: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(settings)
        self._mover = Mover(ObjectStore.of(settings.logs))
        self._say = say

    def run_once(self) -> float | None:
        """One round; the next one at once while there is much to do."""
        try:
            done = self._mover.round(self.conn)
        except HeadwayError as error:
            self._say({"trouble": error.message})
            raise
        self._say({**asdict(done), "trouble": ""})
        return None


def _tell(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Move logs until the scheduler ends, in order or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the scheduler, which then ends this
    os.nice(_NICENESS)
    os.umask(_UMASK)
    settings = load_settings()
    node_logs.set_up(settings.logs.node_format, "scheduler")
    moving = Moving(settings, _tell)
    moving.start()
    sys.stdin.read()
    moving.stop()


if __name__ == "__main__":
    main()
