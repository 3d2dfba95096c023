"""``.map()``, ``.zip()`` and ``.concat()`` of task results: computed where an element is used."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from headway.authoring.current_file import fault
from headway.authoring.lazy_sequence import Computed
from headway.authoring.xcom_arg import NOTHING, XComValue

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator


class _Derived(XComValue):
    """A value made from others, its ``parts``; used as a plain argument it is the sequence of its elements."""

    def __init__(self, parts: Sequence[XComValue]) -> None:
        for part in parts:
            if not isinstance(part, XComValue):
                text = f"expected the outputs of tasks, got {type(part).__name__}"
                raise fault(text, "let a task return the list, and pass what its call gives")
        self._parts = parts

    def operators(self) -> Iterator[BaseOperator]:
        """The tasks of all parts, each once."""
        found = itertools.chain.from_iterable(part.operators() for part in self._parts)
        return iter(dict.fromkeys(found))

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """The elements."""
        return self.elements(context)

    def _of_parts(self, context: Mapping[str, Any]) -> list[Sequence[Any]]:
        return [part.elements(context) for part in self._parts]

    def _specs(self) -> list[dict[str, Any]]:
        return [part.length_spec() for part in self._parts]


class MapXComArg(_Derived):
    """The elements of ``part`` after ``function``, which runs in the task that uses them.

    A function that raises ``AirflowSkipException`` skips the mapped task instance of that element.
    """

    def __init__(self, part: XComValue, function: Callable[[Any], Any]) -> None:
        super().__init__([part])
        if not callable(function) or hasattr(function, "override"):
            text = f"map() expected a plain function, got {function!r}"
            raise fault(text, "pass a function without @task: it is called for each element")
        self._function = function

    def length_spec(self) -> dict[str, Any]:
        """As many as there were."""
        return self._parts[0].length_spec()

    def elements(self, context: Mapping[str, Any]) -> Sequence[Any]:
        """Each computed when it is used."""
        (values,) = self._of_parts(context)
        return Computed(len(values), lambda index: self._function(values[index]))

    def __repr__(self) -> str:
        name = getattr(self._function, "__name__", "...")
        return f"{self._parts[0]!r}.map({name})"


class ZipXComArg(_Derived):
    """Tuples with one element of each part."""

    def __init__(self, parts: Sequence[XComValue], fillvalue: Any = NOTHING) -> None:
        super().__init__(parts)
        self._fill = fillvalue

    def length_spec(self) -> dict[str, Any]:
        """That of the shortest part, or of the longest if the others are filled up."""
        return {"kind": "zip" if self._fill is NOTHING else "zip_longest", "of": self._specs()}

    def elements(self, context: Mapping[str, Any]) -> Sequence[Any]:
        """The tuples."""
        parts = self._of_parts(context)
        choose = min if self._fill is NOTHING else max
        return Computed(choose(map(len, parts)), lambda index: tuple(self._element(part, index) for part in parts))

    def _element(self, part: Sequence[Any], index: int) -> Any:
        return part[index] if index < len(part) else self._fill

    def __repr__(self) -> str:
        return f"{self._parts[0]!r}.zip({', '.join(map(repr, self._parts[1:]))})"


class ConcatXComArg(_Derived):
    """The elements of each part, one part behind the other."""

    def length_spec(self) -> dict[str, Any]:
        """All of them."""
        return {"kind": "concat", "of": self._specs()}

    def elements(self, context: Mapping[str, Any]) -> Sequence[Any]:
        """One behind the other."""
        parts = self._of_parts(context)
        return Computed(sum(map(len, parts)), lambda index: _at(parts, index))

    def __repr__(self) -> str:
        return f"{self._parts[0]!r}.concat({', '.join(map(repr, self._parts[1:]))})"


def _at(parts: Sequence[Sequence[Any]], index: int) -> Any:
    for part in parts:
        if index < len(part):
            return part[index]
        index -= len(part)
    raise IndexError(index)
