"""Who asks: a person with a role, by session or by token."""

from __future__ import annotations

from dataclasses import dataclass

from headway.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``role`` is what this request may do at most; ``token`` names the token that was used."""

    user_id: int
    username: str
    role: Role
    must_change_password: bool = False
    token: str = ""

    @property
    def name(self) -> str:
        """Who it was, for the audit trail: the user, and the token's name where one was used."""
        return f"{self.username} (token {self.token})" if self.token else self.username
