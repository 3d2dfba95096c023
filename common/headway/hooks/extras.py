"""Values of a connection's ``extra``: a URI's query can only write them as texts."""

from __future__ import annotations

import json
from typing import Any


def typed(value: Any) -> Any:
    """The number, boolean or object that a text means (``30``, ``true``, ``{"http": "…"}``); else ``value`` itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value.lower() if value in ("True", "False") else value)
    except ValueError:
        return value
