"""How long a failed task waits before its next try."""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta

#: No computed wait is longer, whatever a growing delay has come to.
LONGEST_DELAY = timedelta(hours=24)


def retry_delay(
    delay: timedelta,
    try_number: int,
    *,
    growth: float | bool = False,
    longest: timedelta | None = None,
    seed: str = "",
) -> float:
    """Seconds until the try after ``try_number`` (the one that just failed, from 1).

    Without ``growth`` that is ``delay``. With it (True means 2) the base is ``delay * growth ** (try - 1)``,
    and the wait lies between the base and twice the base, so that tasks that failed together do not come
    back together. Where in that range depends on ``seed`` alone: every process computes the same wait.
    ``longest`` (and a day) bound a growing wait.
    """
    seconds = delay.total_seconds()
    if not growth or seconds <= 0:
        return max(seconds, 0.0)
    cap = min(longest or LONGEST_DELAY, LONGEST_DELAY).total_seconds()
    base = _grown(seconds, 2.0 if growth is True else float(growth), try_number)
    return min(base * (1 + _fraction(f"{seed}#{try_number}")), cap)


def _grown(seconds: float, factor: float, try_number: int) -> float:
    try:
        return seconds * factor ** (try_number - 1)
    except OverflowError:
        return math.inf


def _fraction(seed: str) -> float:
    digest = hashlib.blake2b(seed.encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
