"""Show, make and revoke API tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_rows, tell
from headway.cli.session import open_session
from headway.metastore.queries import logins
from headway.metastore.queries.logins import Token

app = group("Tokens: keys for programs that use the REST API.")


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List tokens with their users, scopes and ends.

    Example: headway tokens list
    """
    with open_session() as session:
        found = logins.tokens(session.conn)
    show_rows(found, _COLUMNS, output, empty="there are no tokens")


@app.command()
def create(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whose token it is; its scopes go no further.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="read, operate or admin; default: read.")] = None,
    days: Annotated[int, typer.Option(help="Days until it ends; 0 for no end.", min=0, max=36500)] = 365,
    output: Output = Format.TABLE,
) -> None:
    """Make a token and print it; it cannot be shown again.

    Example: headway tokens create operator-1 nightly-export --scope operate --days 90
    """
    from headway.operations.tokens import create_token

    end = datetime.now(UTC) + timedelta(days=days) if days else None
    scopes = list(dict.fromkeys(scope or ["read"]))
    with open_session() as session:
        number, token = create_token(session.conn, user, name, scopes=scopes, expires_at=end, actor=session.actor)
    tell(output, {"id": number, "token": token}, token)


@app.command()
def delete(
    number: Annotated[int, typer.Argument(metavar="ID", help="Number of the token, from the list.")],
    output: Output = Format.TABLE,
) -> None:
    """Revoke a token: it is worth nothing any more.

    Example: headway tokens delete 3
    """
    from headway.operations.tokens import delete_token

    with open_session() as session:
        delete_token(session.conn, number, actor=session.actor)
    tell(output, {"id": number, "deleted": True}, f"revoked token {number}")


_COLUMNS = [
    Column[Token]("ID", lambda row: row.id, right=True),
    Column[Token]("USER", lambda row: row.username),
    Column[Token]("NAME", lambda row: row.name),
    Column[Token]("SCOPES", lambda row: ", ".join(row.scopes)),
    Column[Token]("ENDS", lambda row: row.expires_at or "never"),
    Column[Token]("LAST USED", lambda row: row.last_used_at),
]
