"""What a task leaves for others to be mapped over, and what an instance of a mapped task is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.lazy_sequence import elements
from headway.authoring.mapped_task import describe_mapping, scope_of
from headway.errors import XComError
from headway.flow.lengths import sources

if TYPE_CHECKING:
    from headway.authoring.task_instance import TaskInstance

#: Longest list over which tasks are mapped, unless the settings say otherwise.
DEFAULT_MAX_LENGTH = 100_000


def keys_mapped_over(dag: Any, task_id: str) -> frozenset[str]:
    """The XCom keys under which a task must leave a list or dictionary, because others are mapped over it.

    Found out once for each DAG: nothing is mapped over the results of most tasks.
    """
    known = dag.__dict__.get("_keys_mapped_over")
    if known is None:
        known = dag.__dict__["_keys_mapped_over"] = _all_keys_mapped_over(dag)
    found: frozenset[str] = known.get(task_id, frozenset())
    return found


def _all_keys_mapped_over(dag: Any) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for task in dag.tasks:
        described = describe_mapping(task)
        for task_id, key in sources(described["over"]) if described else ():
            if scope_of(dag.task_dict[task_id]) is None:
                found[task_id] = found.get(task_id, frozenset()) | {key}
    return found


def mappable_length(task_id: str, key: str, value: Any, limit: int) -> int:
    """The number of elements; raises ``XComError`` for what is no list or dictionary, or longer than ``limit``."""
    found = elements(value)
    if found is None:
        text = f"other tasks are mapped over what task {task_id!r} leaves under {key!r}: "
        raise XComError(f"{text}expected a list or a dictionary, got {type(value).__name__}", _REMEDY)
    if len(found) > limit:
        text = f"task {task_id!r} left {len(found):,} elements under {key!r} for other tasks to be mapped over"
        raise XComError(
            f"{text}; at most {limit:,} are allowed",
            "let each element stand for several things, or raise the setting dags.max_map_length",
        )
    return len(found)


def check_complete(ti: TaskInstance) -> None:
    """Refuse the success of a task that left nothing where others are mapped over it; raises ``XComError``."""
    missing = sorted(ti.keys_mapped_over - ti.lengths.keys())
    if missing:
        text = f"other tasks are mapped over what task {ti.task_id!r} leaves under {missing[0]!r}, and it left nothing"
        raise XComError(text, _REMEDY)


def is_mapped(dag: Any, task_ids: Any) -> bool:
    """Whether ``task_ids`` is the id of one task that has several instances in a run."""
    task = dag.task_dict.get(task_ids) if isinstance(task_ids, str) else None
    return task is not None and scope_of(task) is not None


_REMEDY = "return a list or a dictionary; an empty one skips the tasks that are mapped over it"
