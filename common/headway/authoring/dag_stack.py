"""Which DAG and which task group are open: the innermost ``with`` block wins."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.task_group import TaskGroup

_dags: ContextVar[tuple[DAG, ...]] = ContextVar("headway_open_dags", default=())
_groups: ContextVar[tuple[TaskGroup, ...]] = ContextVar("headway_open_groups", default=())


def current_dag() -> DAG | None:
    """The DAG whose ``with`` block is innermost."""
    open_dags = _dags.get()
    return open_dags[-1] if open_dags else None


def current_group() -> TaskGroup | None:
    """The task group whose ``with`` block is innermost; a DAG's own block opens its root group."""
    open_groups = _groups.get()
    return open_groups[-1] if open_groups else None


def home_of(dag: DAG | None, group: TaskGroup | None) -> tuple[DAG | None, TaskGroup | None]:
    """The DAG and the group of a new task; ``dag`` and ``group`` are what the author gave for it."""
    around = current_group()
    if group is not None:
        return dag or group.dag, group
    dag = dag or current_dag() or (around.dag if around is not None else None)
    if dag is not None and dag.taken_into is not None:
        return dag.taken_into.dag, dag.taken_into
    if around is not None and around.dag is dag:
        return dag, around
    return dag, dag.task_group if dag is not None else None


def open_dag(dag: DAG) -> None:
    """Enter a DAG."""
    _dags.set((*_dags.get(), dag))
    open_group(dag.task_group)


def close_dag() -> None:
    """Leave the innermost DAG."""
    close_group()
    _dags.set(_dags.get()[:-1])


def open_group(group: TaskGroup) -> None:
    """Enter a task group."""
    _groups.set((*_groups.get(), group))


def close_group() -> None:
    """Leave the innermost task group."""
    _groups.set(_groups.get()[:-1])
