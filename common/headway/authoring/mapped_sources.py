"""What a running mapped task instance reads of the results that it is mapped over: as little as it can."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from headway.authoring.lazy_sequence import Computed, elements
from headway.authoring.mapped_task import scope_of
from headway.authoring.runtime import XComRow, current_runtime
from headway.authoring.xcom_codec import decode
from headway.errors import XComError

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator
    from headway.authoring.task_instance import TaskInstance


def elements_of(operator: BaseOperator, key: str, context: Mapping[str, Any]) -> Sequence[Any]:
    """The elements of what ``operator`` left under ``key``; raises ``XComError`` when that is no list or dictionary."""
    ti: TaskInstance = context["ti"]
    if scope_of(operator) is None:
        return _of_one(ti, operator.task_id, key)
    return _of_mapped(ti, operator.task_id, key)


def _of_one(ti: TaskInstance, task_id: str, key: str) -> Sequence[Any]:
    """A list is decoded once, not by every instance that takes an element; each gets a copy of its own."""

    def read() -> Sequence[Any] | None:
        rows = _rows(ti, task_id, key, -1)
        return elements(decode(rows[0].value)) if rows else None

    found = current_runtime().recall(("elements", ti.dag_id, task_id, key), read)
    if found is None:
        text = f"what task {task_id!r} left under {key!r} is no list or dictionary any more"
        raise XComError(text, "clear this task and what it is mapped over together")
    return Computed(len(found), lambda index: copy.deepcopy(found[index]))


def _of_mapped(ti: TaskInstance, task_id: str, key: str) -> Sequence[Any]:
    """Only those instances count that left something: which ones is read once, their values one by one."""
    runtime = current_runtime()
    indexes = runtime.recall(
        ("indexes", ti.dag_id, task_id, key),
        lambda: runtime.xcom_indexes(dag_id=ti.dag_id, run_id=ti.run_id, task_id=task_id, key=key),
    )
    return Computed(len(indexes), lambda index: _value(ti, task_id, key, indexes[index]))


def _value(ti: TaskInstance, task_id: str, key: str, map_index: int) -> Any:
    rows = _rows(ti, task_id, key, map_index)
    if not rows:
        raise XComError(f"task {task_id!r} has no value with map index {map_index} any more", "clear this task")
    return decode(rows[0].value)


def _rows(ti: TaskInstance, task_id: str, key: str, map_index: int) -> Sequence[XComRow]:
    return current_runtime().xcom_pull(
        dag_id=ti.dag_id,
        run_id=ti.run_id,
        task_ids=[task_id],
        key=key,
        map_indexes=[map_index],
        include_prior_dates=False,
    )
