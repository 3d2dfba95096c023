"""Rendered template fields as people see them: bounded texts, without what is known to be secret by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from headway.authoring.sensitive import is_sensitive

#: Characters of one field that are kept, and how many fields.
LONGEST, MOST = 4096, 50

_HIDDEN = "***"
_CUT = "… (cut here)"


def rendered_fields(task: Any, mask: Callable[[str], str]) -> dict[str, str]:
    """The template fields of a rendered task that have a value, by name; ``mask`` takes known secrets out."""
    names = [name for name in task.template_fields if getattr(task, name, None) is not None]
    return {name: _shown(name, getattr(task, name), mask) for name in names[:MOST]}


def _shown(name: str, value: Any, mask: Callable[[str], str]) -> str:
    if is_sensitive(name):
        return _HIDDEN
    text = value[: 2 * LONGEST] if isinstance(value, str) else _as_json(value)
    clean = mask(text.replace("\0", "\ufffd").encode("utf-8", "replace").decode())
    return clean if len(clean) <= LONGEST else clean[:LONGEST] + _CUT


def _as_json(value: Any) -> str:
    """The beginning of a value as JSON; only so much of it is looked at as will be shown."""
    pieces: list[str] = []
    room = 2 * LONGEST
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, indent=2, default=_other).iterencode(_open(value)):
            pieces.append(piece[:room])
            room -= len(pieces[-1])
            if room <= 0:
                break
    except Exception:  # noqa: BLE001  (a value's own code may raise anything, and the task must go on)
        return f"<{type(value).__name__}>"
    return "".join(pieces)


def _open(value: Any) -> Any:
    """Plain containers without what their keys call secret; what is in others is not looked at."""
    if type(value) is dict:
        items = islice(value.items(), LONGEST)
        return {key: _HIDDEN if each and is_sensitive(str(key)) else _open(each) for key, each in items}
    if type(value) in (list, tuple):
        return [_open(each) for each in value[:LONGEST]]
    return value


def _other(value: Any) -> str:
    """What JSON does not know; containers of other kinds by their type, as to look into them may mean to fetch."""
    if isinstance(value, (Mapping, Sequence, set, frozenset)) and not isinstance(value, (bytes, bytearray)):
        return f"<{type(value).__name__}>"
    return str(value)[: 2 * LONGEST]
