"""What code asks of a DAG beside its tasks: its neighbours in time, its runs, parts of it."""

from __future__ import annotations

import copy
import functools
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from headway.authoring.neighbours import neighbours
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator
    from headway.authoring.schedules import Schedule
    from headway.authoring.task_group import TaskGroup


class DagReads:
    """The part of ``DAG`` that reads: from itself, or from the metastore through the process's store."""

    dag_id: str
    fileloc: str
    schedule: Schedule
    task_dict: dict[str, BaseOperator]
    group_dict: dict[str, TaskGroup]
    edge_labels: dict[tuple[str, str], str]

    @property
    def filepath(self) -> str:
        """The file that made it."""
        return self.fileloc

    relative_fileloc = filepath

    @property
    def task_count(self) -> int:
        """How many tasks it has."""
        return len(self.task_dict)

    @property
    def subdags(self) -> list[Any]:
        """None: the DAGs of its SubDagOperators are groups of its own."""
        return []

    @property
    def parent_dag(self) -> None:
        """None: no DAG is part of another."""

    @property
    def timetable(self) -> Schedule:
        """Its schedule; ``summary`` is how people read it."""
        return self.schedule

    @property
    def normalized_schedule_interval(self) -> str:
        """Its schedule, as people read it."""
        return self.schedule.text

    @property
    def task_group_dict(self) -> dict[str, TaskGroup]:
        """Its task groups by their ids."""
        return self.group_dict

    @property
    def teardowns(self) -> list[BaseOperator]:
        """Its tasks that clean up."""
        return [task for task in self.task_dict.values() if task.is_teardown]

    @property
    def task(self) -> Any:
        """``@dag.task``: the decorator ``@task`` for this DAG."""
        from headway.authoring.taskflow import task

        return functools.partial(_task_of, self, task)

    def has_task_group(self, task_group_id: str) -> bool:
        """Whether a task group has this id."""
        return task_group_id in self.group_dict

    def get_edge_info(self, upstream_task_id: str, downstream_task_id: str) -> dict[str, str]:
        """``{"label": …}`` of an edge, or an empty dictionary."""
        label = self.edge_labels.get((upstream_task_id, downstream_task_id))
        return {"label": label} if label else {}

    def set_edge_info(self, upstream_task_id: str, downstream_task_id: str, info: dict[str, str]) -> None:
        """Label an edge."""
        self.edge_labels[upstream_task_id, downstream_task_id] = info.get("label", "")

    def tree_view(self) -> None:
        """Print the tasks, each below what it waits for."""
        sys.stdout.write(self.get_tree_view())

    def get_tree_view(self) -> str:
        """The tasks as text, each below what it waits for."""
        lines: list[str] = []
        waiting = [(task, 0) for task in self.task_dict.values() if not task.upstream_task_ids][::-1]
        while waiting:
            task, depth = waiting.pop()
            lines.append(f"{'    ' * depth}{task!r}\n")
            waiting += [(below, depth + 1) for below in task.downstream_list[::-1]]
        return "".join(lines)

    # In time

    def following_schedule(self, dttm: datetime) -> datetime | None:
        """The scheduled moment after ``dttm``; None for a schedule without regular moments."""
        found = neighbours(self.schedule.spec, dttm)
        return found[1] if found else None

    def previous_schedule(self, dttm: datetime) -> datetime | None:
        """The scheduled moment before ``dttm``; None for a schedule without regular moments."""
        found = neighbours(self.schedule.spec, dttm)
        return found[0] if found else None

    # In the metastore

    def get_last_dagrun(self, session: Any = None, include_externally_triggered: bool = False) -> Any:
        """Its newest run by logical date, or None; of those that a schedule made, unless told otherwise."""
        from headway.airflow.inside.models import last_run

        return last_run(self.dag_id, include_externally_triggered)

    def get_dagrun(self, execution_date: Any = None, run_id: str | None = None, session: Any = None) -> Any:
        """The run of this id or date, or None."""
        from headway.airflow.inside.models import DagRun

        found = DagRun.find(dag_id=self.dag_id, run_id=run_id, logical_date=execution_date)
        return found[0] if found else None

    def get_active_runs(self) -> list[Any]:
        """The dates of its runs that have not ended."""
        from headway.airflow.inside.models import DagRun

        return [run.logical_date for run in DagRun.find(dag_id=self.dag_id, state=["queued", "running"])]

    def get_num_active_runs(self, external_trigger: bool | None = None, **_: Any) -> int:
        """How many of its runs have not ended."""
        from headway.airflow.inside.models import DagRun

        return len(DagRun.find(dag_id=self.dag_id, state=["queued", "running"], external_trigger=external_trigger))

    @property
    def latest_execution_date(self) -> Any:
        """The date of its newest run, or None."""
        found = self.get_last_dagrun(include_externally_triggered=True)
        return found.logical_date if found else None

    def get_is_paused(self, session: Any = None) -> bool:
        """Whether it is paused; a DAG that the scheduler does not know is not."""
        from headway.airflow.inside.models import DagModel

        found = DagModel.get_dagmodel(self.dag_id)
        return bool(found and found.is_paused)

    is_paused = property(get_is_paused)

    # Parts

    def partial_subset(
        self,
        task_ids_or_regex: str | re.Pattern[str] | Iterable[str],
        include_downstream: bool = False,
        include_upstream: bool = True,
        include_direct_upstream: bool = False,
    ) -> Self:
        """A copy with the tasks that match and, as asked, those before or behind them; other edges are gone."""
        kept = set()
        for task in _matching(self.task_dict, task_ids_or_regex):
            kept.add(task.task_id)
            kept |= task.get_flat_relative_ids(upstream=False) if include_downstream else set()
            kept |= task.get_flat_relative_ids(upstream=True) if include_upstream else set()
            kept |= task.upstream_task_ids if include_direct_upstream else set()
        made = copy.copy(self)
        made.task_dict = {task_id: copy.copy(task) for task_id, task in self.task_dict.items() if task_id in kept}
        for task in made.task_dict.values():
            task._dag = made  # type: ignore[assignment]  # a copy of a DAG is one
            task.upstream_task_ids = task.upstream_task_ids & kept
            task.downstream_task_ids = task.downstream_task_ids & kept
        return made

    sub_dag = partial_subset

    # What is done elsewhere

    def clear(self, *_: Any, **__: Any) -> None:
        """Refused: clearing is a matter of the operator of the system."""
        raise HeadwayError(f"DAG {self.dag_id!r} cannot be cleared from code", "run `headway tasks clear DAG RUN`")

    def create_dagrun(self, *_: Any, **__: Any) -> None:
        """Refused: runs are made by the scheduler."""
        text = f"a run of DAG {self.dag_id!r} cannot be made like this"
        raise HeadwayError(text, f"a test calls dag.test(); elsewhere `headway dags trigger {self.dag_id}` makes one")

    def run(self, *_: Any, **__: Any) -> None:
        """Refused: runs are made by the scheduler."""
        raise HeadwayError(f"DAG {self.dag_id!r} cannot run like this", f"run `headway dags test {self.dag_id}`")


def _task_of(dag: Any, task: Any, function: Callable[..., Any] | None = None, **arguments: Any) -> Any:
    """``@dag.task`` or ``@dag.task(...)``."""
    decorator = task(**{**arguments, "dag": dag})
    return decorator if function is None else decorator(function)


def _matching(tasks: dict[str, Any], wanted: Any) -> list[Any]:
    if isinstance(wanted, (str, re.Pattern)):
        return [task for task_id, task in tasks.items() if re.search(wanted, task_id)]
    ids = set(wanted)
    return [task for task_id, task in tasks.items() if task_id in ids]
