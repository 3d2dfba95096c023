"""Waiting for a condition with a deadline: the only way in which tests wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PAUSE = 0.02


def wait_for(
    condition: Callable[[], T],
    seconds: float = 60.0,
    what: str | Callable[[], str] = "the condition",
    *,
    pause: float = _PAUSE,
) -> T:
    """Return the first truthy value of ``condition``; fail with ``what`` after ``seconds``.

    Where the last value would not tell what there was instead, ``what`` is a function that tells it then.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            what = what if isinstance(what, str) else what()
            raise AssertionError(f"{what} did not come within {seconds:g} s; last seen: {value!r}")
        time.sleep(pause)
