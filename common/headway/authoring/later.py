"""A value that is looked up when it is first used."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MISSING: Any = object()


class Later:
    """Stands for the value that ``compute`` returns and behaves like it, but for ``is`` and ``type()``.

    A function that takes ``**kwargs`` gets every context key; those that would cost a look-up in the
    metastore are given to it in this form.
    """

    __slots__ = ("_compute", "_value")

    def __init__(self, compute: Callable[[], Any]) -> None:
        object.__setattr__(self, "_compute", compute)
        object.__setattr__(self, "_value", _MISSING)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(value_of(self))

    def __getattr__(self, name: str) -> Any:
        return getattr(value_of(self), name)


def value_of(value: Any) -> Any:
    """``value``, or what it stands for."""
    if type(value) is not Later:
        return value
    if value._value is _MISSING:
        object.__setattr__(value, "_value", value._compute())
    return value._value


def _forwarded(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Later, *args: Any) -> Any:
        return function(value_of(self), *map(value_of, args))

    return method


# Python looks operators up on the class, never on the instance, so __getattr__ cannot serve them.
_OPERATORS: dict[str, Callable[..., Any]] = {
    "__add__": operator.add,
    "__bool__": bool,
    "__contains__": operator.contains,
    "__eq__": operator.eq,
    "__format__": format,
    "__ge__": operator.ge,
    "__getitem__": operator.getitem,
    "__gt__": operator.gt,
    "__hash__": hash,
    "__iter__": iter,
    "__le__": operator.le,
    "__len__": len,
    "__lt__": operator.lt,
    "__ne__": operator.ne,
    "__radd__": lambda value, other: other + value,
    "__repr__": repr,
    "__rsub__": lambda value, other: other - value,
    "__str__": str,
    "__sub__": operator.sub,
}
for _name, _function in _OPERATORS.items():
    setattr(Later, _name, _forwarded(_function))
