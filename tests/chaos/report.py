"""What the suite prints: the plan before, the proof and the recovery times after."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from chaos.evidence import Attempt, Evidence
from chaos.plan import Plan
from chaos.recovery import DEFINITIONS, recovery_times

_SHOWN = 12  # violations of one check


def plan_lines(plan: Plan, tasks: int) -> list[str]:
    """What is going to happen."""
    head = f"seed {plan.seed}: {tasks:,} tasks in {len(plan.triggers)} runs, {len(plan.faults)} faults"
    return [head, *(f"  {fault}" for fault in plan.faults)]


def proof_lines(proof: dict[str, list[str]]) -> list[str]:
    """Each claim, and what violates it."""
    lines = []
    for claim, violations in proof.items():
        lines.append(f"  {'FAILED' if violations else 'ok':<6} {claim}")
        lines += [f"         {each}" for each in violations[:_SHOWN]]
        if len(violations) > _SHOWN:
            lines.append(f"         and {len(violations) - _SHOWN} more")
    return lines


def figures_lines(evidence: Evidence) -> list[str]:
    """What happened, in numbers."""
    outcomes = Counter(each.outcome for each in evidence.attempts)
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    unhurt = sum(each.outcome == "lost" and not _was_hit(evidence, each) for each in evidence.attempts)
    return [
        f"  {len(evidence.attempts):,} attempts: {told}",
        f"  {unhurt} of the lost ones were on a worker that was not hit itself (servers were, or the machine is busy)",
        f"  {len(evidence.moves):,} moves in the metastore, {len(evidence.marks):,} lines outside",
    ]


def _was_hit(evidence: Evidence, attempt: Attempt) -> bool:
    """Whether something went wrong with the attempt's worker while it ran, as far as the history knows."""
    return any(
        each.fault.victim == attempt.host and each.began <= attempt.ended and attempt.started <= each.ended
        for each in evidence.timeline
    )


def recovery_lines(evidence: Evidence) -> list[str]:
    """The table of recovery times, and what they mean."""
    lines = ["", f"  {'recovery of':<18} {'faults':>6} {'p50':>7} {'p99':>7}  seconds"]
    lines += [
        f"  {each.kind:<18} {each.faults:>6} {each.percentile(0.5):>7.2f} {each.percentile(0.99):>7.2f}"
        for each in recovery_times(evidence)
    ]
    return [*lines, *(f"    {role}: {meaning}" for role, meaning in DEFINITIONS.items())]


def keep(folder: Path, evidence: Evidence, lines: list[str]) -> None:
    """Leave the report, the faults and the attempts beside the logs."""
    start = min((each.began for each in evidence.timeline), default=0.0)
    faults = [
        f"{each.began:.3f} ({each.began - start:+.2f} s) to {each.ended:.3f}: {each.fault}"
        for each in evidence.timeline
    ]
    (folder / "timeline.txt").write_text("\n".join(faults) + "\n")
    (folder / "report.txt").write_text("\n".join(lines) + "\n")
    attempts = [{"task": evidence.name(each.ti), **asdict(each)} for each in evidence.attempts]
    (folder / "attempts.jsonl").write_text("".join(json.dumps(each) + "\n" for each in attempts))


def summary(proof: dict[str, list[str]], evidence: Evidence, seconds: float) -> str:
    """The last line."""
    wrong = sum(map(len, proof.values()))
    verdict = "FAILED" if wrong else "PASSED"
    told = f"{wrong} violations" if wrong else f"{len(proof)} claims proved"
    return f"{verdict}: {told}, {len(evidence.timeline)} faults, {seconds:.0f} s"
