"""What a stop request asks for beside its reason: how the attempt is to end."""

from __future__ import annotations

#: A reason that begins so ends its attempt as skipped, not as failed.
SKIPPING = "skipped: "

#: A reason that begins so has the task tried again at once, if it has a try left.
RETRYING = "retry: "


def spoken(reason: str) -> str:
    """The reason alone, as people read it."""
    return reason.removeprefix(SKIPPING).removeprefix(RETRYING)
