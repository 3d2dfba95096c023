"""Read a task's log wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from threading import Lock

from headway.log_lines import whole
from headway.log_store.objects import ObjectStore
from headway.metastore.database import Connection
from headway.metastore.queries import moved_logs
from headway.metastore.queries.logs import Chunk
from headway.metastore.queries.moved_logs import Moved
from headway.settings import LogSettings

_PIECE_BYTES = 1_048_576  # fetched from a store at once


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a log; ``more``: there is more of it now."""

    chunks: list[Chunk]
    more: bool


class LogStore:
    """The logs of this installation, for all who read them; one may serve several threads."""

    def __init__(self, settings: LogSettings) -> None:
        self._settings = settings
        self._stores: dict[str, ObjectStore] = {}
        self._lock = Lock()

    def read(self, conn: Connection, *, ti: int, dispatch: int, from_offset: int = 0, limit: int = 200) -> Piece:
        """What comes next of an attempt's log from a byte on: at most ``limit`` chunks.

        Raises ``LogStoreUnavailable`` and, for what is no longer where it was moved to, ``NotFound``.
        """
        found = moved_logs.read(conn, ti=ti, dispatch=dispatch, from_offset=from_offset, limit=limit)
        here = list(takewhile(lambda each: isinstance(each, Chunk), found))
        if found and isinstance(found[0], Moved):
            chunk = self._fetch(found[0], max(from_offset, found[0].offset))
            return Piece([chunk], chunk.end < found[0].end or len(found) > 1)
        return Piece([each for each in here if isinstance(each, Chunk)], len(here) < len(found) or len(found) == limit)

    def _fetch(self, moved: Moved, start: int) -> Chunk:
        end = min(start + _PIECE_BYTES, moved.end)
        data = self._at(moved.store).get(moved.key, start - moved.offset, end - moved.offset)
        text = data if end == moved.end or len(data) < end - start else whole(data)
        return Chunk(moved.ti, moved.dispatch, moved.day, start, text.decode(errors="replace"))

    def _at(self, url: str) -> ObjectStore:
        with self._lock:
            return self._stores.setdefault(url, ObjectStore.of(self._settings, url))
