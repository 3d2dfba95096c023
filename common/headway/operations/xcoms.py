"""XComs as people look at them: plain JSON, never an object, so that looking at a value runs nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from headway.authoring.tagged_json import TAG
from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import xcoms
from headway.metastore.queries.xcoms import XComEntry
from headway.operations.nearest import nearest


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as JSON; ``type`` is what it was. ``truncated``: ``value`` is the first part of its text."""

    entry: XComEntry
    value: Any
    type: str
    truncated: bool


def value_of(conn: Connection, ti: int, key: str, *, max_size: int) -> ShownValue:
    """One XCom of a task instance; of one that has more than ``max_size`` characters the beginning.

    Raises ``NotFound``.
    """
    found = xcoms.value(conn, ti, key, characters=max_size + 1)
    if found is None:
        keys = [entry.key for entry in xcoms.entries(conn, ti)]
        known = f"it has {', '.join(map(repr, keys))}" if keys else "it has left none"
        raise NotFound(f"the task instance has no XCom {key!r}", nearest(key, keys) or known)
    if len(found.text) > max_size:
        return ShownValue(found.entry, found.text[:max_size], _kind_of_text(found.text), truncated=True)
    packed = json.loads(found.text)
    return ShownValue(found.entry, plain(packed), kind(packed), truncated=False)


def kind(packed: Any) -> str:
    """What a value was, by its packed form: ``dict``, ``datetime``, …"""
    if isinstance(packed, dict) and isinstance(packed.get(TAG), str):
        tag: str = packed[TAG]
        return "dict" if tag == "map" else tag
    return "null" if packed is None else type(packed).__name__


def plain(packed: Any) -> Any:
    """A packed value as JSON that people can read: times as ISO 8601, sets and tuples as lists, the rest as text."""
    if isinstance(packed, list):
        return [plain(item) for item in packed]
    if not isinstance(packed, dict):
        return packed
    if TAG not in packed:
        return {key: plain(item) for key, item in packed.items()}
    return _untagged(packed[TAG], packed.get("value"))


def _untagged(tag: Any, value: Any) -> Any:
    if tag == "map" and isinstance(value, list):
        return {_name(key): plain(item) for key, item in value}
    if tag in ("tuple", "set", "frozenset"):
        return plain(value)
    if tag == "datetime" and isinstance(value, list):
        wall, zone = value[:2]
        return f"{wall}[{zone}]" if zone else wall
    if tag == "timedelta" and isinstance(value, list):
        days, seconds, micros = value
        return f"{days * 86_400 + seconds + micros / 1e6:g} seconds"
    if tag == "data_frame" and isinstance(value, dict):
        return {"rows": value.get("rows"), "columns": value.get("columns")}
    return plain(value)


def _name(key: Any) -> str:
    shown = plain(key)
    return shown if isinstance(shown, str) else json.dumps(shown)


def _kind_of_text(text: str) -> str:
    return {"{": "dict", "[": "list", '"': "str"}.get(text[:1], "float")
