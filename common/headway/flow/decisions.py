"""What becomes of a task instance whose turn may have come, what a branch leaves out, how a run ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headway.flow.rules import Verdict, decide
from headway.flow.run_memory import RunMemory
from headway.states import RunState, TaskState


def judge(run: RunMemory, slot: int) -> Verdict:
    """What its trigger rule says of an open slot.

    A mapped task of a group whose instances exist already is expanded with them, whatever its rule will say:
    each instance asks for itself.
    """
    task = run.task(slot)
    if not run.is_placeholder(slot):
        return decide(task.rule, run.outcomes(slot))
    if any(run.is_expanded(above) for above in task.beside_up):
        return Verdict.EXPAND
    verdict = decide(task.rule, run.outcomes(slot))
    return Verdict.EXPAND if verdict is Verdict.RUN else verdict


def left_out(run: RunMemory, slot: int, decision: Mapping[str, Sequence[str]]) -> Iterator[int]:
    """The open slots that a branch leaves out: all direct downstream not followed, or those named.

    ``decision`` is what the task stored under ``SKIP_KEY``: ``{"followed": [...]}`` or ``{"skipped": [...]}``.
    An instance of a mapped task decides for the instances of its own map index alone.
    """
    for position in _positions(run, slot, decision):
        yield from (below for below in _slots(run, slot, position) if run.is_open(below))


def _positions(run: RunMemory, slot: int, decision: Mapping[str, Sequence[str]]) -> list[int]:
    known = run.blueprint.position
    if "followed" in decision:
        followed = {known.get(task_id) for task_id in decision["followed"]}
        return [below for below in run.task(slot).downstream if below not in followed]
    return [known[task_id] for task_id in decision.get("skipped", []) if task_id in known]


def _slots(run: RunMemory, slot: int, position: int) -> Sequence[int]:
    index = run.map_index(slot)
    if index < 0:
        return run.slots_of_task(position)
    mine, other = run.task(slot).mapping, run.blueprint.tasks[position].mapping
    if mine is None or other is None or mine.scope != other.scope:
        return []
    aligned = run.slot_at(position, index)
    return [] if aligned is None else [aligned]


def end_state(run: RunMemory) -> RunState:
    """What a run without unfinished task instances has come to: its deciding leaves say it."""
    failed = run.any_in(run.blueprint.deciding_leaves, TaskState.FAILED, TaskState.UPSTREAM_FAILED)
    return RunState.FAILED if failed else RunState.SUCCESS
