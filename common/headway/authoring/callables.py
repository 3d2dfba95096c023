"""Calling a user's function with the parts of the context that it asks for."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence

    from headway.authoring.context import Context

log = logging.getLogger("headway.task")


@dataclass(frozen=True, slots=True)
class _Wants:
    """What a callable takes: ``by_position`` in order, ``by_name``, and everything if ``any_name``."""

    by_position: tuple[str, ...]
    by_name: frozenset[str]
    any_name: bool


_TAKES_NOTHING = _Wants((), frozenset(), any_name=False)
#: Weak, so that the functions of an old bundle version go when their modules go.
_known: WeakKeyDictionary[Any, _Wants] = WeakKeyDictionary()


def call_with_context(
    function: Callable[..., Any], op_args: Sequence[Any], op_kwargs: Mapping[str, Any], context: Context
) -> Any:
    """Call ``function`` with ``op_args``, ``op_kwargs`` and, for its further parameters, the context.

    A parameter named like a context key gets that value unless an argument was given for it; a
    ``**kwargs`` parameter gets the whole context. Keys of ``op_kwargs`` that the function does not take
    are left out with a warning, as DAG files written for Airflow expect. A coroutine function is awaited;
    of a generator function the returned value counts.
    """
    result = function(*op_args, **_keywords(function, op_args, op_kwargs, context))
    if inspect.iscoroutine(result):
        import asyncio

        return asyncio.run(result)
    if inspect.isgenerator(result) and inspect.isgeneratorfunction(inspect.unwrap(function)):
        return _drained(cast("Generator[Any, None, Any]", result), context)
    return result


def _drained(steps: Generator[Any, None, Any], context: Context) -> Any:
    """Run a function that yields to its end; the ``Metadata`` that it yields goes to its outlets' events."""
    from headway.authoring.asset_events import Metadata

    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        if isinstance(step, Metadata):
            step.apply(context["outlet_events"])
        else:
            log.warning("a task may yield Metadata of its outlets; the %s that it yielded is lost", type(step).__name__)


def narrow_keywords(
    function: Callable[..., Any],
    op_args: Sequence[Any],
    op_kwargs: Mapping[str, Any],
    context: Context,
    general: Collection[str],
) -> dict[str, Any]:
    """The keyword arguments of ``call_with_context``; a ``**kwargs`` parameter gets only the keys ``general``."""
    wants = _wants(function)
    if wants is None or not wants.any_name:
        return _keywords(function, op_args, op_kwargs, context)
    wanted = wants.by_name.union(general)
    narrow = {name: context[name] for name in context if name in wanted}  # looped over: old keys need no warning then
    return _keywords(function, op_args, op_kwargs, narrow)


def _keywords(
    function: Callable[..., Any], op_args: Sequence[Any], op_kwargs: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    wants = _wants(function)
    if wants is None:
        return dict(op_kwargs)
    taken = wants.by_position[: len(op_args)]
    if wants.any_name:
        return {**{name: value for name, value in context.items() if name not in taken}, **op_kwargs}
    for name in op_kwargs.keys() - wants.by_name:
        log.warning("op_kwargs has %r, which %s does not take", name, getattr(function, "__name__", function))
    free = wants.by_name.difference(taken, op_kwargs)
    from_context = {name: context[name] for name in free if name in context}
    return from_context | {name: value for name, value in op_kwargs.items() if name in wants.by_name}


def _wants(function: Callable[..., Any]) -> _Wants | None:
    try:
        found = _known.get(function)
    except TypeError:  # not hashable, or no weak references
        return _inspect(function)
    if found is None:
        found = _inspect(function)
        if found is not None and inspect.isfunction(function):
            _known[function] = found
    return found


def _inspect(function: Callable[..., Any]) -> _Wants | None:
    """What ``function`` takes, or None when that cannot be told (some functions written in C)."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if not parameters:
        return _TAKES_NOTHING
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return _Wants(
        by_position=tuple(one.name for one in parameters if one.kind in positional),
        by_name=frozenset(one.name for one in parameters if one.kind in named),
        any_name=any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters),
    )
