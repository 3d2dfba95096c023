"""A run that a person ends while setups of it have left something: which teardowns still run, and what decides it then.

The run goes on until they have ended, so what is marked beside them must lead to the end that was asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from headway.flow.blueprint import compile_blueprint
from headway.metastore.queries.actions import LockedInstance
from headway.states import FINISHED, RunState, TaskState

_BAD = (TaskState.FAILED, TaskState.UPSTREAM_FAILED)


def deciding(structure: dict[str, Any]) -> set[str]:
    """The tasks whose outcome is the run's."""
    blueprint = compile_blueprint(structure, "")
    return {blueprint.tasks[position].task_id for position in blueprint.deciding_leaves}


def spared_teardowns(structure: dict[str, Any], instances: Collection[LockedInstance], state: RunState) -> set[int]:
    """The unfinished teardowns (by key) whose setups have succeeded, or which have none.

    None where nothing else is unfinished: then it is they that are to be ended. None either where the run would not
    end in ``state`` behind them.
    """
    tasks = {task["task_id"]: task for task in structure["tasks"]}
    succeeded = {each.task_id for each in instances if each.state == TaskState.SUCCESS}
    open_ = [each for each in instances if each.state not in FINISHED]
    spared = {each.ti for each in open_ if _cleans_up(tasks, each.task_id, succeeded)}
    rest = {each.task_id for each in open_ if each.ti not in spared}
    if not spared or not rest:
        return set()
    bad = {each.task_id for each in instances if each.state in _BAD}
    return spared if state is RunState.SUCCESS or deciding(structure) & (rest | bad) else set()


def _cleans_up(tasks: dict[str, dict[str, Any]], task_id: str, succeeded: set[str]) -> bool:
    task = tasks.get(task_id)
    if task is None or not task["is_teardown"]:
        return False
    setups = {above for above in task["upstream"] if tasks[above]["is_setup"]}
    return not setups or bool(setups & succeeded)
