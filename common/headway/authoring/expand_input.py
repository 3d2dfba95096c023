"""What a task or group is mapped over, as ``expand`` and ``expand_kwargs`` are given it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import fault
from headway.authoring.lazy_sequence import elements
from headway.authoring.xcom_arg import Resolvable, XComValue, references
from headway.errors import XComError

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one map index; those in ``results`` come from other tasks: they are never templates."""

    values: dict[str, Any]
    results: frozenset[str]


class ExpandInput(ABC):
    """What something is mapped over."""

    @abstractmethod
    def length_spec(self) -> dict[str, Any]:
        """How many elements there are, as ``headway.flow.lengths`` describes it."""

    @abstractmethod
    def operators(self) -> Iterator[BaseOperator]:
        """The tasks whose results it takes."""

    @abstractmethod
    def names(self) -> set[str] | None:
        """The arguments that it gives; None when only a running task can tell."""

    @abstractmethod
    def arguments(self, context: Mapping[str, Any], map_index: int) -> Arguments:
        """The arguments of one instance; raises ``XComError`` when the index is past the end."""


class Product(ExpandInput):
    """``expand(a=..., b=...)``: every combination of the elements, the last argument turning fastest."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def length_spec(self) -> dict[str, Any]:
        """The product of all lengths."""
        specs = [_length_spec(value) for value in self._given.values()]
        return specs[0] if len(specs) == 1 else {"kind": "product", "of": specs}

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks of all arguments."""
        for value in self._given.values():
            yield from references(value)

    def names(self) -> set[str]:
        """The arguments."""
        return set(self._given)

    def arguments(self, context: Mapping[str, Any], map_index: int) -> Arguments:
        """One element of each."""
        sources = {name: _elements(value, context) for name, value in self._given.items()}
        _check_index(map_index, prod(map(len, sources.values())))
        values: dict[str, Any] = {}
        for name, source in reversed(sources.items()):
            map_index, place = divmod(map_index, len(source))
            values[name] = source[place]
        results = frozenset(name for name, value in self._given.items() if isinstance(value, Resolvable))
        return Arguments({name: values[name] for name in self._given}, results)


class Records(ExpandInput):
    """``expand_kwargs([...])``: each element is a dictionary with the arguments of one instance."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def length_spec(self) -> dict[str, Any]:
        """That of the list."""
        return _length_spec(self._given)

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks whose results are the list or lie in it."""
        return references(self._given)

    def names(self) -> set[str] | None:
        """Those of all dictionaries together."""
        if isinstance(self._given, Resolvable):
            return None
        return set().union(*self._given)

    def arguments(self, context: Mapping[str, Any], map_index: int) -> Arguments:
        """The dictionary at the index."""
        source = _elements(self._given, context)
        _check_index(map_index, len(source))
        found = source[map_index]
        if not isinstance(found, Mapping) or not all(isinstance(name, str) for name in found):
            text = f"element {map_index} of what expand_kwargs() got is {type(found).__name__}, not a dictionary"
            raise XComError(text, "each element must be a dictionary from argument names to values")
        is_result = isinstance(self._given, Resolvable)
        return Arguments(dict(found), frozenset(found) if is_result else frozenset())


def product(what: str, given: Mapping[str, Any]) -> Product:
    """What ``expand(**given)`` of ``what`` maps over; refuses what cannot be mapped over."""
    if not given:
        raise fault(f"{what}.expand() got nothing to map over", "pass a list for an argument: expand(name=[...])")
    for name, value in given.items():
        _check_mappable(f"{what}.expand({name}=...)", value)
    return Product(given)


def records(what: str, given: Any) -> Records:
    """What ``expand_kwargs(given)`` of ``what`` maps over; refuses what cannot be mapped over."""
    call = f"{what}.expand_kwargs()"
    if isinstance(given, (list, tuple)):
        for place, one in enumerate(given):
            if not isinstance(one, Mapping):
                text = f"{call}: element {place} is {type(one).__name__}, not a dictionary"
                raise fault(text, 'pass a list like [{"name": value}, ...]')
    elif not isinstance(given, XComValue):
        text = f"{call} expected a list of dictionaries or the output of a task, got {type(given).__name__}"
        raise fault(text, 'pass a list like [{"name": value}, ...]')
    return Records(given)


def _check_mappable(call: str, value: Any) -> None:
    if isinstance(value, XComValue) or (not isinstance(value, Resolvable) and elements(value) is not None):
        return
    if isinstance(value, Resolvable):
        text = f"{call}: a value that the group is mapped over cannot be mapped over again"
        raise fault(text, "map the group over all combinations, or loop inside one task")
    text = f"{call} expected a list, a dictionary or the output of a task, got {type(value).__name__}"
    raise fault(text, "pass what is the same for all instances through partial()")


def _length_spec(value: Any) -> dict[str, Any]:
    if isinstance(value, XComValue):
        return value.length_spec()
    return {"kind": "known", "length": len(value)}


def _elements(value: Any, context: Mapping[str, Any]) -> Sequence[Any]:
    found = value.elements(context) if isinstance(value, XComValue) else elements(value)
    assert found is not None
    return found


def _check_index(map_index: int, length: int) -> None:
    if map_index >= length:
        text = f"map index {map_index} is past the end: what the task is mapped over has only {length} elements now"
        raise XComError(text, "clear the mapped task as a whole, so that it gets the right number of instances")
