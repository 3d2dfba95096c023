"""Why a request is refused before its route looks at it."""

from __future__ import annotations

from headway.errors import HeadwayError


class NotLoggedIn(HeadwayError):
    """Nobody is known to ask, or the name and password do not fit."""


class Forbidden(HeadwayError):
    """The one who asks may not do this."""


class TooManyTries(HeadwayError):
    """Too many failed logins; ``seconds`` until the next may be tried."""

    def __init__(self, message: str, remedy: str = "", *, seconds: int) -> None:
        super().__init__(message, remedy)
        self.seconds = seconds


class TooLarge(HeadwayError):
    """The request's body is larger than anything that this takes."""
