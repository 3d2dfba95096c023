"""Task groups: tasks that are drawn, named and linked together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, overload

from headway.authoring.arguments import ArgumentTable
from headway.authoring.current_file import call_site, fault
from headway.authoring.dag_stack import close_group, current_dag, current_group, open_group
from headway.authoring.dependencies import Dependable, link
from headway.authoring.expand_input import ExpandInput, product, records
from headway.authoring.group_reads import GroupReads
from headway.authoring.operator import BaseOperator
from headway.authoring.values import identifier, mapping, optional_text
from headway.authoring.xcom_arg import NOTHING, Resolvable
from headway.errors import XComError

if TYPE_CHECKING:
    from headway.authoring.dag import DAG

GROUP_ARGUMENTS = ArgumentTable(
    known={
        "doc_md": optional_text,
        "default_args": mapping,
        "tooltip": lambda value: optional_text(value) or "",
        "ui_color": lambda value: optional_text(value) or "",
        "ui_fgcolor": lambda value: optional_text(value) or "",
        "group_display_name": lambda value: optional_text(value) or "",
    }
)


class TaskGroup(GroupReads, Dependable):
    """A named group of tasks and groups, used as ``with TaskGroup("load") as load:``.

    The ids of what is inside start with the group's own id, unless ``prefix_group_id=False``. Its
    ``default_args`` go before those of the DAG. ``group >> task`` links the tasks of the group that
    nothing inside follows, as they are when the line runs. A group whose id is None is a DAG's root.
    """

    doc_md: str | None = None
    tooltip: str = ""
    ui_color: str = "CornflowerBlue"
    ui_fgcolor: str = "#000"
    group_display_name: str = ""

    def __init__(
        self,
        group_id: str | None,
        prefix_group_id: bool = True,
        parent_group: TaskGroup | None = None,
        dag: DAG | None = None,
        *,
        add_suffix_on_collision: bool = False,
        mapped_over: ExpandInput | None = None,
        **arguments: Any,
    ) -> None:
        self.place = call_site()
        self.mapped_over = mapped_over
        self.default_args: dict[str, Any] = {}
        self.children: dict[str, BaseOperator | TaskGroup] = {}
        self.prefix_group_id = prefix_group_id
        GROUP_ARGUMENTS.apply(self, arguments, f"group {group_id!r}", self.place, {"parent_group", "dag"})
        self.parent_group = None if group_id is None else _parent(parent_group, dag)
        self.dag: DAG = dag or self._parent_dag(group_id)
        self.group_id = None if group_id is None else self._take_id(group_id, add_suffix_on_collision)
        if self.parent_group is not None:
            self.parent_group.add(self)
        if mapped_over is not None and self._is_inside_mapped():
            text = f"mapped group {group_id!r} lies inside another mapped group"
            raise fault(text, "map the outer group over all combinations", self.place)

    def _is_inside_mapped(self) -> bool:
        around = self.parent_group
        while around is not None and around.mapped_over is None:
            around = around.parent_group
        return around is not None

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
        if self.mapped_over is not None:
            link(list(dict.fromkeys(self.mapped_over.operators())), self.roots)

    def __repr__(self) -> str:
        return f"<TaskGroup: {self.group_id or 'root'}>"


def _parent(given: TaskGroup | None, dag: DAG | None) -> TaskGroup | None:
    """The group around a new one: the one given, else the open one if it is of the same DAG."""
    found = given or current_group()
    return found if found is not None and (dag is None or found.dag is dag) else None


class MappedArgument(Resolvable):
    """What a mapped group's function gets for an argument: in a task, that of the task's own map index."""

    def __init__(self, over: ExpandInput, name: str, default: Any = NOTHING) -> None:
        self._over = over
        self._name = name
        self._default = default

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks that the group is mapped over."""
        return self._over.operators()

    def resolve(self, context: Any) -> Any:
        """The value; raises ``XComError`` when the dictionary of this index lacks it."""
        ti = context["ti"]
        found = self._over.arguments(context, ti.map_index).values.get(self._name, self._default)
        if found is NOTHING:
            text = f"element {ti.map_index} that the group is mapped over has no {self._name!r}"
            raise XComError(text, "give every dictionary that key, or the argument a default")
        return found

    def __repr__(self) -> str:
        return f"MappedArgument({self._name!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> MappedArgument:
        return self


class TaskGroupFunction:
    """What ``@task_group`` makes of a function: each call runs it inside a new group."""

    def __init__(
        self, function: Callable[..., Any], arguments: dict[str, Any], bound: dict[str, Any] | None = None
    ) -> None:
        self.function = function
        self.arguments = {"group_id": function.__name__, "tooltip": inspect.getdoc(function), **arguments}
        self._bound = bound or {}
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a group; returns what the function returns, or the group when that is None."""
        return self._make(None, args, {**self._bound, **kwargs})

    def override(self, **arguments: Any) -> TaskGroupFunction:
        """The same function with other group arguments."""
        return TaskGroupFunction(self.function, {**self.arguments, **arguments}, self._bound)

    def partial(self, **kwargs: Any) -> TaskGroupFunction:
        """The same function with some of its arguments given, for all instances of a mapped group alike."""
        self._check_names("partial", kwargs)
        return TaskGroupFunction(self.function, self.arguments, {**self._bound, **kwargs})

    def expand(self, **kwargs: Any) -> Any:
        """Make a mapped group: all of its tasks once for each combination of elements."""
        over = product(self._name, kwargs)
        self._check_names("expand", kwargs)
        return self._map(over, {name: MappedArgument(over, name) for name in kwargs})

    def expand_kwargs(self, kwargs: Any) -> Any:
        """Make a mapped group: all of its tasks once for each dictionary of arguments in a list."""
        over = records(self._name, kwargs)
        self._check_names("expand_kwargs", over.names() or ())
        left = [one for one in self._parameters.values() if one.name not in self._bound]
        return self._map(over, {one.name: MappedArgument(over, one.name, _default(one)) for one in left})

    def _map(self, over: ExpandInput, mapped: dict[str, Any]) -> Any:
        given = {**self._bound, **mapped}
        try:
            inspect.signature(self.function).bind(**given)
        except TypeError as error:
            text = f"task group {self._name!r}: {error}"
            raise fault(text, f"it is {self._name}{inspect.signature(self.function)}") from None
        return self._make(over, (), given)

    def _make(self, over: ExpandInput | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with TaskGroup(**{"add_suffix_on_collision": True, **self.arguments}, mapped_over=over) as group:
            result = self.function(*args, **kwargs)
        return group if result is None else result

    @property
    def _name(self) -> str:
        return self.function.__name__

    @property
    def _parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    def _check_names(self, call: str, names: Iterable[str]) -> None:
        for name in names:
            if name in self._bound:
                text = f"{self._name}.{call}(): {name} was given to partial() already"
                raise fault(text, f"leave {name} out of one of them")
            if name not in self._parameters:
                text = f"{self._name}.{call}(): the function takes no argument {name}"
                raise fault(text, f"it is {self._name}{inspect.signature(self.function)}")


def _default(parameter: inspect.Parameter) -> Any:
    return NOTHING if parameter.default is parameter.empty else parameter.default


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
