"""What the engine has done since it started: plain numbers, written by its thread alone, read by metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """``seconds`` and ``longest`` are of rounds, without the wait before them; ``dispatched`` counts by queue."""

    steps: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    events: int = 0
    lost: int = 0
    dispatched: Counter[str] = field(default_factory=Counter)

    def step(self, events: int, seconds: float) -> None:
        """A round is over."""
        self.steps += 1
        self.events += events
        self.seconds += seconds
        self.longest = max(self.longest, seconds)
