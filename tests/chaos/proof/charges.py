"""What went wrong with hosts, servers and the network has cost no task a try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chaos.evidence import Evidence


def charges(evidence: Evidence) -> list[str]:
    """Task instances with more tries than their code has failed, and tries that lost more hosts than is allowed."""
    return [*_tries(evidence), *_losses(evidence)]


def _tries(evidence: Evidence) -> Iterator[str]:
    tasks = evidence.tasks()
    for each in evidence.instances.values():
        task = tasks.get((each.dag_id, each.task_id))
        ran = task is not None and task.state in ("success", "failed")
        if task and each.try_number != (task.tries if ran else 1):
            yield f"{each}: try {each.try_number}, though its code fails only {task.fails} times"


def _losses(evidence: Evidence) -> Iterator[str]:
    """One loss more than ``max_lost`` fails a try, which is documented; no try may lose more than that."""
    lost = Counter((each.ti, each.try_number) for each in evidence.attempts if each.outcome == "lost")
    for (ti, number), count in lost.items():
        if count > evidence.max_lost + 1:
            yield f"{evidence.name(ti)}: try {number} was lost {count} times, the limit is {evidence.max_lost}"
