"""Server-sent events: a log as it is written.

The reader is asked for what is new in a thread, with a connection that it has only meanwhile: whoever follows a task
for hours holds nothing but a socket. When the browser goes away, nobody asks any more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from headway.errors import HeadwayError
from headway.metastore.database import LOST
from headway.operations.task_logs import Began, Earlier, Ended, Idle, LogEvent, LogReader, LogRequest, Position, Text
from headway_web.live.stream import HEARTBEAT
from headway_web.means import Web
from headway_web.security.standing import MayReadOn

PAUSE = 0.4  # seconds between two looks at a log that is being written
_AT_ONCE = 262_144  # characters of text after which a piece is sent
_LONGEST = 900.0  # seconds; then the browser comes back by itself, and with it the question whether it still may


class LogStream:
    """One browser that follows one log."""

    def __init__(self, web: Web, reader: LogReader, may_read_on: MayReadOn) -> None:
        self._web = web
        self._may_read_on = may_read_on
        self._reader = reader
        self._events = reader.events()
        self._is_over = False

    @classmethod
    def open(cls, web: Web, request: LogRequest, may_read_on: MayReadOn) -> LogStream:
        """Find the task instance; raises ``NotFound``."""
        with web.pool.connection() as conn:
            return cls(web, LogReader(conn, web.logs, request), may_read_on)

    async def texts(self, *, longest: float = _LONGEST) -> AsyncIterator[str]:
        """The stream's text, until the log, the node or the login ends, or the stream has lasted long enough."""
        now = heard = time.monotonic()
        end = now + longest
        yield "retry: 2000\n\n"
        while not self._is_over and now < end and not self._web.live.hub.closed:
            if not await self._may_read_on():
                return
            try:
                text, is_idle = await run_in_threadpool(self._look)
            except HeadwayError as error:  # deleted, or its mapped task expanded meanwhile
                yield _event("end", {"reason": error.message})
                return
            except LOST:
                return  # the browser comes back
            now = time.monotonic()
            if not text and now - heard > HEARTBEAT:
                text = ": still here\n\n"
            if text:
                heard = now
                yield text
            if is_idle:
                await asyncio.sleep(PAUSE)
        if self._is_over:
            yield _event("end", {"reason": "complete"})

    def _look(self) -> tuple[str, bool]:
        """What is new, as events; and whether there is nothing more just now."""
        with self._web.pool.connection() as conn:
            self._reader.conn = conn
            return self._take()

    def _take(self) -> tuple[str, bool]:
        texts: list[str] = []
        size = 0
        for event in self._events:
            if isinstance(event, Idle):
                return "".join(texts), True
            texts.append("".join(_told(event)))
            size += len(texts[-1])
            if size > _AT_ONCE:
                return "".join(texts), False
        self._is_over = True
        return "".join(texts), False


def position(text: str | None) -> Position | None:
    """Where a stream broke off, from ``Last-Event-ID``; None for what no stream has said."""
    dispatch, _, offset = (text or "").partition(":")
    if not (dispatch.isascii() and dispatch.isdigit() and offset.isascii() and offset.isdigit()):
        return None
    found = int(dispatch[:10]), int(offset[:18])
    return found if found[0] < 2**31 else None


def _told(event: LogEvent) -> Iterator[str]:
    if isinstance(event, Began):
        attempt = event.attempt
        began = {
            "try_number": attempt.try_number,
            "dispatch": attempt.dispatch,
            "map_index": attempt.map_index,
            "hostname": attempt.hostname,
            "queue": attempt.queue,
            "start_date": attempt.started_at.isoformat(),
        }
        yield _event("began", began)
    elif isinstance(event, Text):
        end = event.offset + len(event.text.encode())
        data = {"dispatch": event.dispatch, "offset": event.offset, "text": event.text}
        yield _event("text", data, place=f"{event.dispatch}:{end}")
    elif isinstance(event, Ended):
        yield _event("ended", _end_of(event))
    elif isinstance(event, Earlier):
        yield _event("earlier", {"tries": event.tries})
    else:
        yield _event("waiting", {"state": event.state, "why": event.why})


def _end_of(event: Ended) -> dict[str, Any]:
    attempt = event.attempt
    return {
        "dispatch": attempt.dispatch,
        "outcome": attempt.outcome,
        "end": event.end.value,
        "duration": attempt.seconds,
        "error": attempt.error,
    }


def _event(kind: str, data: dict[str, Any], *, place: str = "") -> str:
    number = f"id: {place}\n" if place else ""
    return f"{number}event: {kind}\ndata: {json.dumps(data)}\n\n"
