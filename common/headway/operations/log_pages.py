"""The log of a try, as it is now: attempt by attempt, in pieces of a size that a page can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
        parts.append(_part(conn, ti, attempt, 0 if parts else offset, max_bytes))
        max_bytes -= parts[-1].next_offset - parts[-1].offset
        if parts[-1].end is None:
            break
    return TryLog(wanted, tries, mine, parts)


def piece(conn: Connection, ti: int, dispatch: int, offset: int) -> list[logs.Chunk]:
    """What comes next of an attempt's log from a byte on; nothing at its end."""
    return logs.read(conn, ti=ti, dispatch=dispatch, from_offset=offset, limit=_CHUNKS)


def _text_of(conn: Connection, ti: int, dispatch: int, offset: int) -> Iterator[logs.Chunk]:
    while True:
        found = piece(conn, ti, dispatch, offset)
        yield from found
        if len(found) < _CHUNKS:
            return
        offset = found[-1].end


def end_of(attempt: LoggedAttempt, reached: int) -> LogEnd:
    """How a log ends of which everything that is stored has been read, up to byte ``reached``."""
    if attempt.outcome is None:
        return LogEnd.RUNNING
    if attempt.log_bytes is None:
        return LogEnd.LOST
    return LogEnd.COMPLETE if reached >= attempt.log_bytes else LogEnd.CUT


def _part(conn: Connection, ti: int, attempt: LoggedAttempt, offset: int, max_bytes: int) -> Part:
    texts: list[str] = []
    reached = offset
    for chunk in _text_of(conn, ti, attempt.dispatch, offset):
        if texts and reached - offset >= max_bytes:
            return Part(attempt, offset, "".join(texts), reached, None)
        texts.append(chunk.text)
        reached = chunk.end
    return Part(attempt, offset, "".join(texts), reached, end_of(attempt, reached))
