"""API tokens."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query

from headway.metastore.queries import logins
from headway.operations import tokens
from headway.roles import Role
from headway_web.dependencies import Db
from headway_web.schemas.users import MadeToken, NewToken, Token, TokenPage
from headway_web.security.guards import Person, Viewer
from headway_web.security.refusals import Forbidden

router = APIRouter()


@router.get("/tokens")
def list_tokens(
    conn: Db, actor: Viewer, everybodys: Annotated[bool, Query(alias="all", description="admins only")] = False
) -> TokenPage:
    """List one's own tokens, or everybody's."""
    if everybodys and actor.role < Role.ADMIN:
        raise Forbidden("the tokens of others are shown to admins only")
    found = logins.tokens(conn, None if everybodys else actor.username)
    shown = [Token.model_validate(asdict(token)) for token in found]
    return TokenPage(tokens=shown, next_cursor=None, total_entries=len(shown))


@router.post("/tokens", status_code=201)
def create_token(body: NewToken, conn: Db, actor: Person) -> MadeToken:
    """Make a token; this answer is the only one that shows it."""
    scopes: list[str] = list(dict.fromkeys(body.scopes))
    number, token = tokens.create_token(
        conn,
        actor.username,
        body.name,
        scopes=scopes,
        expires_at=body.expires_at,
        actor=actor.name,
    )
    made = next(each for each in logins.tokens(conn, actor.username) if each.id == number)
    return MadeToken.model_validate({**asdict(made), "token": token})


@router.delete("/tokens/{token_id}", status_code=204)
def delete_token(token_id: Annotated[int, Path(ge=1, lt=2**63)], conn: Db, actor: Person) -> None:
    """Revoke a token, one's own or (admins) anybody's."""
    whose = None if actor.role is Role.ADMIN else actor.username
    tokens.delete_token(conn, token_id, actor=actor.name, username=whose)
