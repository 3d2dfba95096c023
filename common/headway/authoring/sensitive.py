"""Which names announce a secret: their values are masked in logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_WORDS = (
    "access_token", "api_key", "apikey", "authorization", "credential", "keyfile_dict", "passphrase",
    "passwd", "password", "private_key", "secret", "service_account", "token",
)  # fmt: skip


def is_sensitive(name: str) -> bool:
    """Whether a variable, an extra field or an argument of that name holds a secret."""
    lowered = name.strip().lower().replace("-", "_")
    return any(word in lowered for word in _WORDS)


def secret_texts(value: Any, *, hidden: bool = False) -> Iterator[str]:
    """The texts that stand, however deep, under a sensitive key of plain data; all of them if it is ``hidden``."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from secret_texts(each, hidden=hidden or is_sensitive(str(key)))
    elif isinstance(value, list):
        for each in value:
            yield from secret_texts(each, hidden=hidden)
    elif hidden and isinstance(value, str) and value:
        yield value


def secrets_in_json(text: str) -> list[str]:
    """``secret_texts`` of a text that is a JSON object or list; of any other none."""
    if not text.lstrip().startswith(("{", "[")):
        return []
    try:
        return list(secret_texts(json.loads(text)))
    except (ValueError, RecursionError):
        return []
