"""What a route asks for in its arguments: ``Db`` and ``Means``; guards are in ``headway_web.security.guards``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from headway.metastore.database import Connection
from headway_web.means import CONNECTIONS, Web


def means(request: Request) -> Web:
    """The node's means: settings, broker, vault."""
    web: Web = request.app.state.web
    return web


def database(request: Request) -> Iterator[Connection]:
    """A metastore connection (autocommit), given back before the answer is sent, so that streams hold none."""
    web: Web = request.app.state.web
    with web.pool.connection() as conn:
        yield conn


Means = Annotated[Web, Depends(means)]
# As many at once as the pool has: a request that waits for a connection must not take a thread from one that has it.
Db = Annotated[Connection, Depends(database, scope="function", max_concurrency=CONNECTIONS)]
