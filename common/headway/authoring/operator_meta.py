"""How a task is made: default_args reach every parameter by name, positional arguments are refused.

Operators written for Airflow look like ``def __init__(self, *, table, **kwargs): super().__init__(**kwargs)``.
Each such ``__init__`` is wrapped, so that ``default_args`` fill what the caller left out at that level,
whether or not the levels above or below pass it on.
"""

from __future__ import annotations

import functools
import inspect
from abc import ABCMeta
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from headway.authoring.arguments import closest
from headway.authoring.current_file import call_site, fault
from headway.authoring.dag_stack import home_of
from headway.authoring.defaults import defaults
from headway.authoring.operator_arguments import OPERATOR_ARGUMENTS

if TYPE_CHECKING:
    from headway.authoring.dag import DAG
    from headway.authoring.mapped_task import TaskMapping
    from headway.authoring.task_group import TaskGroup

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_NOT_DEFAULTED = {"self", "task_id", "dag", "task_group", "default_args"}


class OperatorMeta(ABCMeta):
    """The metaclass of every operator."""

    def __new__(mcs, cls_name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        """Wrap the class's own ``__init__``."""
        if bases and "__init__" in namespace:
            namespace["__init__"] = _filled_from_default_args(namespace["__init__"])
        return super().__new__(mcs, cls_name, bases, namespace, **kwargs)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make a task: find its DAG and group, take the defaults that apply there, then its XComArgs."""
        if args:
            raise fault(
                f"{cls.__name__} got {len(args)} positional argument(s)",
                f"name each argument, like {cls.__name__}(task_id=...)",
            )
        task = _begin(cls, kwargs)
        task.__init__(**kwargs)
        return _complete(task)


def make_prototype(cls: type, common: dict[str, Any], mapping: TaskMapping) -> Any:
    """A task of ``cls`` that was given the ``common`` arguments alone: what stands in the DAG for a mapped task."""
    from headway.authoring.operator import BaseOperator

    task = _begin(cls, common)
    task.mapping = mapping
    BaseOperator.__init__(task, **common)
    return _complete(task)


def make_stand_in(prototype: Any, arguments: dict[str, Any], *, keep: Collection[str]) -> Any:
    """The real task of one map index: made from ``arguments``, at the place of its prototype in the DAG.

    What was said of the prototype, also after it was made, holds for it too, but for the arguments in ``keep``.
    """
    dag, group = prototype._dag, prototype.task_group
    cls: Any = type(prototype)
    made = cls.__new__(cls)
    defaults = _defaults(dag, group, prototype.mapping.default_args)
    made.__dict__.update(_stands_for=prototype, _defaults=defaults, place=prototype.place)
    made.__init__(task_id=prototype.task_id, **arguments)
    del made._stands_for, made._defaults
    said = {name: value for name, value in prototype.__dict__.items() if name not in keep and name != "mapping"}
    made.__dict__.update(said)
    return made


def _begin(cls: type, given: dict[str, Any]) -> Any:
    """A task that is not initialised yet, but knows where it will stand and which defaults apply there."""
    made: Any = cls  # to mypy, cls.__new__ would be that of the metaclass
    task = made.__new__(made)
    dag, group = home_of(given.get("dag"), given.get("task_group"))
    task.__dict__.update(
        _home=(dag, group), _defaults=_defaults(dag, group, given.get("default_args")), place=call_site()
    )
    return task


def _complete(task: Any) -> Any:
    del task._home, task._defaults
    task.discover_dependencies()
    return task


def _defaults(dag: DAG | None, group: TaskGroup | None, own: dict[str, Any] | None) -> dict[str, Any]:
    inherited = group.all_default_args if group else (dag.default_args if dag is not None else {})
    if everywhere := defaults().task:
        inherited = {**everywhere, **inherited}
    return {**inherited, **own} if own else inherited


def _filled_from_default_args(init: Callable[..., None]) -> Callable[..., None]:
    parameters = list(inspect.signature(init).parameters.values())[1:]
    takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters)
    named = {one.name: one for one in parameters if one.kind in _NAMED}
    required = {one.name for one in named.values() if one.default is inspect.Parameter.empty}
    fillable = named.keys() - _NOT_DEFAULTED

    @functools.wraps(init)
    def filled(self: Any, *args: Any, **kwargs: Any) -> None:
        what = type(self).__name__
        if args:
            text = f"{what}: __init__ got a positional argument"
            raise fault(text, "pass every argument by its name", self.place)
        defaults = self._defaults
        for name in fillable & defaults.keys():
            kwargs.setdefault(name, defaults[name])
        if not required <= kwargs.keys():
            raise _missing(self, sorted(required - kwargs.keys()), kwargs)
        if not takes_any and not kwargs.keys() <= named.keys():
            raise _unknown(self, next(name for name in kwargs if name not in named), named.keys())
        init(self, **kwargs)

    return filled


def described(task: Any, given: dict[str, Any]) -> str:
    """How an error names a task that is being made."""
    return f"{type(task).__name__} {given['task_id']!r}" if "task_id" in given else type(task).__name__


def _missing(task: Any, names: list[str], given: dict[str, Any]) -> Exception:
    listed = ", ".join(names)
    return fault(f"{described(task, given)} needs {listed}", f"pass {listed}, or put it into default_args", task.place)


def _unknown(task: Any, name: str, valid: Any) -> Exception:
    hint = closest(name, valid)
    remedy = f"did you mean {hint}?" if hint else "it takes " + ", ".join(sorted(valid))
    return fault(f"{type(task).__name__}: unknown argument {name}", remedy, task.place)


def accepted_names(cls: type) -> set[str]:
    """Every argument that a class takes by name, its parents' included."""
    found = OPERATOR_ARGUMENTS.names() | {"task_id", "dag", "task_group", "default_args"}
    for level in cls.__mro__:
        init = level.__dict__.get("__init__")
        if inspect.isfunction(init):
            found |= {one.name for one in inspect.signature(init).parameters.values() if one.kind in _NAMED}
    return found - {"self"}
