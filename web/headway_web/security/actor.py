"""Who asks: a person with a role, by session or by token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """What a person may do; each role may do what the ones below it may."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as people and the metastore know it: ``viewer``, ``operator``, ``admin``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``name`` stands in the audit trail; ``role`` is what this request may do at most."""

    user_id: int
    username: str
    role: Role
    token: str = ""

    @property
    def name(self) -> str:
        """Who it was, for the audit trail: the user, and the token's name where one was used."""
        return f"{self.username} (token {self.token})" if self.token else self.username
