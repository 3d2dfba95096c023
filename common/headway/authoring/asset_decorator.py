"""``@asset``: a function that brings an asset up to date, together with a DAG of one task that calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from headway.authoring.assets import Asset, AssetAll, AssetExpression
from headway.authoring.context import get_current_context
from headway.authoring.context_keys import WITH_DATE
from headway.authoring.current_file import fault
from headway.authoring.dag import DAG
from headway.authoring.runtime import current_runtime
from headway.authoring.taskflow import TaskFunction, task

_OF_THE_ASSET = ("group", "extra", "watchers", "access_control")
_OWN, _CONTEXT = "self", "context"


class AssetDecorator:
    """``asset`` itself: ``@asset(schedule=...)`` and ``@asset.multi(schedule=..., outlets=[...])``.

    ``name`` (default: the function's), ``uri``, ``group``, ``extra`` and ``watchers`` are the asset's; what else
    is given goes to the DAG. The function's parameters name assets that it reads, but for ``self`` (the asset
    that it makes), ``context``, and what is a key of the context.
    """

    def __call__(self, *, name: str | None = None, uri: Any = None, **arguments: Any) -> Callable[[Any], Asset]:
        """Decorate a function; what stands in its place is the asset."""
        own = {key: arguments.pop(key) for key in _OF_THE_ASSET if key in arguments}
        own.pop("access_control", None)

        def decorate(function: Any) -> Asset:
            called = name or _name_of(function)
            made = Asset(called, uri, **own)
            _make_dag(function, called, made, [made], arguments)
            return made

        return decorate

    def multi(
        self, *, outlets: Sequence[Asset], name: str | None = None, **arguments: Any
    ) -> Callable[[Any], AssetExpression]:
        """Decorate a function that makes several assets; what stands in its place is all of them."""

        def decorate(function: Any) -> AssetExpression:
            made = AssetAll(*outlets)
            _make_dag(function, name or _name_of(function), made, list(outlets), arguments)
            return made

        return decorate


asset = AssetDecorator()


def _name_of(function: Any) -> str:
    name: str | None = getattr(function, "__name__", None)
    if name is None:
        raise fault(f"@asset expected a function, got {function!r}", "write @asset(schedule=...) above a def")
    return name


def _make_dag(function: Any, name: str, own: AssetExpression, outlets: list[Asset], arguments: dict[str, Any]) -> None:
    decorated = function if isinstance(function, TaskFunction) else task(function)
    plain = decorated.function
    reads = [Asset.ref(name=one) for one in _inputs(plain)]
    runs = TaskFunction(
        _filled(plain, own),
        decorated.kind,
        {
            "doc_md": inspect.getdoc(plain),
            **decorated.arguments,
            "task_id": name,
            "inlets": [*reads, *_listed(decorated.arguments.get("inlets"))],
            "outlets": [*outlets, *_listed(decorated.arguments.get("outlets"))],
        },
    )
    with DAG(arguments.pop("dag_id", None) or name, **arguments):
        runs()


def _filled(function: Callable[..., Any], own: AssetExpression) -> Callable[[], Any]:
    """The function without parameters: each is found when it runs."""
    filled: Callable[[], Any]
    if inspect.isgeneratorfunction(function):

        def filled() -> Generator[Any, None, Any]:
            return (yield from function(**_values(function, own)))

    else:

        def filled() -> Any:
            return function(**_values(function, own))

    filled.__name__ = function.__name__
    return filled


def _inputs(function: Callable[..., Any]) -> Iterator[str]:
    """The parameters that name assets."""
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise fault(
                f"@asset: {function.__name__} takes {parameter}", "name each asset that it reads, or take `context`"
            )
        if name not in (_OWN, _CONTEXT, *WITH_DATE) and parameter.default is parameter.empty:
            yield name


def _values(function: Callable[..., Any], own: AssetExpression) -> dict[str, Any]:
    context = get_current_context()
    inputs = set(_inputs(function))
    found: dict[str, Any] = {}
    for name in inspect.signature(function).parameters:
        if name == _OWN:
            found[name] = own
        elif name == _CONTEXT:
            found[name] = context
        elif name in inputs:
            found[name] = _declared(name)
        elif name in context:
            found[name] = context[name]
    return found


def _declared(name: str) -> Asset:
    """The asset of that name as some file declares it."""
    facts = current_runtime().asset_named(name)
    return Asset(name) if facts is None else Asset(name, facts.uri, group=facts.group, extra=facts.extra)


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple, set)) else [given]
