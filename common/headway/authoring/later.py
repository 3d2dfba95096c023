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


def _forwarded(name: str) -> Callable[..., Any]:
    def method(self: Later, *args: Any) -> Any:
        function = getattr(operator, name, None)
        others = [value_of(argument) for argument in args]
        if function is not None:
            return function(value_of(self), *others)
        return getattr(value_of(self), name)(*others)

    method.__name__ = name
    return method


# Python looks operators up on the class, never on the instance, so __getattr__ cannot serve them.
for _name in (
    "__add__", "__sub__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__",
    "__getitem__", "__contains__", "__radd__", "__rsub__", "__str__", "__repr__", "__format__", "__hash__",
    "__iter__", "__len__",
):  # fmt: skip
    setattr(Later, _name, _forwarded(_name))
Later.__bool__ = lambda self: bool(value_of(self))  # type: ignore[attr-defined]
