"""No two attempts of one task instance ran at the same time.

One thing is documented as impossible to prevent (docs/operation.md, "What cannot be fenced"): a host that was frozen as
a whole, for longer than its lease, goes on for an instant when it thaws. So for an attempt that ended as *lost* on a
host that was frozen meanwhile, lines within ``AFTER_THAW`` of the thaw do not count as running; later ones do.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from chaos.evidence import Attempt, Evidence

#: Seconds that are an instant. The fences in child, parent and guard look at least every second.
AFTER_THAW = 2.0


@dataclass(frozen=True)
class Spell:
    """The time in which an attempt ran, by what it wrote outside; ``host`` is empty where the history does not say."""

    ti: int
    dispatch: int
    first: float
    last: float
    host: str


def overlaps(evidence: Evidence) -> list[str]:
    """Pairs of attempts that ran at once."""
    return [*_in_history(evidence), *_at_once(evidence)]


def spells(evidence: Evidence) -> list[Spell]:
    """When each attempt ran, without what frozen hosts did in the instant of their thaw."""
    thaws = thaw_of_lost(evidence)
    hosts = {(each.ti, each.dispatch): each.host for each in evidence.attempts}
    lines: dict[tuple[int, int], list[float]] = defaultdict(list)
    for mark in evidence.marks:
        key = mark.ti, mark.dispatch
        thaw = thaws.get(key, float("inf"))
        if not thaw <= mark.at <= thaw + AFTER_THAW:
            lines[key].append(mark.at)
    return [Spell(*key, min(times), max(times), hosts.get(key, "")) for key, times in lines.items()]


def thaw_of_lost(evidence: Evidence) -> dict[tuple[int, int], float]:
    """For each attempt that was lost on a host frozen meanwhile: when that thawed."""
    freezes = [each for each in evidence.timeline if each.fault.harm == "freeze"]
    found: dict[tuple[int, int], float] = {}
    for attempt in evidence.attempts:
        if attempt.outcome != "lost":
            continue
        for freeze in freezes:
            if freeze.fault.victim == attempt.host and attempt.started < freeze.ended and freeze.began <= attempt.ended:
                found[attempt.ti, attempt.dispatch] = freeze.ended
    return found


def _at_once(evidence: Evidence) -> Iterator[str]:
    by_instance: dict[int, list[Spell]] = defaultdict(list)
    for spell in spells(evidence):
        by_instance[spell.ti].append(spell)
    for ti, found in by_instance.items():
        found.sort(key=lambda spell: spell.first)
        for earlier, later in itertools.pairwise(found):
            if later.first <= earlier.last:
                yield (
                    f"{evidence.name(ti)}: attempt {earlier.dispatch} on {earlier.host} still ran"
                    f" {earlier.last - later.first:.3f} s after attempt {later.dispatch} had begun on {later.host}"
                )


def _in_history(evidence: Evidence) -> Iterator[str]:
    """A claim is made only after the one before it has ended."""
    by_instance: dict[int, list[Attempt]] = defaultdict(list)
    for each in evidence.attempts:
        by_instance[each.ti].append(each)
    for ti, attempts in by_instance.items():
        attempts.sort(key=lambda each: each.dispatch)
        for earlier, later in itertools.pairwise(attempts):
            if later.started < earlier.ended:
                yield f"{evidence.name(ti)}: attempt {later.dispatch} was claimed before {earlier.dispatch} had ended"
