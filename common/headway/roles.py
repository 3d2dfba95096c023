"""What people may do in the web and the API, and how far the tokens reach that they make."""

from __future__ import annotations

from enum import IntEnum

from headway.errors import InvalidInput


class Role(IntEnum):
    """Each role may do what the ones before it may: look, then run and repair, then administer."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as people and the metastore know it: ``viewer``, ``operator``, ``admin``."""
        return self.name.lower()


#: What a token's scopes let its bearer do at most, as a role.
SCOPES = {"read": Role.VIEWER, "operate": Role.OPERATOR, "admin": Role.ADMIN}


def role_named(word: str) -> Role:
    """The role of that name; raises ``InvalidInput``."""
    try:
        return Role[word.upper()]
    except KeyError:
        raise InvalidInput(f"there is no role {word!r}", "the roles are viewer, operator and admin") from None


def scope_of(role: Role) -> str:
    """The scope that lets a token do what ``role`` may."""
    return next(scope for scope, most in SCOPES.items() if most is role)


def reach(scopes: list[str]) -> Role:
    """What these scopes let a bearer do; raises ``InvalidInput`` for an unknown one and for none."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise InvalidInput(f"a token needs scopes, got {scopes}", "the scopes are read, operate and admin")
    return max(SCOPES[scope] for scope in scopes)
