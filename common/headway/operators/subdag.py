"""``SubDagOperator``: a DAG inside a DAG, which runs as a group of the outer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import call_site, notice
from headway.authoring.task_group import TaskGroup

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.operator import BaseOperator


class SubDagOperator(TaskGroup):
    """Takes every task of ``subdag`` into the group ``task_id`` of the outer DAG, with its edges.

    The tasks' ids start with the group's, and they run as the outer DAG's own; the inner DAG's schedule,
    limits and callbacks mean nothing. Arguments of a task beside ``task_id`` and ``dag`` have no effect.
    """

    def __init__(self, *, task_id: str, subdag: DAG, dag: DAG | None = None, **arguments: Any) -> None:
        taken = {name: arguments.pop(name) for name in ("task_group", "parent_group") if name in arguments}
        super().__init__(task_id, dag=dag, parent_group=taken.get("task_group") or taken.get("parent_group"))
        self.subdag = subdag
        what = f"group {self.group_id!r}"
        self.dag.notices.append(notice(f"{what}: a SubDagOperator runs as a group, write `with TaskGroup(...)`"))
        for name in sorted(arguments.keys() - {"default_args"}):
            self.dag.notices.append(notice(f"{what}: {name} has no effect on a group", call_site()))
        subdag.taken_into = self
        self._adopt(subdag)

    @property
    def task_id(self) -> str:
        """The group's id."""
        return self.node_id

    def _adopt(self, subdag: DAG) -> None:
        """Move the tasks and groups of ``subdag`` here, with the group's prefix before their ids."""
        new_ids = {old: self.child_id(old) for old in subdag.task_dict}
        tasks = list(subdag.task_dict.values())
        for group in list(subdag.task_group.iter_groups()):
            self._move_group(group, subdag)
        for task in tasks:
            self._move_task(task, subdag, new_ids)
        self.dag.edge_labels.update(
            {(new_ids[up], new_ids[down]): label for (up, down), label in subdag.edge_labels.items()}
        )
        subdag.task_dict.clear()
        subdag.group_dict.clear()

    def _move_group(self, group: TaskGroup, subdag: DAG) -> None:
        group.dag = self.dag
        group.group_id = self.child_id(group.node_id)
        self.dag.add_group(group.group_id, group)
        if group.parent_group is subdag.task_group:
            group.parent_group = self
            self.add(group)

    def _move_task(self, task: BaseOperator, subdag: DAG, new_ids: dict[str, str]) -> None:
        task.task_id = new_ids[task.task_id]
        task.upstream_task_ids = {new_ids[one] for one in task.upstream_task_ids}
        task.downstream_task_ids = {new_ids[one] for one in task.downstream_task_ids}
        task._dag = self.dag
        self.dag.add_task(task)
        if task.task_group is None or task.task_group is subdag.task_group:
            task.task_group = self
            self.add(task)
