"""What a child remembers of the runs that it works for, so that not every mapped task instance reads it anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

_KEPT = 8


class Recollection:
    """The last few things that were read of runs: what instances of mapped tasks are mapped over.

    Whatever may change such a thing (a clear, an expansion) lets the run's version grow, so a value is good
    for exactly one version of a run.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, run: int, version: int, what: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` returned for ``what`` in this version of the run, read now if it is not known."""
        key = (run, version, what)
        if key not in self._kept:
            self._kept[key] = read()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return cast(T, self._kept[key])
