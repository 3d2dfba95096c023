"""Server-sent events: one browser's stream of notices."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from headway_web.live.hub import Hub, Numbered, Subscription
from headway_web.security.standing import MayReadOn

HEARTBEAT = 15.0  # seconds after which a silent stream says that it lives
_PAUSE = 0.25  # seconds between two batches: what comes meanwhile is merged
_LONGEST = 900.0  # seconds; then the browser comes back by itself, and with it the question whether it still may
_RETRY = 2000  # milliseconds until a browser comes back


async def stream(
    hub: Hub, subscription: Subscription, may_read_on: MayReadOn, *, longest: float = _LONGEST
) -> AsyncIterator[str]:
    """The stream's text, until the node or the login ends or the stream has lasted long enough."""
    end = time.monotonic() + longest
    try:
        yield f"retry: {_RETRY}\nid: {subscription.place}\nevent: hello\ndata: {{}}\n\n"
        while not subscription.ended and (left := end - time.monotonic()) > 0:
            found = await subscription.take(min(HEARTBEAT, left))
            if not await may_read_on():
                return
            if found:
                yield "".join(map(_event, found))
                await asyncio.sleep(_PAUSE)
            elif not subscription.ended:
                yield ": still here\n\n"
    finally:
        hub.unsubscribe(subscription)


def _event(numbered: Numbered) -> str:
    place, notice = numbered
    return f"id: {place}\nevent: {notice.kind}\ndata: {json.dumps(notice.data)}\n\n"
