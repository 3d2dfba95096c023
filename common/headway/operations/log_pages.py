"""The log of a try, as it is now: attempt by attempt, in pieces of a size that a page can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headway.log_store.reading import LogStore, Piece
from headway.metastore.database import Connection
from headway.metastore.queries import logs
from headway.metastore.queries.logs import LoggedAttempt
from headway.operations.task_logs import LogEnd

_CHUNKS = 50  # read at once


@dataclass(frozen=True, slots=True)
class Part:
    """The log of one attempt from byte ``offset`` on; ``end`` is None when there is more than was asked for."""

    attempt: LoggedAttempt
    offset: int
    text: str
    next_offset: int
    end: LogEnd | None


@dataclass(frozen=True, slots=True)
class TryLog:
    """The log of one try; ``tries`` are those that have begun, ``attempts`` those of the try that were asked for."""

    try_number: int
    tries: list[int]
    attempts: list[LoggedAttempt]
    parts: list[Part]


def read(
    conn: Connection,
    store: LogStore,
    ti: int,
    try_number: int = 0,
    *,
    dispatch: int | None = None,
    offset: int = 0,
    max_bytes: int,
) -> TryLog:
    """The log of a try (0: the newest that began), of one of its attempts when ``dispatch`` names it.

    ``offset`` is where the first attempt's text begins; after about ``max_bytes`` bytes the rest is left for later.
    """
    attempts = logs.attempts(conn, ti) if ti else []
    tries = sorted({attempt.try_number for attempt in attempts})
    wanted = try_number or (tries[-1] if tries else 1)
    mine = [each for each in attempts if each.try_number == wanted and dispatch in (None, each.dispatch)]
    parts: list[Part] = []
    for attempt in mine:
        start = 0 if parts else offset
        parts.append(_part(attempt, _text_of(conn, store, attempt, start), start, max_bytes))
        max_bytes -= parts[-1].next_offset - parts[-1].offset
        if parts[-1].end is None:
            break
    return TryLog(wanted, tries, mine, parts)


def piece(conn: Connection, store: LogStore, ti: int, dispatch: int, offset: int) -> Piece:
    """What comes next of an attempt's log from a byte on."""
    return store.read(conn, ti=ti, dispatch=dispatch, from_offset=offset, limit=_CHUNKS)


def _text_of(conn: Connection, store: LogStore, attempt: LoggedAttempt, offset: int) -> Iterator[logs.Chunk]:
    more = True
    while more:
        found = piece(conn, store, attempt.ti, attempt.dispatch, offset)
        more = found.more
        for chunk in found.chunks:
            yield chunk
            offset = chunk.end


def end_of(attempt: LoggedAttempt, reached: int) -> LogEnd:
    """How a log ends of which everything that is stored has been read, up to byte ``reached``."""
    if attempt.outcome is None:
        return LogEnd.RUNNING
    if attempt.log_bytes is None:
        return LogEnd.LOST
    return LogEnd.COMPLETE if reached >= attempt.log_bytes else LogEnd.CUT


def _part(attempt: LoggedAttempt, chunks: Iterator[logs.Chunk], offset: int, max_bytes: int) -> Part:
    texts: list[str] = []
    reached = offset
    for chunk in chunks:
        if texts and reached - offset >= max_bytes:
            return Part(attempt, offset, "".join(texts), reached, None)
        texts.append(chunk.text)
        reached = chunk.end
    return Part(attempt, offset, "".join(texts), reached, end_of(attempt, reached))
