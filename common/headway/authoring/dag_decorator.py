"""``@dag``: a function whose calls make DAGs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, overload

from headway.authoring.current_file import fault
from headway.authoring.dag import DAG
from headway.authoring.params import NOTSET, Param

P = ParamSpec("P")


@overload
def dag(function: Callable[P, Any], /) -> Callable[P, DAG]: ...
@overload
def dag(dag_id: str = "", **arguments: Any) -> Callable[[Callable[P, Any]], Callable[P, DAG]]: ...
def dag(dag_id: Any = "", **arguments: Any) -> Any:
    """Make a function into a factory of DAGs: ``@dag`` or ``@dag(schedule="@daily", **DAG arguments)``.

    The function's name is the default ``dag_id``, its docstring the default ``doc_md``; its parameters
    become params of the DAG, and inside the function they stand for the values of the run.
    """
    if callable(dag_id):
        return _factory(dag_id, {})
    if dag_id:
        arguments["dag_id"] = dag_id
    return lambda function: _factory(function, arguments)


def _factory(function: Callable[..., Any], arguments: dict[str, Any]) -> Callable[..., DAG]:
    signature = inspect.signature(function)
    defaults = {"dag_id": function.__name__, "doc_md": inspect.getdoc(function)}

    @functools.wraps(function)
    def make(*args: Any, **kwargs: Any) -> DAG:
        given = _bound(function.__name__, signature, args, kwargs)
        with DAG(**{**defaults, **arguments}) as made:
            function(**{name: made.param(name, value) for name, value in given.items()})
        return made

    return make


def _bound(name: str, signature: inspect.Signature, args: Any, kwargs: Any) -> dict[str, Any]:
    """The value of each parameter; one without any becomes a param that a trigger must give."""
    try:
        bound = signature.bind_partial(*args, **kwargs)
    except TypeError as error:
        raise fault(f"call of DAG {name!r}: {error}", f"it is {name}{signature}") from None
    bound.apply_defaults()
    unset = Param(NOTSET)
    return {one: bound.arguments.get(one, unset) for one in signature.parameters}
