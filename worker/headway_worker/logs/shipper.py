"""The shipper: log text from the outbox into the metastore, all files in one statement a round."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from headway.errors import MetastoreUnavailable
from headway.log_lines import whole as whole_lines
from headway.metastore.database import Connection
from headway.metastore.queries import logs, rendered
from headway.metastore.queries.logs import Chunk
from headway.settings import Settings
from headway_worker.logs import log_files, rendered_files
from headway_worker.logs.log_files import LogName
from headway_worker.parent.home import take_over_logs
from headway_worker.parent.service import Service
from headway_worker.slots import Attempt, SlotTable
from headway_worker.store import Store

_CHUNK_BYTES = 256 * 1024
_SEARCH_SECONDS = 30.0
_ROUND_BYTES = 4 * 1024 * 1024


class Shipper(Service):
    """Ships what has grown; deletes files whose attempt is over and whose text is all stored.

    ``unreported`` gives the attempts of dead children that nobody has told the end of yet: it will stand in their logs.
    Files of earlier incarnations are shipped like any other. How far a file is stored is remembered; where
    that is unknown (a start, a lost connection) the metastore is asked.
    """

    name = "shipper"

    def __init__(
        self, settings: Settings, table: SlotTable, *, name: str, unreported: Callable[[], Iterable[Attempt]]
    ) -> None:
        super().__init__()
        self.interval = settings.logs.ship_interval
        self._table = table
        self._unreported = unreported
        self._store = Store(settings.metastore, name=f"headway {name} shipper")
        self._folder = log_files.outbox(settings.home, name)
        self._stored: dict[str, int] = {}
        self._home = settings.home
        self._next_search = 0.0

    def run_once(self) -> None:
        """Ship until nothing is left, then tidy up; now and then look for what others have left."""
        if time.monotonic() >= self._next_search:
            self._next_search = time.monotonic() + _SEARCH_SECONDS
            take_over_logs(self._home, self._folder)
        while self._ship_round():
            pass
        while self._ship_rendered():
            pass

    def close(self) -> None:
        """Let go of the connection."""
        self._store.drop()

    def _ship_round(self) -> bool:
        """One statement's worth; whether there may be more."""
        found = self._found()
        busy = self._busy()  # after listing: what is over now, stays so
        if not found:
            return False
        try:
            with self._store.using() as conn:
                chunks = self._chunks(conn, found, busy)
                logs.insert_chunks(conn, chunks)
        except MetastoreUnavailable:
            self._stored.clear()
            raise
        for chunk in chunks:
            self._stored[str(LogName(Attempt(chunk.ti, chunk.dispatch), chunk.day))] = chunk.end
        self._tidy(found)
        return sum(len(chunk.text) for chunk in chunks) >= _ROUND_BYTES

    def _busy(self) -> set[Attempt]:
        """The attempts to whose logs something may still be added."""
        at_work = {reading.attempt for reading in self._table.read()}
        return at_work.union(self._unreported())

    def _ship_rendered(self) -> bool:
        """As many files of rendered fields as one statement takes; whether there may be more."""
        found = rendered_files.found(self._folder)
        if not found:
            return False
        with self._store.using() as conn:
            rendered.insert(conn, [each for each in found.values() if each])
        for path in found:
            path.unlink(missing_ok=True)
        return True

    def _found(self) -> list[LogName]:
        names = (LogName.parse(path.name) for path in self._folder.iterdir())
        return [name for name in names if name]

    def _chunks(self, conn: Connection, found: list[LogName], busy: set[Attempt]) -> list[Chunk]:
        chunks: list[Chunk] = []
        room = _ROUND_BYTES
        for name in found:
            if room <= 0:
                break
            chunk = self._next_chunk(conn, name, whole=name.attempt not in busy)
            if chunk:
                chunks.append(chunk)
                room -= len(chunk.text)
        return chunks

    def _next_chunk(self, conn: Connection, name: LogName, *, whole: bool) -> Chunk | None:
        attempt = name.attempt
        known = self._stored.get(str(name))
        if known is None:
            known = logs.stored_to(conn, ti=attempt.ti, dispatch=attempt.dispatch, day=name.day)
            self._stored[str(name)] = known
        data = _read(self._folder / str(name), known)
        if not whole or len(data) == _CHUNK_BYTES:
            data = whole_lines(data)
        return Chunk(attempt.ti, attempt.dispatch, name.day, known, data.decode(errors="replace")) if data else None

    def _tidy(self, found: list[LogName]) -> None:
        with log_files.held_still(self._folder):
            busy = self._busy()  # anew: callbacks may have begun to write on in a log that was over
            for name in found:
                path = self._folder / str(name)
                if name.attempt not in busy and log_files.size(path) <= self._stored.get(str(name), -1):
                    path.unlink(missing_ok=True)
                    self._stored.pop(str(name), None)


def _read(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(_CHUNK_BYTES)
    except FileNotFoundError:
        return b""
