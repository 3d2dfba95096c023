"""Holding the value of a param against its JSON schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache, partial
from typing import Any

_FORMATS: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "time": time.fromisoformat,
}
_IN_WORDS = {
    "date": "a date (YYYY-MM-DD)",
    "date-time": "a date and time (ISO 8601)",
    "time": "a time (HH:MM:SS)",
    "email": "an e-mail address",
    "uri": "an address with its scheme (https://…)",
}
_TYPES_IN_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
#: What fits most schemas, the simplest first.
_EXAMPLES: tuple[Any, ...] = (
    "text",
    1,
    True,
    ["text"],
    [1],
    {},
    "2026-01-31",
    "2026-01-31T05:00:00Z",
    "05:00:00",
    "name@example.com",
    "…",
)


def problem(value: Any, schema: Mapping[str, Any]) -> str:
    """Why ``value`` (as JSON holds it) does not fit ``schema``, or an empty text.

    A schema that no value could be held against is a problem, too.
    """
    if not schema:
        return ""
    from jsonschema.exceptions import SchemaError, best_match
    from referencing.exceptions import Unresolvable

    try:
        found = best_match(_validator(schema).iter_errors(value))
    except SchemaError as error:
        return f"its schema is no JSON schema: {error.message}"
    except Unresolvable as error:
        return f"its schema refers to {error.ref!r}, which is not part of it"
    except RecursionError:
        return "its schema refers to itself without end"
    if found is None:
        return ""
    where = "".join(f"[{part!r}]" for part in found.absolute_path)
    wanted = _wanted(found.validator, found.validator_value)
    text = f"expected {wanted}, got {found.instance!r}" if wanted else found.message
    return f"{text}{f' (at {where})' if where else ''}"


def _wanted(keyword: str, value: Any) -> str | None:
    """What a type or a format asks for, in words; None for other keywords."""
    if keyword == "format":
        return _IN_WORDS.get(value)
    if keyword == "type":
        return " or ".join(_TYPES_IN_WORDS[name] for name in ([value] if isinstance(value, str) else value))
    return None


def _validator(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from referencing.jsonschema import EMPTY_REGISTRY

    Draft202012Validator.check_schema(schema)
    # Without a registry of ours it would fetch what the schema refers to, from wherever its author says.
    return Draft202012Validator(schema, registry=EMPTY_REGISTRY, format_checker=_format_checker())


@cache
def _format_checker() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker()
    for name, read in _FORMATS.items():
        checker.checks(name, raises=ValueError)(partial(_reads, read))
    return checker


def _reads(read: Callable[[str], Any], value: Any) -> bool:
    return not isinstance(value, str) or read(value) is not None


def faults(params: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the params of a run, by name: those of a DAG's structure, with the values that are given.

    A param without a value must be given; a param whose value is given is held against its schema.
    """
    found = {}
    for name, param in params.items():
        if name not in given and "value" not in param:
            found[name] = "has no default and must be given"
        elif text := problem(given.get(name, param.get("value")), param["schema"]):
            found[name] = text
    return found


def example(param: Mapping[str, Any]) -> Any:
    """A value for a param of a DAG's structure: its own, one that its schema names, else the simplest that fits."""
    schema = param["schema"]
    own = [param["value"]] if "value" in param else []
    named = [value for key in ("examples", "enum") if isinstance(schema.get(key), list) for value in schema[key]]
    return next((value for value in (*own, *named, *_EXAMPLES) if not problem(value, schema)), "…")


def in_order(params: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The params of a structure as their author wrote them down; those of older structures have no position."""
    return dict(sorted(params.items(), key=lambda item: item[1].get("position", 0)))


def told(faults: Mapping[str, str]) -> str:
    """Faults of params in one line."""
    return "; ".join(f"param {name!r}: {text}" for name, text in faults.items())
