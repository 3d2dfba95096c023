"""Sequences whose elements are made when they are asked for: what mapped tasks leave behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


class LazySequence(Sequence[Any]):
    """Behaves like a list that cannot be changed; as an XCom it travels as a list. ``list(it)`` makes a real one."""

    def __len__(self) -> int:
        raise NotImplementedError

    def element(self, index: int) -> Any:
        """The element at ``index``, from 0 to the length."""
        raise NotImplementedError

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self.element(place) for place in range(*index.indices(len(self)))]
        place = index if index >= 0 else index + len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"index {index} of a sequence of {len(self)}")
        return self.element(place)

    def __iter__(self) -> Iterator[Any]:
        return (self.element(place) for place in range(len(self)))

    def __add__(self, other: Any) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (list, tuple, LazySequence)):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


class Computed(LazySequence):
    """``length`` elements, each computed from its index."""

    def __init__(self, length: int, compute: Callable[[int], Any]) -> None:
        self._length = length
        self._compute = compute

    def __len__(self) -> int:
        return self._length

    def element(self, index: int) -> Any:
        """Compute one."""
        return self._compute(index)


def elements(value: Any) -> Sequence[Any] | None:
    """What a task is mapped over: the elements of a list, the (key, value) pairs of a dictionary; None for the rest."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        return value
    return None
