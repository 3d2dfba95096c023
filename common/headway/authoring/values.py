"""Checks and conversions of the values that authors pass; each raises ``ValueError("expected …")``.

A converter takes the given value and returns the one to keep. The caller adds whose argument it was.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from headway.authoring.defaults import default_zone

Converter = Callable[[Any], Any]

MAX_ID_LENGTH = 250
_ID = re.compile(r"[\w.-]+")


def bad(expected: str, value: object) -> ValueError:
    """The error of every converter: what was expected and what came."""
    text = repr(value)
    return ValueError(f"expected {expected}, got {text if len(text) <= 80 else text[:77] + '...'}")


def anything(value: Any) -> Any:
    """Keep the value as it is."""
    return value


def identifier(value: Any) -> str:
    """An id of a DAG, task or group."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise bad("letters, digits, '_', '-' and '.'", value)
    if len(value) > MAX_ID_LENGTH:
        raise bad(f"at most {MAX_ID_LENGTH} characters", value)
    return value


def name(value: Any) -> str:
    """A text that is not empty and fits a name column."""
    if not isinstance(value, str) or not value.strip() or len(value) > 256:
        raise bad("a name of 1 to 256 characters", value)
    return value


def optional_text(value: Any) -> str | None:
    """A text, or None."""
    if value is not None and not isinstance(value, str):
        raise bad("a text", value)
    return value


def flag(value: Any) -> bool:
    """True or False; 0, 1, None and the texts "true" and "false" are taken for them."""
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    if value is None or isinstance(value, bool) or value in (0, 1):
        return bool(value)
    raise bad("True or False", value)


def optional_flag(value: Any) -> bool | None:
    """True, False or None."""
    return None if value is None else flag(value)


def whole(minimum: int | None = None) -> Converter:
    """A whole number of at least ``minimum``; digits in quotes are taken too."""
    expected = "a whole number" if minimum is None else f"a whole number of at least {minimum}"

    def convert(value: Any) -> int:
        number = _as_whole(value, expected)
        if minimum is not None and number < minimum:
            raise bad(expected, value)
        return number

    return convert


def _as_whole(value: Any, expected: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+\s*", value):
        return int(value)
    raise bad(expected, value)


def optional(convert: Converter) -> Converter:
    """``convert``, or None."""
    return lambda value: None if value is None else convert(value)


def duration(value: Any) -> timedelta:
    """A timedelta of zero or more; a plain number means seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        value = timedelta(seconds=value)
    return exact_duration(value)


def exact_duration(value: Any) -> timedelta:
    """A timedelta of zero or more."""
    if not isinstance(value, timedelta) or value < timedelta(0):
        raise bad("a timedelta of zero or more, like timedelta(minutes=5)", value)
    return value


def backoff(value: Any) -> float | bool:
    """The factor by which each retry waits longer: True means 2, False or 0 none."""
    if isinstance(value, bool) or value is None:
        return 2.0 if value else False
    if isinstance(value, (int, float)) and value >= 0:
        return float(value) or False
    raise bad("True, False or a factor such as 2", value)


def moment(value: Any) -> datetime:
    """A point in time; one without a time zone is in the default one. ISO 8601 texts and dates are taken too."""
    if isinstance(value, str):
        value = _parse_iso(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if not isinstance(value, datetime):
        raise bad("a datetime", value)
    return value if value.tzinfo else value.replace(tzinfo=default_zone())


def _parse_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_loosely(text)


def _parse_loosely(text: str) -> datetime:
    """What people write who do not know ISO 8601; Airflow takes it, too."""
    import pendulum

    try:
        found = pendulum.parse(text, strict=False)
    except ValueError:
        found = None
    if not isinstance(found, datetime):
        raise bad("a datetime or an ISO 8601 text like '2024-01-31'", text)
    return found


def callbacks(value: Any) -> Any:
    """A function or a list of functions to call; kept as given."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    if value is not None and not all(callable(one) for one in listed):
        raise bad("a function, a notifier or a list of them", value)
    return value


def mapping(value: Any) -> dict[str, Any]:
    """A dictionary; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise bad("a dictionary", value)
    return dict(value)


def texts(value: Any) -> list[str]:
    """Texts in the order given, each once; None is none, a single text is one."""
    if value is None:
        return []
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Iterable):
        raise bad("a list of texts", value)
    found = list(dict.fromkeys(sorted(listed) if isinstance(listed, (set, frozenset)) else listed))
    if not all(isinstance(one, str) for one in found):
        raise bad("a list of texts", value)
    return found


def one_of(*allowed: Any) -> Converter:
    """One of the values listed."""

    def convert(value: Any) -> Any:
        if value not in allowed:
            raise bad("one of " + ", ".join(repr(choice) for choice in allowed), value)
        return value

    return convert
