"""Every run and every task instance is there, and ended as its shape says."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.dags.shapes import Shape
from chaos.evidence import Evidence, Instance

Key = tuple[str, str, str, int]


def endings(evidence: Evidence) -> list[str]:
    """Runs and task instances that are missing, too many, or in another state than they must be."""
    return [*_runs(evidence), *_instances(evidence)]


def _runs(evidence: Evidence) -> Iterator[str]:
    states = {shape.dag_id: shape.state for shape in evidence.shapes}
    for dag_id, run_id in evidence.triggered:
        found = evidence.runs.get((dag_id, run_id), "not there")
        if found != states[dag_id]:
            yield f"run {dag_id}/{run_id} is {found}, not {states[dag_id]}"
    for dag_id, run_id in evidence.runs.keys() - set(evidence.triggered):
        yield f"run {dag_id}/{run_id} was never triggered"


def _instances(evidence: Evidence) -> Iterator[str]:
    found = {_key(each): each for each in evidence.instances.values()}
    shapes = {shape.dag_id: shape for shape in evidence.shapes}
    for dag_id, run_id in evidence.triggered:
        for (task_id, index), state in _expected(shapes[dag_id]).items():
            each = found.pop((dag_id, run_id, task_id, index), None)
            if each is None:
                yield f"{dag_id}/{run_id}/{task_id}[{index}] is not there"
            elif each.state != state:
                yield f"{each} is {each.state}, not {state}"
    for each in found.values():
        yield f"{each} should not be there, and is {each.state}"


def _expected(shape: Shape) -> dict[tuple[str, int], str]:
    states = {(task.full_id, index): task.state for task in shape.tasks for index in task.indexes}
    placeholders = {(task.full_id, -1): "removed" for task in shape.tasks if task.copies}
    return {**states, **placeholders}


def _key(each: Instance) -> Key:
    return each.dag_id, each.run_id, each.task_id, each.map_index
