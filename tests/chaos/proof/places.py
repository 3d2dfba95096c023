"""When nobody shoots any more, every worker runs as many tasks at once as it has places for.

All work can end although a worker has lost a place for good; so the last run needs every one of them at once.
"""

from __future__ import annotations

from collections import Counter

from chaos.dags.shapes import FULL_HOUSE
from chaos.evidence import Evidence
from chaos.proof.overlaps import spells


def places(evidence: Evidence) -> list[str]:
    """The workers that did not run a guest of the last run in each of their places, at the moment with most guests."""
    guests = [each for each in spells(evidence) if evidence.dag_of(each.ti) == FULL_HOUSE.dag_id]
    beginnings = [each.first for each in guests]
    moments = [Counter(each.host for each in guests if each.first <= at <= each.last) for at in beginnings]
    fullest = max(moments, key=Counter.total, default=Counter())
    return [
        f"{worker} ran {fullest[worker]} tasks at once in the last run, it has {evidence.capacity} places"
        for worker in evidence.workers
        if fullest[worker] < evidence.capacity
    ]
