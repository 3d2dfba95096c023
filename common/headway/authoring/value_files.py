"""Files of connections, variables and pools: what Airflow's ``export`` commands write, and people by hand.

The ending of the name says the form: ``.json``, ``.yaml`` or ``.yml``, ``.env``; a file with another ending is JSON
when it begins with ``{``, else env. Every error names the file and the entry, never a value. Forms of an entry::

    connection   a URI, or an object of its fields (``extra`` as text or object, ``extra_dejson``, ``conn_uri``)
    variable     a text, any other JSON value (stored as JSON text), or {"value": ..., "description": ...}
    pool         {"slots": 5, "description": "..."}

In an env file ``NAME=VALUE`` stands on each line. Where names begin with ``AIRFLOW_CONN_`` or ``AIRFLOW_VAR_``
(``HEADWAY_…`` too), only those count, without that beginning and in lower case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.authoring.connections import Connection
from headway.errors import InvalidInput
from headway.hooks.library import library

_KINDS = {"connection": ("AIRFLOW_CONN_", "HEADWAY_CONN_"), "variable": ("AIRFLOW_VAR_", "HEADWAY_VAR_")}


@dataclass(frozen=True, slots=True)
class VariableEntry:
    """A variable of a file; ``value`` as it is stored."""

    value: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A pool of a file; 0 slots: closed, -1: without a limit, as in Airflow."""

    slots: int
    description: str = ""


def read_connections(path: Path) -> dict[str, Connection]:
    """The connections of a file by id; raises ``InvalidInput``."""
    return {name: _connection(path, name, entry) for name, entry in _entries(path, "connection").items()}


def read_variables(path: Path) -> dict[str, VariableEntry]:
    """The variables of a file by key; raises ``InvalidInput``."""
    return {name: _variable(entry) for name, entry in _entries(path, "variable").items()}


def read_pools(path: Path) -> dict[str, PoolEntry]:
    """The pools of a file by name; raises ``InvalidInput``."""
    return {name: _pool(path, name, entry) for name, entry in _entries(path, "pool").items()}


def _connection(path: Path, name: str, entry: Any) -> Connection:
    if isinstance(entry, list) and len(entry) == 1:
        entry = entry[0]  # Airflow 1.10 could hold several connections of one id
    try:
        if isinstance(entry, str) and entry.lstrip().startswith("{"):
            entry = json.loads(entry)
        if isinstance(entry, str):
            return Connection(name, uri=entry)
        if isinstance(entry, Mapping):
            if uri := entry.get("conn_uri"):
                return Connection(name, uri=uri)
            extra = entry.get("extra_dejson") or entry.get("extra")
            return Connection.from_mapping(name, {**entry, "extra": extra or None})
    except InvalidInput as error:
        raise _bad(path, "connection", name, error.message) from None
    except ValueError:
        raise _bad(path, "connection", name, "it begins like JSON and is none") from None
    raise _bad(path, "connection", name, "it is neither a URI nor one object of fields")


def _variable(entry: Any) -> VariableEntry:
    description = None
    if isinstance(entry, Mapping) and "value" in entry and set(entry) <= {"value", "description"}:
        description, entry = entry.get("description"), entry["value"]
    return VariableEntry(entry if isinstance(entry, str) else json.dumps(entry), description)


def _pool(path: Path, name: str, entry: Any) -> PoolEntry:
    try:
        return PoolEntry(int(entry["slots"]), str(entry.get("description") or ""))
    except (TypeError, KeyError, ValueError, AttributeError):
        raise _bad(path, "pool", name, "it is no object with a number of slots") from None


def _entries(path: Path, kind: str) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}", "check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}", "check the file and its permissions") from None
    form = path.suffix.lower()
    if form in (".yaml", ".yml"):
        found = _yaml(path, text)
    elif form == ".json" or text.lstrip().startswith("{"):
        found = _json(path, text)
    else:
        return _environment(path, text, _KINDS.get(kind, ()))
    if not isinstance(found, dict):
        raise InvalidInput(
            f"{path}: expected an object with each {kind} by its name, got {type(found).__name__}", _EXPORT
        )
    return {str(name): entry for name, entry in found.items()}


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}", _EXPORT) from None


def _yaml(path: Path, text: str) -> Any:
    yaml = library("yaml", "yaml")
    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise InvalidInput(f"{path} is not YAML{line}", _EXPORT) from None


def _environment(path: Path, text: str, prefixes: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removeprefix("export ")
        if line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            if not equals:
                raise InvalidInput(f"{path}:{number}: expected NAME=VALUE", "mend this line")
            found[name.strip()] = _unquoted(value.strip())
    prefixed = {name[len(p) :].lower(): value for name, value in found.items() for p in prefixes if name.startswith(p)}
    return prefixed or found


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _bad(path: Path, kind: str, name: str, why: str) -> InvalidInput:
    return InvalidInput(f"{path}: {kind} {name!r}: {why}", _EXPORT)


_EXPORT = "write the file with Airflow's own export command, or mend it by hand"
