"""Show and change connections."""

from __future__ import annotations

import dataclasses
import sys
from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_facts, show_json, show_rows, tell
from headway.cli.session import open_session
from headway.errors import InvalidInput
from headway.operations import secrets
from headway.operations.secrets import ConnectionEntry, ConnectionFields
from headway.urls import MASK

app = group("Connections: how tasks reach outside systems; password and extra are stored encrypted.")

ConnId = Annotated[str, typer.Argument(metavar="CONN", help="Id of the connection.")]


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List connections; passwords and extra stay hidden.

    Example: headway connections list
    """
    with open_session() as session:
        found = secrets.list_connections(session.conn)
    show_rows(found, _COLUMNS, output, empty="there are no connections")


@app.command()
def get(
    conn_id: ConnId,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show password and extra in clear.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Show one connection; password and extra only with --reveal.

    Example: headway connections get warehouse
    """
    with open_session() as session:
        found = secrets.get_connection(session.conn, session.vault, conn_id)
    if not reveal:
        found = dataclasses.replace(found, password=_masked(found.password), extra=_masked(found.extra))
    fields = found.as_mapping(conn_id)
    if output is Format.JSON:
        show_json(fields)
    else:
        show_facts({name: value for name, value in fields.items() if value != ""})


@app.command("set")
def set_(
    conn_id: ConnId,
    conn_type: Annotated[str | None, typer.Option("--type", help="postgres, http, …")] = None,
    host: Annotated[str | None, typer.Option("--host")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535)] = None,
    login: Annotated[str | None, typer.Option("--login")] = None,
    schema: Annotated[str | None, typer.Option("--schema", help="Database, or schema.")] = None,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password (or read it from standard input).")
    ] = False,
    extra: Annotated[str | None, typer.Option("--extra", metavar="JSON", help="Anything else the hook knows.")] = None,
    description: Annotated[str | None, typer.Option("--description", "-d", help="What it is for.")] = None,
    output: Output = Format.TABLE,
) -> None:
    """Make a connection, or replace it. Secrets come from standard input or a prompt, never from arguments.

    Without options, a whole URI (or JSON object) is asked for, or read from standard input. With options,
    those make up the connection, and --password asks for the password.

    Example: headway connections set warehouse < uri.txt
    """
    given = (conn_type, host, port, login, schema, extra)
    if password or any(each is not None for each in given):
        secret = _ask("Password") if password else None
        fields = ConnectionFields(conn_type or "", host, login, secret, schema, port, extra)
    else:
        fields = secrets.fields_of(_ask("URI or JSON"), conn_id)
    if description is not None:
        fields = dataclasses.replace(fields, description=description)
    with open_session() as session:
        secrets.set_connection(session.conn, session.vault(), conn_id, fields, actor=session.actor)
    tell(output, {"conn_id": conn_id, "set": True}, f"set connection {conn_id!r}")


@app.command()
def delete(conn_id: ConnId, yes: Yes = False, output: Output = Format.TABLE) -> None:
    """Delete a connection.

    Example: headway connections delete warehouse --yes
    """
    with open_session() as session:
        confirm(f"Delete connection {conn_id!r}?", yes=yes)
        secrets.delete_connection(session.conn, conn_id, actor=session.actor)
    tell(output, {"conn_id": conn_id, "deleted": True}, f"deleted connection {conn_id!r}")


@app.command("test")
def check(conn_id: ConnId, output: Output = Format.TABLE) -> None:
    """Have a worker try whether the outside system answers; exit status 1 when it does not.

    Example: headway connections test warehouse
    """
    from headway.operations.connection_tests import ask_worker, queue_for_test, record_test

    with open_session() as session:
        queue = queue_for_test(session.conn, conn_id)
        answer = ask_worker(session.settings, queue, conn_id)
        record_test(session.conn, conn_id, answer, actor=session.actor)
    where = f" ({answer.worker}, {answer.seconds:.1f} s)" if answer.worker else ""
    tell(output, answer, f"{conn_id}: {'answers' if answer.ok else 'FAILED'}: {answer.message}{where}")
    if not answer.ok:
        raise typer.Exit(1)


def _ask(what: str) -> str:
    """One line from standard input; on a terminal it is asked for and not echoed."""
    if sys.stdin.isatty():
        text: str = typer.prompt(what, hide_input=True, err=True)
    else:
        text = sys.stdin.read().strip()
    if not text:
        raise InvalidInput(f"{what}: expected text on standard input, got nothing", "pipe it in, or use a terminal")
    return text


def _masked(secret: str | None) -> str | None:
    return None if secret is None else MASK


_COLUMNS = [
    Column[ConnectionEntry]("CONNECTION", lambda row: row.conn_id),
    Column[ConnectionEntry]("TYPE", lambda row: row.conn_type),
    Column[ConnectionEntry]("HOST", lambda row: row.host),
    Column[ConnectionEntry]("PORT", lambda row: row.port, right=True),
    Column[ConnectionEntry]("LOGIN", lambda row: row.login),
    Column[ConnectionEntry]("SCHEMA", lambda row: row.schema),
    Column[ConnectionEntry]("SECRET", lambda row: MASK if row.has_secret else None),
    Column[ConnectionEntry]("DESCRIPTION", lambda row: row.description, wide=True),
]
