"""How many instances a mapped task has: from the lengths of the results that it is mapped over.

What a task is mapped over is described as data, a *spec*::

    {"kind": "known", "length": 3}                                   a list or dictionary in the DAG file
    {"kind": "result", "task": "files", "key": "return_value"}       an XCom: a list, or a mapped task's results
    {"kind": "product" | "zip" | "zip_longest" | "concat", "of": [specs]}

So nobody needs the values themselves, or the user's code, to know how many instances there will be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

Spec = Mapping[str, Any]

#: A result that a spec refers to: the task's id and the XCom's key.
Source = tuple[str, str]

_COMBINED: dict[str, Callable[[Sequence[int]], int]] = {
    "product": prod,
    "zip": min,
    "zip_longest": max,
    "concat": sum,
}


def sources(spec: Spec) -> Iterator[Source]:
    """Every result that the length depends on."""
    if spec["kind"] == "result":
        yield spec["task"], spec["key"]
    for part in spec.get("of", ()):
        yield from sources(part)


def length(spec: Spec, known: Mapping[Source, int]) -> int:
    """The number of instances, given the lengths of the sources; raises ``KeyError`` for one that is not known."""
    if spec["kind"] == "known":
        return int(spec["length"])
    if spec["kind"] == "result":
        return known[spec["task"], spec["key"]]
    return _COMBINED[spec["kind"]]([length(part, known) for part in spec["of"]])
