"""Live updates: what changes, as it changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from headway_web.dependencies import Means
from headway_web.live.stream import stream
from headway_web.parameters import Text
from headway_web.security.guards import Viewer
from headway_web.security.standing import standing

router = APIRouter()

_EXAMPLE = """retry: 2000
id: 1f0c22aa-17
event: run
data: {"dag_id": "daily_sales", "dag_run_id": "manual__1", "state": "running",
data:  "counts": {"running": 2, "success": 5}, "version": 3}
"""


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": _EXAMPLE}}, "description": "a stream without end"}},
)
async def stream_events(
    request: Request,
    _: Viewer,
    means: Means,
    dag_id: Annotated[list[Text] | None, Query(description="only what concerns these DAGs", max_length=100)] = None,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> StreamingResponse:
    """Follow what changes, as server-sent events.

    `run`: a run stands so (at most four a second of each run; the last word always comes): `dag_id`, `dag_run_id`,
    `state`, `counts` of task instances by state, `version`. `dags`: code, pause or runs of `dag_ids` have changed (none
    named: of any). `nodes`, `queues`, `pools`, `assets`, `import_errors`: look at these anew. `resync`: something was
    missed, look at everything anew. `hello` begins a stream. A comment every 15 seconds keeps it alive; after 15
    minutes, and soon after the login's end, it ends, and a browser comes back by itself. Send `Last-Event-ID` to go on
    where a stream broke off.
    """
    subscription = means.live.subscribe(last_event_id, dag_id or ())
    return StreamingResponse(
        stream(means.live.hub, subscription, standing(request, means)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )
