"""``@task``: functions whose calls make tasks.

``DECORATORS`` names, for each kind, the class of task that its calls make; ``task.branch`` and the others
come from there, so that a further kind is one line.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from headway.authoring.assets import Asset
from headway.authoring.conditions import conditional
from headway.authoring.current_file import fault, notice
from headway.authoring.dag_stack import home_of
from headway.authoring.expand_input import ExpandInput, product, records
from headway.authoring.mapped_task import mapped_task
from headway.authoring.operator import BaseOperator
from headway.authoring.xcom_arg import XComArg

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound="TaskFunction[Any, Any]")

#: The class of task behind each decorator: ``@task.<name>``, and ``@task`` itself for "python". Each takes
#: ``python_callable``, ``op_args`` and ``op_kwargs``, and is loaded by the first call that makes a task of it.
DECORATORS: dict[str, str] = {
    "python": "headway.authoring.decorated:PythonTask",
    "branch": "headway.authoring.decorated:BranchTask",
    "short_circuit": "headway.authoring.decorated:ShortCircuitTask",
    "bash": "headway.authoring.decorated:BashTask",
    "sensor": "headway.authoring.decorated:SensorTask",
    "virtualenv": "headway.authoring.decorated_elsewhere:VirtualenvTask",
    "branch_virtualenv": "headway.authoring.decorated_elsewhere:BranchVirtualenvTask",
    "external_python": "headway.authoring.decorated_elsewhere:ExternalPythonTask",
    "branch_external_python": "headway.authoring.decorated_elsewhere:BranchExternalPythonTask",
    "docker": "headway.authoring.decorated_docker:DockerTask",
    "pyspark": "headway.authoring.decorated_elsewhere:PysparkTask",
    "kubernetes": "headway.authoring.decorated_elsewhere:KubernetesTask",
    "kubernetes_cmd": "headway.authoring.decorated_elsewhere:KubernetesTask",
}


class TaskFunction(Generic[P, R]):
    """A decorated function: each call makes a task and returns the XComArg of its result."""

    def __init__(self, function: Callable[P, R], kind: str, arguments: dict[str, Any]) -> None:
        if not callable(function):
            raise fault(f"@task expected a function, got {function!r}", "write @task or @task(task_id=...) above a def")
        self.function = function
        self.kind = kind
        self.arguments = arguments
        self._bound: dict[str, Any] = {}  # arguments of the function that partial() was given
        self._mark: Callable[[BaseOperator], Any] | None = None
        functools.update_wrapper(self, function)

    @functools.cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @functools.cached_property
    def _operator(self) -> type[BaseOperator]:
        module, name = DECORATORS[self.kind].split(":")
        found: type[BaseOperator] = getattr(import_module(module), name)
        return found

    @functools.cached_property
    def _common(self) -> dict[str, Any]:
        """The arguments of every task that this function makes."""
        inferred = {"multiple_outputs": returns_mapping(self.function), "doc_md": inspect.getdoc(self.function)}
        return {**inferred, **_assets_in_signature(self._signature), **self.arguments}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> XComArg:
        """Make a task that will call the function with these arguments."""
        given = {**self._bound, **kwargs}
        self._check_call(args, given)
        return self._finished(self._operator(op_args=args, op_kwargs=given, **self._task_arguments()))

    def _task_arguments(self) -> dict[str, Any]:
        """The arguments of a new task, those of the function apart."""
        arguments = dict(self._common)
        task_id = _free_task_id(arguments.pop("task_id", self.__name__), arguments)
        return {"task_id": task_id, "python_callable": self.function, **arguments}

    def _finished(self, task: BaseOperator) -> XComArg:
        if self._mark is not None:
            self._mark(task)
        return XComArg(task)

    def _check_call(self, args: Any, kwargs: Any) -> None:
        """Refuse a call that could never work; what the context will fill in may be missing."""
        try:
            self._signature.bind(*args, **kwargs)
        except TypeError:
            self._check_without_context(args, kwargs)

    def _check_without_context(self, args: Any, kwargs: Any) -> None:
        from headway.authoring.context_keys import WITH_DATE

        try:
            bound = self._signature.bind_partial(*args, **kwargs)
        except TypeError as error:
            raise self._bad_call(str(error)) from None
        for name, parameter in self._signature.parameters.items():
            variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if not variadic and parameter.default is parameter.empty and name not in bound.arguments | WITH_DATE:
                raise self._bad_call(f"missing a required argument: {name!r}")

    def _bad_call(self, reason: str) -> Exception:
        return fault(f"call of task {self.__name__!r}: {reason}", f"it is {self.__name__}{self._signature}")

    def override(self, **arguments: Any) -> TaskFunction[P, R]:
        """The same function with other task arguments."""
        return self._with({**self.arguments, **arguments}, self._mark)

    def marked(self, mark: Callable[[BaseOperator], Any]) -> TaskFunction[P, R]:
        """The same function; ``mark`` is applied to each task that it makes."""
        return self._with(self.arguments, mark)

    def _with(self, arguments: dict[str, Any], mark: Callable[[BaseOperator], Any] | None) -> TaskFunction[P, R]:
        made = TaskFunction(self.function, self.kind, arguments)
        made._mark, made._bound = mark, self._bound
        return made

    def partial(self, **kwargs: Any) -> TaskFunction[P, R]:
        """The same function with some of its arguments given, for all instances of a mapped task alike."""
        self._check_names("partial", kwargs)
        made = self._with(self.arguments, self._mark)
        made._bound = {**self._bound, **kwargs}
        return made

    def expand(self, **kwargs: Any) -> XComArg:
        """Make a mapped task: one instance for each combination of elements, ``expand(x=[1, 2], y=more())``."""
        return self._map(product(self.__name__, kwargs), "expand")

    def expand_kwargs(self, kwargs: Any, strict: bool = True) -> XComArg:
        """Make a mapped task: one instance for each dictionary of arguments in a list, or in what a task returns."""
        return self._map(records(self.__name__, kwargs), "expand_kwargs")

    def _map(self, over: ExpandInput, call: str) -> XComArg:
        names = over.names()
        if names is not None:
            self._check_names(call, names)
            self._check_call((), self._bound | dict.fromkeys(names))
        arguments = {**self._task_arguments(), "op_args": (), "op_kwargs": self._bound}
        return self._finished(mapped_task(self._operator, arguments, over, into="op_kwargs"))

    def _check_names(self, call: str, names: Iterable[str]) -> None:
        """Refuse what the function does not take, and what partial() has given already."""
        takes_any = any(one.kind is one.VAR_KEYWORD for one in self._signature.parameters.values())
        for name in names:
            if name in self._bound:
                text = f"{self.__name__}.{call}(): {name} was given to partial() already"
                raise fault(text, f"leave {name} out of one of them")
            if name not in self._signature.parameters and not takes_any:
                text = f"{self.__name__}.{call}(): the function takes no argument {name}"
                raise fault(text, f"it is {self.__name__}{self._signature}")

    if TYPE_CHECKING:
        __name__: str
        __wrapped__: Callable[..., Any]

    def __repr__(self) -> str:
        return f"<@task function {self.__name__}>"


class TaskDecorator:
    """``task`` itself: ``@task``, ``@task(...)``, ``@task.branch``, ``@task.bash(...)`` and so on."""

    def __init__(self, kind: str = "python") -> None:
        self._kind = kind

    @overload
    def __call__(self, function: Callable[P, R], /) -> TaskFunction[P, R]: ...
    @overload
    def __call__(self, /, **arguments: Any) -> Callable[[Callable[P, R]], TaskFunction[P, R]]: ...
    def __call__(self, function: Any = None, /, **arguments: Any) -> Any:
        """Decorate ``function``, or give back a decorator that passes ``arguments`` to each task."""
        if function is not None:
            return TaskFunction(function, self._kind, arguments)
        return lambda decorated: TaskFunction(decorated, self._kind, arguments)

    def run_if(self, condition: Callable[[Any], Any], skip_message: str | None = None) -> Callable[[F], F]:
        """Goes over ``@task``: the task is skipped unless ``condition(context)`` is true when it would run."""
        return conditional(condition, skip_message, runs_when=True)

    def skip_if(self, condition: Callable[[Any], Any], skip_message: str | None = None) -> Callable[[F], F]:
        """Goes over ``@task``: the task is skipped if ``condition(context)`` is true when it would run."""
        return conditional(condition, skip_message, runs_when=False)

    def __getattr__(self, name: str) -> TaskDecorator:
        if name.startswith("_") or self._kind != "python":
            raise AttributeError(name)
        if name not in DECORATORS:
            known = ", ".join(f"@task.{one}" for one in sorted(DECORATORS) if one != "python")
            raise _NoSuchDecorator(f"Headway has no @task.{name} in this version", f"it has @task, {known}")
        return TaskDecorator(name)


class _NoSuchDecorator(AttributeError):
    """An unknown ``@task.<name>``; an AttributeError, so that ``hasattr(task, name)`` works."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


task = TaskDecorator()


def _free_task_id(wanted: str, arguments: dict[str, Any]) -> str:
    """``wanted``, numbered if the DAG already has such a task in the group that the new one joins."""
    dag, group = home_of(arguments.get("dag"), arguments.get("task_group"))
    if dag is None or group is None:
        return wanted
    return dag.free_id(group.child_id(wanted)).removeprefix(group.prefix)


def returns_mapping(function: Callable[..., Any]) -> bool:
    """Whether the function is annotated to return a dictionary, whose items then become XComs of their own."""
    annotation = getattr(function, "__annotations__", {}).get("return")
    if annotation is None:
        return False
    if isinstance(annotation, str):
        annotation = _evaluated(annotation, function)
    origin = typing.get_origin(annotation) or annotation
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _evaluated(annotation: str, function: Callable[..., Any]) -> Any:
    """The object that a quoted annotation names, or None when its names exist only for type checkers."""
    holder = SimpleNamespace(__annotations__={"return": annotation})
    try:
        return typing.get_type_hints(holder, getattr(function, "__globals__", {}))["return"]
    except Exception:  # noqa: BLE001  (an annotation is an author's text and may fail in any way)
        return None


def _assets_in_signature(signature: inspect.Signature) -> dict[str, Any]:
    """Outlets and inlets that were written as defaults of parameters: ``def update(outlets=[orders])``."""
    found: dict[str, Any] = {}
    for name in ("outlets", "inlets"):
        parameter = signature.parameters.get(name)
        default = parameter.default if parameter is not None else None
        if isinstance(default, list) and default and all(isinstance(one, Asset) for one in default):
            found[name] = default
            notice(f"{name} in a function's signature are taken as declared; write @task({name}=[...])")
    return found
