"""Setup and teardown: tasks that prepare something for others, and tasks that clean it up whatever happened.

``with create.as_setup(): ...`` or ``with delete.as_teardown(setups=create): ...`` puts the tasks made in the
block between the two.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import fault
from headway.authoring.dependencies import dependables, link
from headway.authoring.trigger_rules import TriggerRule

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator


@dataclass
class Scope:
    """The tasks of one ``with`` block, and what goes before and behind them."""

    setups: list[BaseOperator] = field(default_factory=list)
    teardowns: list[BaseOperator] = field(default_factory=list)
    inside: list[BaseOperator] = field(default_factory=list)

    def add_task(self, task: Any) -> None:
        """Take a task in that was made before the block."""
        self.inside += [one for node in dependables(task) for one in node.leaves if one not in self.inside]


_scopes: ContextVar[tuple[Scope, ...]] = ContextVar("headway_setup_scopes", default=())


def make_teardown(task: BaseOperator, setups: Any, on_failure_fail_dagrun: bool | None) -> None:
    """Mark ``task`` as a teardown of ``setups``, and let it follow them."""
    if task.is_setup:
        raise fault(f"task {task.task_id!r} is a setup already", "let another task be the teardown")
    task.is_teardown = True
    task.trigger_rule = TriggerRule.ALL_DONE_SETUP_SUCCESS
    if on_failure_fail_dagrun is not None:
        task.on_failure_fail_dagrun = on_failure_fail_dagrun
    for setup in [one for node in dependables(setups or []) for one in node.leaves]:
        setup.is_setup = True
        link([setup], [task])


def open_scope(task: BaseOperator) -> Scope:
    """Begin a block in which new tasks run behind a setup, or before a teardown and behind its setups."""
    if not task.is_setup and not task.is_teardown:
        text = f"task {task.task_id!r} opens a `with` block but is neither a setup nor a teardown"
        raise fault(text, "write `with task.as_setup():` or `with task.as_teardown(setups=...):`")
    scope = Scope([task] if task.is_setup else [], [task] if task.is_teardown else [])
    if task.is_teardown:
        scope.setups = [one for one in task.upstream_list if one.is_setup]
    else:
        scope.teardowns = [one for one in task.downstream_list if one.is_teardown]
    _scopes.set((*_scopes.get(), scope))
    return scope


def close_scope() -> None:
    """End the innermost block: link it behind its setups and before its teardowns, and within the block around it.

    As in Airflow, what counts is the work: the tasks that are no setup or teardown themselves. Those without any
    upstream follow the setups, those without any downstream go before the teardowns; where there is none, the
    first and the last one do.
    """
    *outer, scope = _scopes.get()
    _scopes.set(tuple(outer))
    work = [task for task in scope.inside if not task.is_setup and not task.is_teardown]
    first = [task for task in work if not task.upstream_task_ids] or work[:1]
    last = [task for task in work if not task.downstream_task_ids] or work[-1:]
    link(scope.setups, first)
    link(last, scope.teardowns)
    if outer:
        link(outer[-1].setups, scope.setups)
        link(scope.teardowns, outer[-1].teardowns)


def take_into_scope(task: BaseOperator) -> None:
    """Note a new task in the innermost block."""
    if scopes := _scopes.get():
        scopes[-1].inside.append(task)


def setup(function: Any) -> Any:
    """``@setup``: each call makes a setup task; goes over ``@task`` or over a plain function."""
    return _marking(function, lambda task: task.as_setup())


def teardown(function: Any = None, *, on_failure_fail_dagrun: bool = False) -> Any:
    """``@teardown``: each call makes a teardown task; goes over ``@task`` or over a plain function."""
    if function is None:
        return functools.partial(teardown, on_failure_fail_dagrun=on_failure_fail_dagrun)
    return _marking(function, lambda task: task.as_teardown(on_failure_fail_dagrun=on_failure_fail_dagrun))


def _marking(function: Any, mark: Callable[[BaseOperator], Any]) -> Any:
    from headway.authoring.task_group import TaskGroupFunction
    from headway.authoring.taskflow import TaskFunction, task

    if isinstance(function, TaskGroupFunction):
        raise fault(
            f"task group {function.function.__name__!r} cannot be a setup or teardown", "mark the tasks inside it"
        )
    decorated = function if isinstance(function, TaskFunction) else task(function)
    return decorated.marked(mark)
