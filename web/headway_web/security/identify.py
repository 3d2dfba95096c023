"""From a request to who asks."""

from __future__ import annotations

from fastapi import Request

from headway.metastore.database import Connection
from headway_web.security.actor import Actor


def identify(_request: Request, _conn: Connection) -> Actor | None:
    """Who asks, or None: nobody yet."""
    return None
