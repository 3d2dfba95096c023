"""What a user's timetable says of a range of dates, for whoever asks: a backfill or its dry run.

Such code runs in a child process of its own, with a time limit, and ends with it. A few questions are answered side by
side, so that a timetable that hangs keeps none waiting.
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

_AT_ONCE = 4  # child processes
_TICK = 0.25  # seconds between looks for time limits, new questions and the service's end


class TimetableRuns(Service):
    """Answers each question on the event queue that it names; woken by ``ask``."""

    name = "timetable_runs"
    interval = 600.0

    def __init__(self, settings: Settings, bus: Bus) -> None:
        super().__init__(settings)
        self._bus = bus
        self._values = StoredValues(settings, lambda: self.conn)
        self._working: list[tuple[RunsAsked, ParseProcess]] = []
        self._questions: SimpleQueue[tuple[RunsAsked, float]] = SimpleQueue()

    def ask(self, asked: RunsAsked) -> None:
        """Have a question answered; by any thread."""
        self._questions.put((asked, time.monotonic()))
        self.wake()

    def run_once(self) -> float | None:
        """Answer what was asked, several questions at a time."""
        try:
            self._take()
            while self._working and not self._ending.is_set():
                self._wait()
                for asked, process in list(self._working):
                    if (parsed := process.look()) is not None:
                        self._end_work(asked, process)
                        self._reply(asked, _answer(asked, parsed))
                self._take()
        finally:
            for asked, process in list(self._working):
                self._end_work(asked, process)
        return None

    def on_end(self) -> None:
        """Close the connection to the broker."""
        self._bus.close()

    def _take(self) -> None:
        """Begin with questions while there is room, but for those whose asker has given up."""
        while len(self._working) < _AT_ONCE:
            try:
                asked, since = self._questions.get_nowait()
            except Empty:
                return
            if time.monotonic() - since < asked.seconds + PATIENCE:
                self._begin(asked)

    def _begin(self, asked: RunsAsked) -> None:
        try:
            root = materialise(self.conn, asked.bundle, self.settings.home)
        except BundleError as error:
            self._reply(asked, {"fault": error.message, "remedy": error.remedy})
            return
        stored = bundles.bundle_by_hash(self.conn, asked.bundle)
        assert stored is not None, "a bundle that was just laid out"
        process = ParseProcess(asked.seconds, self._values.look_up)
        self._working.append((asked, process))
        process.give(Job.of(self.settings, asked.file, root, stored.dag_folder, asked))

    def _end_work(self, asked: RunsAsked, process: ParseProcess) -> None:
        self._working.remove((asked, process))
        process.close()

    def _reply(self, asked: RunsAsked, answer: dict[str, Any]) -> None:
        self._bus.send_event(asked.reply_to, json.dumps(answer).encode())

    def _wait(self) -> None:
        watched = [descriptor for _, process in self._working for descriptor in process.descriptors()]
        select.select(watched, [], [], _TICK)


def _answer(asked: RunsAsked, parsed: Parsed) -> dict[str, Any]:
    if parsed.error is None:
        return {"runs": parsed.runs}
    place = f"{asked.file}, line {parsed.error.line}" if parsed.error.line else asked.file
    log.info("no dates of %s's timetable: %s: %s", asked.dag_id, place, parsed.error.message)
    return {"fault": f"{place}: {parsed.error.message}", "remedy": parsed.error.remedy}
