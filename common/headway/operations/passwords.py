"""Passwords: argon2 hashes (RFC 9106's second choice: 64 MiB, three passes), and what a password must be."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from headway.errors import InvalidInput

SHORTEST, LONGEST = 10, 1000

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store; raises ``InvalidInput`` for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"expected a password of {SHORTEST} to {LONGEST} characters, got {len(password)}")
    return _hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether the password has this hash. Where there is none it takes as long, and says no."""
    try:
        return _hasher.verify(stored or _nobodys(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("")
