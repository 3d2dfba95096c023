"""The guard in front of every route. ``create_app`` refuses a route that has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from headway_web.dependencies import Db
from headway_web.security.actor import Actor, Role
from headway_web.security.identify import identify
from headway_web.security.refusals import Forbidden, NotLoggedIn


@dataclass(frozen=True)
class Guard:
    """Lets in who has at least ``role``; raises ``NotLoggedIn`` or ``Forbidden``."""

    role: Role

    def __call__(self, request: Request, conn: Db) -> Actor:
        """Who asks."""
        actor = identify(request, conn)
        if actor is None:
            raise NotLoggedIn("this needs a login", "log in, or send `Authorization: Bearer <token>`")
        if actor.role < self.role:
            raise Forbidden(f"this needs the role {self.role.word}; {actor.username} has {actor.role.word} here")
        return actor


def everybody() -> None:
    """The guard of what anybody may ask."""


Viewer = Annotated[Actor, Depends(Guard(Role.VIEWER), scope="function")]
Operator = Annotated[Actor, Depends(Guard(Role.OPERATOR), scope="function")]
Admin = Annotated[Actor, Depends(Guard(Role.ADMIN), scope="function")]
Public = Annotated[None, Depends(everybody)]
