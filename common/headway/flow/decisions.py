"""What a branch leaves out, and what the end of its tasks makes of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headway.flow.run_memory import RunMemory
from headway.states import RunState, TaskState


def left_out(run: RunMemory, slot: int, decision: Mapping[str, Sequence[str]]) -> list[int]:
    """Positions of the tasks that a branch leaves out: all direct downstream not followed, or those named.

    ``decision`` is what the task stored under ``SKIP_KEY``: ``{"followed": [...]}`` or ``{"skipped": [...]}``.
    """
    known = run.blueprint.position
    if "followed" in decision:
        followed = {known.get(task_id) for task_id in decision["followed"]}
        return [below for below in run.task(slot).downstream if below not in followed]
    return [known[task_id] for task_id in decision.get("skipped", []) if task_id in known]


def end_state(run: RunMemory) -> RunState:
    """What a run without unfinished task instances has come to: its deciding leaves say it."""
    failed = run.any_in(run.blueprint.deciding_leaves, TaskState.FAILED, TaskState.UPSTREAM_FAILED)
    return RunState.FAILED if failed else RunState.SUCCESS
