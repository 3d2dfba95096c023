"""No two attempts of one task instance ran at the same time.

One thing is documented as impossible to prevent (docs/operation.md, "What cannot be fenced"): a host that was frozen as
a whole, for longer than its lease, goes on for an instant when it thaws. So for an attempt that ended as *lost* on a
host that was frozen meanwhile, lines after the thaw do not count as running, but must end within ``AFTER_THAW``.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from chaos.evidence import Attempt, Evidence, Mark

#: Seconds within which what thaws must be dead. The fences in child, parent and guard look at least every second.
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
    """Pairs of attempts that ran at once, and frozen ones that went on for too long after the thaw."""
    return [*_in_history(evidence), *_at_once(evidence), *_thawed(evidence)]


def spells(evidence: Evidence) -> list[Spell]:
    """When each attempt ran, without what frozen hosts did after their thaw."""
    thaws = thaw_of_lost(evidence)
    hosts = {(each.ti, each.dispatch): each.host for each in evidence.attempts}
    lines: dict[tuple[int, int], list[float]] = defaultdict(list)
    for mark in evidence.marks:
        key = mark.ti, mark.dispatch
        if mark.at < thaws.get(key, float("inf")):
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


def _thawed(evidence: Evidence) -> Iterator[str]:
    thaws = thaw_of_lost(evidence)
    late: dict[tuple[int, int], Mark] = {}
    for mark in evidence.marks:
        key = mark.ti, mark.dispatch
        if mark.at > thaws.get(key, float("inf")) + AFTER_THAW:
            late[key] = max(mark, late.get(key, mark), key=lambda each: each.at)
    for key, mark in late.items():
        seconds = mark.at - thaws[key]
        yield f"{evidence.name(key[0])}: attempt {key[1]} was frozen and lost, but ran {seconds:.3f} s after the thaw"


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
