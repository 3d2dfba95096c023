"""What a user's timetable says of a range of dates, for whoever asks: a backfill or its dry run.

Such code runs in a child process of its own, with a time limit, and ends with it. One question after the other: a
timetable that hangs delays other questions about timetables and nothing else.
"""

from __future__ import annotations

import json
import logging
import select
import time
from queue import Empty, SimpleQueue
from typing import Any

from headway.broker.bus import Bus
from headway.bundles.fetch import materialise
from headway.errors import BundleError
from headway.messages import RunsAsked
from headway.metastore.queries import bundles
from headway.operations.stored_values import StoredValues
from headway.operations.timetable_runs import PATIENCE
from headway.settings import Settings
from headway_scheduler.parse.process import Job, Parsed, ParseProcess
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_TICK = 0.25  # seconds between looks whether the service is to end


class TimetableRuns(Service):
    """Answers each question on the event queue that it names; woken by ``ask``."""

    name = "timetable_runs"
    interval = 600.0

    def __init__(self, settings: Settings, bus: Bus) -> None:
        super().__init__(settings)
        self._bus = bus
        self._values = StoredValues(settings, lambda: self.conn)
        self._questions: SimpleQueue[tuple[RunsAsked, float]] = SimpleQueue()

    def ask(self, asked: RunsAsked) -> None:
        """Have a question answered; by any thread."""
        self._questions.put((asked, time.monotonic()))
        self.wake()

    def run_once(self) -> float | None:
        """Answer what was asked, but for questions whose asker has given up."""
        while not self._ending.is_set():
            try:
                asked, since = self._questions.get_nowait()
            except Empty:
                break
            if time.monotonic() - since < asked.seconds + PATIENCE:
                self._bus.send_event(asked.reply_to, json.dumps(self._answer(asked)).encode())
        return None

    def on_end(self) -> None:
        """Close the connection to the broker."""
        self._bus.close()

    def _answer(self, asked: RunsAsked) -> dict[str, Any]:
        try:
            parsed = self._load(asked)
        except BundleError as error:
            return {"fault": error.message, "remedy": error.remedy}
        if parsed is None:
            return {"fault": "the scheduler that was asked has ended", "remedy": "ask again"}
        if parsed.error is not None:
            place = f"{asked.file}, line {parsed.error.line}" if parsed.error.line else asked.file
            log.info("no dates of %s's timetable: %s: %s", asked.dag_id, place, parsed.error.message)
            return {"fault": f"{place}: {parsed.error.message}", "remedy": parsed.error.remedy}
        return {"runs": parsed.runs}

    def _load(self, asked: RunsAsked) -> Parsed | None:
        """What came of the file; None when the service ends meanwhile."""
        root = materialise(self.conn, asked.bundle, self.settings.home)
        stored = bundles.bundle_by_hash(self.conn, asked.bundle)
        assert stored is not None, "a bundle that was just laid out"
        process = ParseProcess(asked.seconds, self._values.look_up)
        try:
            process.give(Job.of(self.settings, asked.file, root, stored.dag_folder, asked))
            return self._await(process)
        finally:
            process.close()

    def _await(self, process: ParseProcess) -> Parsed | None:
        while (parsed := process.look()) is None and not self._ending.is_set():
            left = process.deadline - time.monotonic()
            select.select(process.descriptors(), [], [], max(0.0, min(left, _TICK)))
        return parsed
