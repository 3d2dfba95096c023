"""Counters of how upstream ended: six small numbers for each thing that waits."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from headway.flow.rules import Outcomes
from headway.states import TaskState

#: The ends that are counted, in the order of the fields of ``Outcomes``.
WAYS: Sequence[TaskState] = (
    TaskState.SUCCESS,
    TaskState.FAILED,
    TaskState.UPSTREAM_FAILED,
    TaskState.SKIPPED,
    TaskState.REMOVED,
)


class Counters:
    """For each place: how many task instances lie right above it, and how many of them ended in which way.

    24 bytes a place.
    """

    __slots__ = ("_seen", "total")

    def __init__(self, size: int) -> None:
        self.total = array("i", bytes(4 * size))
        self._seen = [array("i", bytes(4 * size)) for _ in WAYS]

    def grow(self) -> None:
        """Make one place more."""
        self.total.append(0)
        for seen in self._seen:
            seen.append(0)

    def add(self, place: int, way: int, step: int) -> None:
        """One more (or one less) above ``place`` ended in this way (an index of ``WAYS``)."""
        self._seen[way][place] += step

    def outcomes(self, place: int) -> Outcomes:
        """What is above ``place``."""
        success, failed, upstream_failed, skipped, removed = (seen[place] for seen in self._seen)
        return Outcomes(self.total[place], success, failed, upstream_failed, skipped, removed)

    def add_to(self, outcomes: Outcomes, place: int) -> None:
        """Count what is above ``place`` in ``outcomes`` as well."""
        outcomes.total += self.total[place]
        outcomes.success += self._seen[0][place]
        outcomes.failed += self._seen[1][place]
        outcomes.upstream_failed += self._seen[2][place]
        outcomes.skipped += self._seen[3][place]
        outcomes.removed += self._seen[4][place]

    def is_news(self, place: int, way: int) -> bool:
        """Whether the last one that ended, in this way, can make a trigger rule of ``place`` decide anew.

        A rule asks only which ways there are, and whether all of upstream is done.
        """
        return self._seen[way][place] == 1 or sum(seen[place] for seen in self._seen) >= self.total[place]
