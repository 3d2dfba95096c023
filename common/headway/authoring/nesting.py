"""How deep plain data may be nested: no deeper than whatever reads it later can follow."""

from __future__ import annotations

from typing import Any

from headway.authoring.tagged_json import MAX_DEPTH

TOO_DEEP = f"nested more than {MAX_DEPTH} deep, or contained in itself"


def is_too_deep(value: Any) -> bool:
    """Whether something in ``value`` stands in more than ``MAX_DEPTH`` lists and objects, or in itself."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = list({id(inner): inner for outer in level for inner in _inside(outer)}.values())
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    """The lists and objects that stand right in ``value``."""
    found = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [each for each in found if isinstance(each, (dict, list, tuple))]
