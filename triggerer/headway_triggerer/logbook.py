"""The logbook: what triggers say, stored behind the end of the log of the dispatch that deferred.

An attempt's log ends where the worker has said (``log_bytes``). The triggers' words follow once that much of it is
stored, so that no reader skips what the worker's shipper has still on its way.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date

from headway.log_lines import line
from headway.metastore.queries import logs, triggers
from headway.metastore.queries.logs import Chunk
from headway.settings import Settings
from headway_triggerer.service import Service
from headway_triggerer.work import Key, Work

_PATIENCE = 5.0  # seconds in which the attempt's own log should have been shipped
_CAP = 1_000_000  # bytes that one deferral may log


@dataclass
class _Page:
    """What one trigger has said and is not stored; the attempt's own log ends at ``begins_at``."""

    day: date
    begins_at: int
    since: float = field(default_factory=time.monotonic)
    text: list[str] = field(default_factory=list)


class LogBook(Service):
    """Stores all that was said in one statement a round."""

    name = "logbook"
    interval = 60.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._lock = threading.Lock()
        self._pages: dict[Key, _Page] = {}

    def say(self, work: Work, label: str, text: str) -> None:
        """A line of Headway's own."""
        self.write(work, line(label, text))

    def write(self, work: Work, text: str) -> None:
        """Whole lines as they shall stand in the log."""
        with self._lock:
            page = self._pages.get(work.key)
            if page is None:
                started = work.taken.started_at.astimezone(UTC).date()
                page = self._pages[work.key] = _Page(started, work.taken.log_from)
            page.text.append(text)
        self.wake()

    def run_once(self) -> float | None:
        """Let words gather for a moment, then store what can be stored."""
        if not self._pages:
            return None
        self._ending.wait(self.settings.logs.ship_interval)
        with self._lock:
            written = {key: (page, len(page.text)) for key, page in self._pages.items()}
        ends = triggers.log_ends(self.conn, written)
        ready = {key: end for key, end in ends.items() if self._may_follow(written[key][0], end)}
        chunks = [self._chunk(key, *written[key], end) for key, end in ready.items()]
        logs.insert_chunks(self.conn, [chunk for chunk in chunks if chunk is not None])
        with self._lock:
            for key in ready:
                page, count = written[key]
                del page.text[:count]
                if not page.text:
                    del self._pages[key]
        return 0.0 if self._pages else None

    def on_end(self) -> None:
        """What came last."""
        self._look()
        self._drop()

    def _may_follow(self, page: _Page, end: int) -> bool:
        """Whether the attempt's own log is stored, or has had its time."""
        return end >= page.begins_at or time.monotonic() - page.since > _PATIENCE or self._ending.is_set()

    def _chunk(self, key: Key, page: _Page, count: int, end: int) -> Chunk | None:
        """The next piece; None when the trigger has said too much already."""
        said = end - page.begins_at
        if said > _CAP:
            return None
        text = "".join(page.text[:count])
        if said + len(text) > _CAP:
            text = text[: _CAP - said] + "\n" + line("WARNING", "the trigger says too much: no more of it is kept")
        return Chunk(*key, page.day, max(end, page.begins_at), text)
