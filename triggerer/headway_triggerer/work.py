"""One trigger at work, and what every kind of runner is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from headway.authoring.deferral import Firing
from headway.metastore.queries.triggers import Taken

#: A deferral: task instance and token.
Key = tuple[int, int]


@dataclass(slots=True)
class Work:
    """A trigger that this node runs.

    ``kwargs`` are its arguments as JSON text, ``trigger`` is the object of a known kind,
    ``blocked_at`` the stack with which it was last seen to block its event loop.
    """

    taken: Taken
    kwargs: str
    trigger: Any = None
    deaths: int = field(default=0)
    blocked_at: str = ""

    @property
    def key(self) -> Key:
        """Task instance and token."""
        return self.taken.ti, self.taken.dispatch


#: Takes what has fired.
Fire = Callable[[Work, Firing], None]


class Runner(Protocol):
    """Runs triggers; every method may be called from any thread."""

    def start(self) -> None:
        """Begin."""

    def add(self, work: Work) -> None:
        """Run one more."""

    def drop(self, key: Key, *, killed: bool) -> None:
        """Run it no more; ``killed`` when a person has ended what waits for it."""

    def fence(self) -> None:
        """Run nothing of all that any more, at once."""

    def stop(self) -> None:
        """End."""
