"""Connections: how tasks reach outside systems. Secrets go in and never come out; a worker tests them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from headway.errors import BrokerUnavailable
from headway.hooks.connection_types import connection_types
from headway.operations import secrets, shown_secrets
from headway.operations.connection_tests import Answer, ask_worker, queue_for_test, record_test, seal_for_test
from headway.operations.secrets import ConnectionFields
from headway_web.dependencies import Db, Means
from headway_web.means import Web
from headway_web.paging import Paged
from headway_web.parameters import Text
from headway_web.schemas.connections import (
    Connection,
    ConnectionChange,
    Connections,
    ConnectionTested,
    ConnectionTypes,
    NewConnection,
)
from headway_web.security.guards import Admin, Operator, Viewer

router = APIRouter()

Id = Annotated[str, Path(max_length=250, pattern=r"^[^\x00]*$", examples=["warehouse"])]


@router.get("/connections")
def list_connections(
    _: Viewer,
    conn: Db,
    means: Means,
    paging: Paged,
    q: Annotated[Text | None, Query(description="in id, host or description")] = None,
    conn_type: Annotated[Text | None, Query(examples=["postgres"])] = None,
) -> Connections:
    """List connections; passwords and secrets in extra stay hidden."""
    after = paging.after(str)
    found = shown_secrets.connections(
        conn,
        lambda: means.vault(conn),
        limit=paging.fetch,
        after=after[0] if after else None,
        text=q or None,
        conn_type=conn_type or None,
    )
    shown, cursor = paging.cut(found, lambda each: (each.conn_id,))
    return Connections(connections=[_shown(each) for each in shown], next_cursor=cursor)


@router.get("/connections/types")
def list_connection_types(_: Viewer) -> ConnectionTypes:
    """List the types of connections, with the fields that a form for each needs."""
    return ConnectionTypes.model_validate({"connection_types": connection_types()}, from_attributes=True)


@router.get("/connections/{connection_id}")
def get_connection(_: Viewer, conn: Db, means: Means, connection_id: Id) -> Connection:
    """One connection."""
    return _shown(shown_secrets.find_connection(conn, lambda: means.vault(conn), connection_id))


@router.post("/connections", status_code=201)
def create_connection(actor: Admin, conn: Db, means: Means, connection: NewConnection) -> Connection:
    """Make a connection."""
    fields = ConnectionFields(**_changes(connection))
    return _shown(
        shown_secrets.create_connection(
            conn, lambda: means.vault(conn), connection.connection_id, fields, actor=actor.name
        )
    )


@router.patch("/connections/{connection_id}")
def update_connection(actor: Admin, conn: Db, means: Means, connection_id: Id, change: ConnectionChange) -> Connection:
    """Change a connection; what is left out stays, the password too."""
    changed = shown_secrets.update_connection(
        conn, lambda: means.vault(conn), connection_id, _changes(change), actor=actor.name
    )
    return _shown(changed)


@router.delete("/connections/{connection_id}", status_code=204)
def delete_connection(actor: Admin, conn: Db, connection_id: Id) -> Response:
    """Delete a connection."""
    secrets.delete_connection(conn, connection_id, actor=actor.name)
    return Response(status_code=204)


@router.post(
    "/connections/{connection_id}/test",
    response_class=StreamingResponse,
    responses={200: {"model": ConnectionTested}},
)
def test_connection(actor: Operator, conn: Db, means: Means, connection_id: Id) -> StreamingResponse:
    """Have a worker try whether the outside system answers; takes at most half a minute."""
    test = _Test(connection_id, queue_for_test(conn, connection_id))
    return StreamingResponse(_tested(means, test, actor.name), media_type="application/json")


@router.post("/connections/test", response_class=StreamingResponse, responses={200: {"model": ConnectionTested}})
def test_typed_connection(actor: Admin, conn: Db, means: Means, connection: NewConnection) -> StreamingResponse:
    """Have a worker try values before they are saved; nothing is stored.

    What is left out is taken from the stored connection of this id, if there is one, as a change of it would.
    """
    name, vault = connection.connection_id, means.vault(conn)
    typed = shown_secrets.typed_connection(conn, lambda: vault, name, _changes(connection))
    test = _Test(name, *seal_for_test(conn, vault, name, typed))
    return StreamingResponse(_tested(means, test, actor.name), media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Test:
    """What a worker of ``queue`` shall try: the connection as it is stored, or ``sealed`` values."""

    conn_id: str
    queue: str
    sealed: str | None = None


async def _tested(means: Web, test: _Test, actor: str) -> AsyncIterator[str]:
    """The answer, as a stream: while a worker is at it, neither a connection nor a thread of other requests is held."""
    try:
        found = await asyncio.to_thread(_ask_and_record, means, test, actor)
        answer = ConnectionTested.model_validate(found, from_attributes=True)
    except BrokerUnavailable as error:
        answer = ConnectionTested(ok=False, message=error.message, worker=None, seconds=0.0)
    yield answer.model_dump_json()


def _ask_and_record(means: Web, test: _Test, actor: str) -> Answer:
    """In one thread, so that the test is on record even when the browser has gone."""
    answer = ask_worker(
        means.settings, test.queue, test.conn_id, sealed=test.sealed, called_off=lambda: means.live.hub.closed
    )
    with means.pool.connection() as conn:
        record_test(conn, test.conn_id, answer, actor=actor, is_stored=test.sealed is None)
    return answer


def _changes(given: ConnectionChange) -> dict[str, Any]:
    """The fields that were given, as the operations call them; texts that may not be missing are empty for null."""
    fields = given.model_dump(exclude_unset=True, exclude={"connection_id"})
    if "schema_" in fields:
        fields["schema"] = fields.pop("schema_")
    return {
        name: "" if value is None and name in ("conn_type", "description") else value for name, value in fields.items()
    }


def _shown(connection: shown_secrets.ShownConnection) -> Connection:
    return Connection(
        connection_id=connection.conn_id,
        conn_type=connection.conn_type,
        description=connection.description,
        host=connection.host,
        schema=connection.schema,
        login=connection.login,
        port=connection.port,
        extra=connection.extra,
        has_password=connection.has_password,
        changed_at=connection.changed_at,
    )
