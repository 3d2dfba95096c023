"""Secrets inside values that people may see otherwise: hidden on the way out, kept on the way back in."""

from __future__ import annotations

import json
from typing import Any

from headway.authoring.sensitive import is_sensitive
from headway.authoring.tagged_json import MAX_DEPTH
from headway.urls import MASK


def redacted(value: Any, depth: int = 0) -> Any:
    """Plain data with the value of every sensitive key replaced by ``***``, and what stands deeper than it may."""
    if depth > MAX_DEPTH:
        return MASK
    if isinstance(value, dict):
        return {
            key: MASK if is_sensitive(str(key)) and each else redacted(each, depth + 1) for key, each in value.items()
        }
    return [redacted(each, depth + 1) for each in value] if isinstance(value, list) else value


def redacted_text(text: str) -> str:
    """A text as it is, unless it is a JSON object or list with secrets in it."""
    found = _structure(text)
    if found is None:
        return text
    shown = redacted(found)
    return text if shown == found else json.dumps(shown)


def restored_text(text: str, stored: str | None) -> str:
    """A text that was shown redacted and came back: each ``***`` stands for what is stored in its place."""
    found, before = _structure(text), _structure(stored or "")
    if found is None or before is None:
        return text
    whole = _restored(found, before)
    return text if whole == found else json.dumps(whole)


def _restored(value: Any, stored: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        return stored if value == MASK else value
    if isinstance(value, dict) and isinstance(stored, dict):
        return {
            key: stored[key] if each == MASK and key in stored else _restored(each, stored.get(key), depth + 1)
            for key, each in value.items()
        }
    if isinstance(value, list) and isinstance(stored, list) and len(value) == len(stored):
        return [_restored(each, before, depth + 1) for each, before in zip(value, stored, strict=True)]
    return value


def _structure(text: str) -> dict[str, Any] | list[Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None
