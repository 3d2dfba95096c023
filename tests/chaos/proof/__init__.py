"""The proof: each check takes the evidence and gives the violations that it finds, one line each with names."""

from __future__ import annotations

from collections.abc import Callable

from chaos.evidence import Evidence
from chaos.proof.charges import charges
from chaos.proof.endings import endings
from chaos.proof.limits import limits
from chaos.proof.overlaps import overlaps
from chaos.proof.places import places
from chaos.proof.results import results

#: What is proved, in the words of the report.
CHECKS: dict[str, Callable[[Evidence], list[str]]] = {
    "every run and every task ended as it must": endings,
    "one accepted result per attempt": results,
    "no two attempts of one task overlapped": overlaps,
    "no limit was exceeded": limits,
    "no retry was charged for a fault": charges,
    "every place of every worker takes tasks again": places,
    "nothing is left": lambda evidence: evidence.leftovers,
}


def prove(evidence: Evidence) -> dict[str, list[str]]:
    """Every check with its violations."""
    return {claim: check(evidence) for claim, check in CHECKS.items()}
