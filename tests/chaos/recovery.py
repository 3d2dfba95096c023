"""How long it took until what a fault had hit made progress again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chaos.dags.shapes import FULL_HOUSE
from chaos.evidence import Attempt, Evidence
from chaos.injector import Struck
from chaos.observers import Look

#: What is measured, by role: said in the report.
DEFINITIONS = {
    "worker": "from the fault until each task that ran on it has ended there or was given back to run elsewhere",
    "scheduler": "from the fault until a task of a DAG that it owned is queued again",
    "triggerer": "from the fault until a trigger fires, if any waited",
    "broker": "from the fault's end until a task that was queued after it begins",
    "database": "from the fault's end until a task is claimed",
}


@dataclass(frozen=True)
class Times:
    """Recovery times of a kind of fault in seconds; ``faults`` counts also those that hit nothing measurable."""

    kind: str
    faults: int
    seconds: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """The smallest time that this share of the times does not exceed; NaN without any."""
        ordered = sorted(self.seconds)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def recovery_times(evidence: Evidence) -> list[Times]:
    """The times of each kind of fault that happened."""
    found: dict[str, list[float | None]] = defaultdict(list)
    for struck in evidence.timeline:
        found[struck.fault.kind].append(_time(evidence, struck))
    return [Times(kind, len(each), tuple(t for t in each if t is not None)) for kind, each in sorted(found.items())]


def _time(evidence: Evidence, struck: Struck) -> float | None:
    return {
        "worker": _of_worker,
        "scheduler": _of_scheduler,
        "triggerer": _of_triggerer,
        "broker": _of_broker,
        "database": _of_database,
    }[struck.fault.role](evidence, struck)


def _of_worker(evidence: Evidence, struck: Struck) -> float | None:
    held = [
        each.ended
        for each in _meanwhile(evidence)
        if each.host == struck.fault.victim and each.started <= struck.began <= each.ended
    ]
    return max(held) - struck.began if held else None


def _of_scheduler(evidence: Evidence, struck: Struck) -> float | None:
    look = _last_look(evidence, struck)
    owned = {dag_id for dag_id, host in look.owners.items() if host == struck.fault.victim} if look else set()
    queued = (each.queued for each in _meanwhile(evidence) if evidence.instances[each.ti].dag_id in owned)
    return _first(queued, struck.began)


def _of_triggerer(evidence: Evidence, struck: Struck) -> float | None:
    look = _last_look(evidence, struck)
    return _first((each.fired for each in evidence.looks), struck.began) if look and look.waiting else None


def _last_look(evidence: Evidence, struck: Struck) -> Look | None:
    return max((each for each in evidence.looks if each.at <= struck.began), key=lambda each: each.at, default=None)


def _of_broker(evidence: Evidence, struck: Struck) -> float | None:
    return _first((each.started for each in _meanwhile(evidence) if each.queued > struck.ended), struck.ended)


def _of_database(evidence: Evidence, struck: Struck) -> float | None:
    return _first((each.started for each in _meanwhile(evidence)), struck.ended)


def _meanwhile(evidence: Evidence) -> list[Attempt]:
    """Attempts of all but the last run, which nobody waited for."""
    return [each for each in evidence.attempts if evidence.dag_of(each.ti) != FULL_HOUSE.dag_id]


def _first(moments: Iterable[float], since: float) -> float | None:
    return min((moment - since for moment in moments if moment > since), default=None)
