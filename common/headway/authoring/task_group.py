"""Task groups: tasks that are drawn, named and linked together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, overload

from headway.authoring.arguments import ArgumentTable
from headway.authoring.current_file import call_site, fault
from headway.authoring.dag_stack import close_group, current_dag, current_group, open_group
from headway.authoring.dependencies import Dependable
from headway.authoring.operator import BaseOperator, mapping_unavailable
from headway.authoring.values import flag, identifier, mapping, optional_text

if TYPE_CHECKING:
    from headway.authoring.dag import DAG

GROUP_ARGUMENTS = ArgumentTable(
    known={
        "prefix_group_id": flag,
        "default_args": mapping,
        "tooltip": lambda value: optional_text(value) or "",
        "ui_color": lambda value: optional_text(value) or "",
        "ui_fgcolor": lambda value: optional_text(value) or "",
        "group_display_name": lambda value: optional_text(value) or "",
    }
)


class TaskGroup(Dependable):
    """A named group of tasks and groups, used as ``with TaskGroup("load") as load:``.

    The ids of what is inside start with the group's own id, unless ``prefix_group_id=False``. Its
    ``default_args`` go before those of the DAG. ``group >> task`` links the tasks of the group that
    nothing inside follows, as they are when the line runs. A group whose id is None is a DAG's root.
    """

    prefix_group_id: bool = True
    tooltip: str = ""
    ui_color: str = "CornflowerBlue"
    ui_fgcolor: str = "#000"
    group_display_name: str = ""

    def __init__(
        self,
        group_id: str | None,
        *,
        parent_group: TaskGroup | None = None,
        dag: DAG | None = None,
        add_suffix_on_collision: bool = False,
        **arguments: Any,
    ) -> None:
        self.place = call_site()
        self.default_args: dict[str, Any] = {}
        self.children: dict[str, BaseOperator | TaskGroup] = {}
        GROUP_ARGUMENTS.apply(self, arguments, f"group {group_id!r}", self.place, {"parent_group", "dag"})
        self.parent_group = None if group_id is None else _parent(parent_group, dag)
        self.dag: DAG = dag or self._parent_dag(group_id)
        self.group_id = None if group_id is None else self._take_id(group_id, add_suffix_on_collision)
        if self.parent_group is not None:
            self.parent_group.add(self)

    def _parent_dag(self, group_id: str | None) -> DAG:
        dag = self.parent_group.dag if self.parent_group else current_dag()
        if dag is None:
            raise fault(f"group {group_id!r} belongs to no DAG", "create it inside `with DAG(...)`, or pass dag=")
        return dag

    def _take_id(self, group_id: str, add_suffix: bool) -> str:
        try:
            wanted = identifier(group_id)
        except ValueError as error:
            raise fault(f"TaskGroup: group_id: {error}", "choose another group_id") from None
        if self.parent_group is None:
            self.parent_group = self.dag.task_group
        full = self.parent_group.child_id(wanted)
        full = self.dag.free_id(full) if add_suffix else full
        self.dag.add_group(full, self)
        return full

    @classmethod
    def create_root(cls, dag: DAG) -> TaskGroup:
        """The unnamed group around everything in ``dag``."""
        return cls(None, dag=dag)

    # Names

    @property
    def is_root(self) -> bool:
        """Whether it is the unnamed group around a whole DAG."""
        return self.group_id is None

    @property
    def prefix(self) -> str:
        """What the ids of its children start with, the dot included."""
        if self.group_id is None:
            return ""
        if self.prefix_group_id:
            return self.group_id + "."
        return self.parent_group.prefix if self.parent_group else ""

    def child_id(self, label: str) -> str:
        """The full id of a child called ``label``."""
        return self.prefix + label

    @property
    def label(self) -> str:
        """Its id without the prefixes of the groups around it."""
        around = self.parent_group.prefix if self.parent_group else ""
        return self.group_display_name or (self.group_id or "").removeprefix(around)

    @property
    def node_id(self) -> str:
        """Its id among tasks and groups."""
        return self.group_id or ""

    @property
    def all_default_args(self) -> dict[str, Any]:
        """The defaults for its tasks: the DAG's, then those of the groups around it, then its own."""
        around = self.parent_group.all_default_args if self.parent_group else self.dag.default_args
        return {**around, **self.default_args} if self.default_args else around

    # Contents

    def add(self, child: BaseOperator | TaskGroup) -> None:
        """Take a task or group in."""
        self.children[child.node_id] = child

    def iter_tasks(self) -> Iterator[BaseOperator]:
        """Every task inside, at any depth."""
        for child in self.children.values():
            if isinstance(child, TaskGroup):
                yield from child.iter_tasks()
            else:
                yield child

    def iter_groups(self) -> Iterator[TaskGroup]:
        """Every group inside, at any depth, outer ones first."""
        for child in self.children.values():
            if isinstance(child, TaskGroup):
                yield child
                yield from child.iter_groups()

    def has_task(self, task: BaseOperator) -> bool:
        """Whether the task is inside, at any depth."""
        return any(found is task for found in self.iter_tasks())

    def get_child_by_label(self, label: str) -> BaseOperator | TaskGroup:
        """The child with this id, its prefix left out."""
        return self.children[self.child_id(label)]

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The tasks inside that wait for nothing inside."""
        inside = {task.task_id: task for task in self.iter_tasks()}
        return [task for task in inside.values() if not task.upstream_task_ids & inside.keys()]

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The tasks inside that nothing inside waits for, teardowns apart: what follows ignores those."""
        inside = {task.task_id: task for task in self.iter_tasks() if not task.is_teardown}
        found = [task for task in inside.values() if not task.downstream_task_ids & inside.keys()]
        return [task for task in found if not task.is_setup] or found or list(self.iter_tasks())

    def __enter__(self) -> Self:
        open_group(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        close_group()

    def __repr__(self) -> str:
        return f"<TaskGroup: {self.group_id or 'root'}>"


def _parent(given: TaskGroup | None, dag: DAG | None) -> TaskGroup | None:
    """The group around a new one: the one given, else the open one if it is of the same DAG."""
    found = given or current_group()
    return found if found is not None and (dag is None or found.dag is dag) else None


class TaskGroupFunction:
    """What ``@task_group`` makes of a function: each call runs it inside a new group."""

    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        self.function = function
        self.arguments = {"group_id": function.__name__, "tooltip": inspect.getdoc(function), **arguments}
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a group; returns what the function returns, or the group when that is None."""
        with TaskGroup(**{"add_suffix_on_collision": True, **self.arguments}) as group:
            result = self.function(*args, **kwargs)
        return group if result is None else result

    def override(self, **arguments: Any) -> TaskGroupFunction:
        """The same function with other group arguments."""
        return TaskGroupFunction(self.function, {**self.arguments, **arguments})

    def partial(self, **kwargs: Any) -> Any:
        """Refused: task mapping is not available in this version."""
        raise mapping_unavailable(f"{self.function.__name__}.partial()")

    def expand(self, **kwargs: Any) -> Any:
        """Refused: task mapping is not available in this version."""
        raise mapping_unavailable(f"{self.function.__name__}.expand()")

    expand_kwargs = expand


@overload
def task_group(function: Callable[..., Any], /) -> TaskGroupFunction: ...
@overload
def task_group(group_id: str | None = None, **arguments: Any) -> Callable[[Callable[..., Any]], TaskGroupFunction]: ...
def task_group(group_id: Any = None, **arguments: Any) -> Any:
    """Make a function into a group: ``@task_group`` or ``@task_group(group_id=..., **group arguments)``."""
    if callable(group_id):
        return TaskGroupFunction(group_id, {})
    if group_id is not None:
        arguments["group_id"] = group_id
    return lambda function: TaskGroupFunction(function, arguments)
