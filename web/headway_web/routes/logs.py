"""Logs of task instances: as JSON, as text, as a file, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from headway.operations import instances, log_pages
from headway.operations.log_pages import Part, TryLog
from headway.operations.task_logs import LogEnd, LogRequest
from headway_web.dependencies import Db, Means
from headway_web.live.log_stream import LogStream, position
from headway_web.means import Web
from headway_web.parameters import DagId, MapIndex, Number, RunId, TaskId, TryNumber
from headway_web.schemas import logs as schemas
from headway_web.security.guards import Viewer
from headway_web.security.standing import standing

router = APIRouter()

_LOG = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/logs/{try_number}"
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON, or all of it as text for `Accept: text/plain` and for a download",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": "[2026-01-31T05:00:00Z] INFO loading\n"}},
    }
}


@router.get(_LOG, response_model=schemas.Log, responses=_ANSWERS)
def get_log(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    try_number: TryNumber,
    request: Request,
    conn: Db,
    web: Means,
    _: Viewer,
    dispatch: Annotated[Number | None, Query(description="only this attempt of the try")] = None,
    offset: Annotated[int, Query(ge=0, le=2**62, description="byte at which to begin")] = 0,
    max_bytes: Annotated[int, Query(ge=1, le=10_000_000, description="about how much to answer as JSON")] = 1_000_000,
    download: Annotated[bool, Query(description="all of it as a text file")] = False,
) -> schemas.Log | Response:
    """Show the log of a try; 0 stands for the newest try that began."""
    found = instances.find(conn, dag_id, dag_run_id, task_id, map_index)
    ti = found.row.instance.ti
    wants_text = download or _prefers_text(request.headers.get("accept", ""))
    log = log_pages.read(
        conn, web.logs, ti, try_number, dispatch=dispatch, offset=offset, max_bytes=1 if wants_text else max_bytes
    )
    if wants_text:
        name = _file_name(dag_id, task_id, map_index, dag_run_id, log.try_number) if download else ""
        return _as_text(web, ti, log, offset, name)
    return _shown(log, waiting=None if log.parts else instances.why(conn, found))


_EXAMPLE = """event: began
data: {"try_number": 1, "dispatch": 1, "map_index": -1, "hostname": "worker-1", "queue": "default"}

id: 1:21
event: text
data: {"dispatch": 1, "offset": 0, "text": "[…] INFO loading\\n"}

event: ended
data: {"dispatch": 1, "outcome": "success", "end": "complete", "duration": 1.5, "error": null}

event: end
data: {"reason": "complete"}
"""
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "a stream that ends with the task instance, or with the try that was asked for",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@router.get(_LOG + "/stream", response_class=StreamingResponse, responses=_STREAMED)
async def stream_log(
    dag_id: DagId,
    dag_run_id: RunId,
    task_id: TaskId,
    map_index: MapIndex,
    try_number: TryNumber,
    request: Request,
    web: Means,
    _: Viewer,
    after: Annotated[
        str | None,
        Query(alias="last_event_id", max_length=40, description="the header, for clients that cannot send it"),
    ] = None,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> StreamingResponse:
    """Follow a log as it is written, as server-sent events; try 0 follows the newest try and those after it.

    `began` and `ended` stand around the log of each attempt, `text` is a piece of it with the byte at which it begins,
    `waiting` says why nothing runs, `end` that nothing more will come: close the stream then. Send `Last-Event-ID`
    to go on behind a piece.
    """
    wanted = LogRequest(
        dag_id,
        task_id,
        dag_run_id,
        map_index,
        try_number or None,
        follow=True,
        after=position(last_event_id or after),
    )
    stream = await run_in_threadpool(LogStream.open, web, wanted, standing(request, web))
    return StreamingResponse(
        stream.texts(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


def _prefers_text(accept: str) -> bool:
    return accept.strip().startswith("text/plain")


def _as_text(web: Web, ti: int, log: TryLog, offset: int, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
    dispatches = [attempt.dispatch for attempt in log.attempts]
    return StreamingResponse(
        _text(web, ti, dispatches, offset), media_type="text/plain; charset=utf-8", headers=headers
    )


def _text(web: Web, ti: int, dispatches: list[int], offset: int) -> Iterator[str]:
    """The text of all attempts, a connection borrowed for each piece."""
    for dispatch in dispatches:
        more = True
        while more:
            with web.pool.connection() as conn:
                found = log_pages.piece(conn, web.logs, ti, dispatch, offset)
            yield "".join(chunk.text for chunk in found.chunks)
            more = found.more
            offset = found.chunks[-1].end if found.chunks else offset
        offset = 0


def _file_name(*parts: object) -> str:
    return re.sub(r"[^A-Za-z0-9._+-]", "_", ".".join(map(str, parts))) + ".log"


def _shown(log: TryLog, *, waiting: str | None) -> schemas.Log:
    ends = [part.end for part in log.parts]
    return schemas.Log(
        try_number=log.try_number,
        tries=log.tries,
        parts=[_part(part) for part in log.parts],
        complete=bool(ends) and ends[-1] in (LogEnd.COMPLETE, LogEnd.LOST) and len(log.parts) == len(log.attempts),
        host_lost=LogEnd.LOST in ends,
        waiting=waiting,
    )


def _part(part: Part) -> schemas.LogPart:
    attempt = part.attempt
    return schemas.LogPart(
        try_number=attempt.try_number,
        dispatch=attempt.dispatch,
        hostname=attempt.hostname,
        queue=attempt.queue,
        start_date=attempt.started_at,
        end_date=attempt.ended_at,
        outcome=attempt.outcome,
        error=attempt.error,
        offset=part.offset,
        text=part.text,
        next_offset=part.next_offset,
        truncated=part.end is None,
        end=part.end.value if part.end else None,
    )
