"""What code asks of a task group beside its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.operator import BaseOperator


class GroupReads:
    """The part of ``TaskGroup`` that only reads."""

    dag: DAG
    group_id: str | None

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The tasks inside that wait for nothing inside."""
        raise NotImplementedError

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The tasks inside that nothing inside waits for."""
        raise NotImplementedError

    def get_roots(self) -> Iterator[BaseOperator]:
        """The same as ``roots``."""
        yield from self.roots

    def get_leaves(self) -> Iterator[BaseOperator]:
        """The same as ``leaves``."""
        yield from self.leaves

    def get_task_group_dict(self) -> dict[str, Any]:
        """The groups of the whole DAG by their ids."""
        return dict(self.dag.group_dict)

    @property
    def used_group_ids(self) -> set[str]:
        """The ids that tasks and groups of the whole DAG have."""
        return {*self.dag.task_dict, *self.dag.group_dict}

    def topological_sort(self) -> list[BaseOperator]:
        """The tasks inside, each behind those that it waits for."""
        inside = {id(task) for task in self.iter_tasks()}
        return [task for task in self.dag.topological_sort() if id(task) in inside]

    def iter_tasks(self) -> Iterator[BaseOperator]:
        """Every task inside, at any depth."""
        raise NotImplementedError
