"""JSON that people write on a command line."""

from __future__ import annotations

import json
from typing import Any

from headway.errors import InvalidInput


def json_object(option: str, text: str | None) -> dict[str, Any] | None:
    """The JSON of ``option``, None when it was not given; raises ``InvalidInput`` for what is no JSON."""
    if text is None:
        return None
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            f"{option} is not JSON: {error}", """write it as '{"name": "value"}', in single quotes"""
        ) from None
    return found
