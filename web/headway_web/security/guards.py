"""The guard in front of every route. ``create_app`` refuses a route that has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from headway.roles import Role, scope_of
from headway_web.dependencies import Db, Means
from headway_web.security.actor import Actor
from headway_web.security.identify import identify
from headway_web.security.refusals import Forbidden


@dataclass(frozen=True)
class Guard:
    """Lets in who has at least ``role``; raises ``NotLoggedIn`` or ``Forbidden``.

    ``person``: only with a session, so that a token makes no tokens. ``before_change``: also somebody who must choose
    a password of their own first.
    """

    role: Role
    person: bool = False
    before_change: bool = False

    def __call__(self, request: Request, conn: Db, web: Means) -> Actor:
        """Who asks."""
        actor = identify(request, conn, web.settings.web)
        if actor.role < self.role:
            raise _too_little(self.role, actor)
        if self.person and actor.token:
            raise Forbidden("this cannot be done with a token", "log in with a browser, or use the command line")
        if actor.must_change_password and not self.before_change:
            raise Forbidden("the password was set by somebody else", "choose one of your own first")
        return actor


def _too_little(needed: Role, actor: Actor) -> Forbidden:
    if actor.token:
        scope, has = scope_of(needed), scope_of(actor.role)
        return Forbidden(
            f"this needs the scope {scope}; the token {actor.token} of {actor.username} may {has} at most",
            f"make a token with the scope {scope}, as a user with the role {needed.word}",
        )
    article = "a" if actor.role is Role.VIEWER else "an"
    return Forbidden(
        f"this needs the role {needed.word}; {actor.username} is {article} {actor.role.word}",
        f"ask an admin for the role {needed.word}",
    )


def everybody() -> None:
    """The guard of what anybody may ask."""


Viewer = Annotated[Actor, Depends(Guard(Role.VIEWER), scope="function")]
Operator = Annotated[Actor, Depends(Guard(Role.OPERATOR), scope="function")]
Admin = Annotated[Actor, Depends(Guard(Role.ADMIN), scope="function")]
#: A person at a browser, of any role.
Person = Annotated[Actor, Depends(Guard(Role.VIEWER, person=True), scope="function")]
#: Anybody who is logged in, even before choosing a password.
Anyone = Annotated[Actor, Depends(Guard(Role.VIEWER, before_change=True), scope="function")]
AnyPerson = Annotated[Actor, Depends(Guard(Role.VIEWER, person=True, before_change=True), scope="function")]
Public = Annotated[None, Depends(everybody)]
