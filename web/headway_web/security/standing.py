"""Streams outlive the request that began them: whether the login that began one is still worth something."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from headway.metastore.database import LOST
from headway_web.means import Web
from headway_web.security.identify import identify
from headway_web.security.refusals import NotLoggedIn

EVERY = 15.0  # seconds between two questions to the metastore

#: Says whether who reads a stream may read on.
MayReadOn = Callable[[], Awaitable[bool]]


def standing(request: Request, web: Web) -> MayReadOn:
    """Asks at most every ``EVERY`` seconds; while the metastore is away everybody may read on."""
    asked = time.monotonic()

    async def may_read_on() -> bool:
        nonlocal asked
        now = time.monotonic()
        if now - asked < EVERY:
            return True
        asked = now
        return await run_in_threadpool(_is_known, request, web)

    return may_read_on


def _is_known(request: Request, web: Web) -> bool:
    try:
        with web.pool.connection() as conn:
            identify(request, conn, web.settings.web)
    except NotLoggedIn:
        return False
    except LOST:
        return True
    return True
