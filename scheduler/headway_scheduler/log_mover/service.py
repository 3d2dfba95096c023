"""The scheduler's end of the mover's process: keeps it running, and keeps count."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import Metric

from headway.metrics import counter, gauge
from headway.settings import METASTORE, Settings
from headway_scheduler.parse.pipes import Stream
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_NOTHING_TO_DO = 3600.0  # seconds between looks where logs stay in the metastore
_GRACE = 5.0  # seconds that the process has for its end


@dataclass
class Tally:
    """Since the scheduler's start: objects and bytes written, objects deleted, failures; ``works`` just now."""

    moved: int = 0
    bytes: int = 0
    deleted: int = 0
    failures: int = 0
    works: bool = True

    def add(self, said: dict[str, object]) -> None:
        """Take in what the process has said of one round."""
        self.works = not said.get("trouble")
        self.failures += not self.works
        for name in ("moved", "bytes", "deleted"):
            setattr(self, name, getattr(self, name) + int(str(said.get(name, 0))))


class LogMover(Service):
    """Starts the process where ``logs.store`` is not the metastore, and again when it has died."""

    name = "log mover"
    interval = 2.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.tally = Tally()
        self._child: subprocess.Popen[bytes] | None = None
        self._said: Stream | None = None

    def run_once(self) -> float | None:
        """See that the process runs; hear what it has done."""
        if self.settings.logs.store == METASTORE:
            return _NOTHING_TO_DO
        self._hear()
        if self._child is not None and self._child.poll() is not None:
            log.warning("the process that moves logs has ended (%s); starting another", self._child.returncode)
            self._child = None
        if self._child is None:
            self._start()
        return None

    def on_end(self) -> None:
        """End the process: after the objects that it writes just now, if that is soon."""
        if self._child is None or self._child.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.close()
        try:
            self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:  # what it has not recorded is moved anew
            self._child.kill()
            self._child.wait()

    def metrics(self) -> Iterator[Metric]:
        """What was moved, and whether the store takes it."""
        tally = self.tally
        yield counter("headway_logs_moved", "Objects written to the log store", tally.moved)
        yield counter("headway_logs_moved_bytes", "Bytes in them", tally.bytes)
        yield counter("headway_logs_deleted", "Objects deleted from the log store", tally.deleted)
        yield counter("headway_log_store_failures", "Rounds that the log store has failed", tally.failures)
        yield gauge("headway_log_store_works", "1 unless the last round failed", float(tally.works))

    def _start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "headway_scheduler.log_mover.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "HEADWAY_HOME": str(self.settings.home)},
            start_new_session=True,
        )
        assert self._child.stdout is not None
        self._said = Stream(self._child.stdout.fileno())
        os.set_blocking(self._said.descriptor, False)

    def _hear(self) -> None:
        if self._said is None:
            return
        self._said.read()
        while (line := self._said.next_line()) is not None:
            self.tally.add(json.loads(line))
