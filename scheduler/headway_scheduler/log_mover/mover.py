"""What the mover does: stores the logs of ended attempts as objects, then lets these take the place of the rows."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from headway.errors import SettingsError
from headway.log_store.keys import LogOwner, key_of
from headway.log_store.objects import LogStoreUnavailable, ObjectStore
from headway.metastore.database import Connection
from headway.metastore.queries import logs, moved_logs
from headway.metastore.queries.logs import Chunk
from headway.metastore.queries.moved_logs import Moved

log = logging.getLogger(__name__)

_PAGE = 500  # attempts looked at with one statement
_CHUNKS = 32  # of a log in one object: 8 MB of what workers ship
_LOAD_BYTES, _LOAD_OBJECTS = 8_388_608, 64  # written together
_DELETED = 500  # objects deleted together
_TURN, _LONGEST = 180.0, 60.0  # seconds that a turn is kept, and that one round may begin new work
_PATIENCE = timedelta(minutes=10)  # for the rest of the log of an attempt that has ended


@dataclass
class Done:
    """What was done: objects and bytes written, objects deleted."""

    moved: int = 0
    bytes: int = 0
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One object, and the chunks whose place it takes."""

    moved: Moved
    chunks: Sequence[Chunk]
    data: bytes


class Mover:
    """Works on one store. Moving anything twice is harmless; a turn among the schedulers keeps it from happening."""

    def __init__(self, store: ObjectStore, *, patience: timedelta = _PATIENCE) -> None:
        self._store = store
        self._patience = patience
        self._refused: set[str] = set()
        self._until = 0.0

    def round(self, conn: Connection) -> Done:
        """Move and delete what there is, for a minute at most.

        Raises ``LogStoreUnavailable``; ``SettingsError`` when the store belongs to another installation.
        """
        done = Done()
        self._until = time.monotonic() + _LONGEST
        if self._has_work(conn) and moved_logs.take_turn(conn, _TURN):
            try:
                self._claim(conn)
                self._move(conn, done)
                self._delete(conn, done)
            finally:
                moved_logs.end_turn(conn)
        return done

    def _has_work(self, conn: Connection) -> bool:
        return any(True for _ in self._ready(conn)) or bool(moved_logs.doomed(conn, self._store.url, limit=1))

    def _claim(self, conn: Connection) -> None:
        """See that the store is there and this installation's own."""
        me, owner = moved_logs.installation(conn), self._store.owner()
        if owner is None and moved_logs.is_used(conn, self._store.url):
            raise LogStoreUnavailable(
                f"the log store {self._store.url} is empty, although logs were moved to it",
                "mount the folder, or bring the bucket back; logs stay in the metastore until then",
            )
        if owner is None:
            self._store.own(me)
        elif owner != me:
            raise SettingsError(
                f"the log store {self._store.url} belongs to another installation of Headway",
                "give each a folder or prefix of its own: logs.store",
            )

    def _move(self, conn: Connection, done: Done) -> None:
        load: list[_Parcel] = []
        for owner in self._ready(conn):
            for chunks in _stretches(conn, owner):
                load.append(self._parcel(owner, chunks))
                if len(load) >= _LOAD_OBJECTS or sum(len(each.data) for each in load) >= _LOAD_BYTES:
                    self._ship(conn, load, done)
                    load = []
        self._ship(conn, load, done)

    def _ready(self, conn: Connection) -> Iterator[LogOwner]:
        last: tuple[int, int] | None = (0, 0)
        while last is not None and time.monotonic() < self._until:
            page = moved_logs.page(conn, after=last, limit=_PAGE, patience=self._patience)
            yield from page.ready
            last = page.last

    def _parcel(self, owner: LogOwner, chunks: Sequence[Chunk]) -> _Parcel:
        start, end = chunks[0].offset, chunks[-1].end
        place = Moved(owner.ti, owner.dispatch, owner.day, start, end, self._store.url, key_of(owner, start, end))
        return _Parcel(place, chunks, "".join(chunk.text for chunk in chunks).encode())

    def _ship(self, conn: Connection, load: Sequence[_Parcel], done: Done) -> None:
        stored = self._stored(load)
        if stored and not _record(conn, stored):  # another scheduler was faster with one of them
            stored = [each for each in stored if _record(conn, [each])]
        done.moved += len(stored)
        done.bytes += sum(len(each.data) for each in stored)

    def _stored(self, load: Sequence[_Parcel]) -> Sequence[_Parcel]:
        """Those that the store has taken: one that it refuses must not keep back the others."""
        try:
            self._store.put({each.moved.key: each.data for each in load})
        except LogStoreUnavailable as error:
            self._store.owner()  # raises when the store is the trouble
            taken = [each for each in load if self._takes(each)]
            if not taken:
                raise error from None
            return taken
        return load

    def _takes(self, parcel: _Parcel) -> bool:
        key = parcel.moved.key
        try:
            self._store.put({key: parcel.data})
        except LogStoreUnavailable as error:
            if key not in self._refused:
                self._refused.add(key)
                log.warning("the log %s stays in the metastore: %s", key, error.message)
            return False
        return True

    def _delete(self, conn: Connection, done: Done) -> None:
        while time.monotonic() < self._until and (keys := moved_logs.doomed(conn, self._store.url, limit=_DELETED)):
            self._store.delete(keys)
            moved_logs.forget(conn, self._store.url, keys)
            done.deleted += len(keys)


def _stretches(conn: Connection, owner: LogOwner) -> Iterator[list[Chunk]]:
    """What the metastore has of a log, cut where bytes are missing and where an object would get large."""
    start = 0
    while chunks := logs.read(conn, ti=owner.ti, dispatch=owner.dispatch, from_offset=start, limit=_CHUNKS):
        together = [chunks[0]]
        for chunk in chunks[1:]:
            if chunk.offset != together[-1].end:
                break
            together.append(chunk)
        yield together
        start = max(together[-1].end, together[-1].offset + 1)


def _record(conn: Connection, parcels: Sequence[_Parcel]) -> bool:
    return moved_logs.record(conn, [each.moved for each in parcels], [c for each in parcels for c in each.chunks])
