"""Mapped tasks as people read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_JOINTS = {"product": " x ", "zip": " with ", "zip_longest": " with ", "concat": " and "}


def over_text(mapped: Mapping[str, Any] | None) -> str:
    """What a task is mapped over, from its structure: ``files x 3 elements``; empty for one that is not mapped."""
    return _text(mapped["over"]) if mapped else ""


def _text(spec: Mapping[str, Any]) -> str:
    if spec["kind"] == "known":
        return "1 element" if spec["length"] == 1 else f"{spec['length']} elements"
    if spec["kind"] == "result":
        return str(spec["task"]) if spec["key"] == "return_value" else f"{spec['task']}[{spec['key']!r}]"
    return _JOINTS[spec["kind"]].join(_text(part) for part in spec["of"])


def ranges(indexes: Iterable[int]) -> str:
    """Numbers in short: ``0-3, 7``."""
    found: list[list[int]] = []
    for index in sorted(indexes):
        if found and index == found[-1][1] + 1:
            found[-1][1] = index
        else:
            found.append([index, index])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
