"""``Variable``: named values that DAG files and tasks read, from a secrets backend or the metastore."""

from __future__ import annotations

import json
from typing import Any

from headway.authoring.queryable import Queryable
from headway.authoring.runtime import current_store, mask
from headway.authoring.secrets_backends import find_variable
from headway.authoring.sensitive import is_sensitive, secrets_in_json
from headway.errors import InvalidInput, NotFound

_MISSING: Any = object()


class VariableNotFoundError(NotFound, KeyError):
    """No variable has that key."""

    __str__ = NotFound.__str__  # KeyError would show only the quoted message


class Variable(metaclass=Queryable):
    """Airflow's ``Variable``: every call goes to the store of the process; nothing is kept."""

    record_view = "headway.airflow.inside.models:StoredVariable"

    def __init__(
        self, key: str | None = None, val: Any = None, description: str | None = None, is_encrypted: Any = None
    ) -> None:
        """A variable on its way to a session, which refuses it: ``Variable.set`` writes variables."""
        self.key = key
        self.val = val
        self.description = description

    @classmethod
    def get(
        cls,
        key: str,
        default_var: Any = _MISSING,
        deserialize_json: bool = False,
        *,
        default: Any = _MISSING,
    ) -> Any:
        """The variable's text, or what its JSON says with ``deserialize_json``.

        ``default`` (``default_var`` in older files) is returned when there is no such variable; without
        one ``VariableNotFoundError``, a ``KeyError``, is raised.
        """
        text = _look_up(key)
        if text is not None:
            return _from_json(key, text) if deserialize_json else text
        fallback = default if default is not _MISSING else default_var
        if fallback is _MISSING:
            raise VariableNotFoundError(
                f"there is no variable {key!r}",
                f"create it with `headway variables set {key} VALUE`, or give Variable.get a default",
            )
        return fallback

    @classmethod
    def set(cls, key: str, value: Any, description: str | None = None, serialize_json: bool = False) -> None:
        """Write a variable: ``str(value)``, or its JSON with ``serialize_json``."""
        text = json.dumps(value, indent=2) if serialize_json else str(value)
        _mask(key, text)
        current_store().variable_set(key, text, description)

    @classmethod
    def update(cls, key: str, value: Any, serialize_json: bool = False) -> None:
        """Write a variable that must exist; raises ``VariableNotFoundError``."""
        cls.get(key)
        cls.set(key, value, serialize_json=serialize_json)

    @classmethod
    def setdefault(cls, key: str, default: Any, description: str | None = None, deserialize_json: bool = False) -> Any:
        """The variable's value; when there is none, ``default`` is written and returned."""
        found = cls.get(key, default=None, deserialize_json=deserialize_json)
        if found is not None:
            return found
        cls.set(key, default, description, serialize_json=deserialize_json)
        return default

    @classmethod
    def delete(cls, key: str) -> int:
        """Delete a variable; how many there were (0 or 1)."""
        return int(current_store().variable_delete(key))


class VariableAccessor:
    """``var.value`` and ``var.json`` of the context: ``var.value.bucket``, ``var.json.get("x", {})``."""

    def __init__(self, deserialize_json: bool = False) -> None:
        self._deserialize_json = deserialize_json

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__"):
            raise AttributeError(key)
        return Variable.get(key, deserialize_json=self._deserialize_json)

    def __getitem__(self, key: str) -> Any:
        return Variable.get(key, deserialize_json=self._deserialize_json)

    def get(self, key: str, default_var: Any = None, default: Any = None) -> Any:
        """The variable, or the default when there is none."""
        fallback = default_var if default is None else default
        return Variable.get(key, default=fallback, deserialize_json=self._deserialize_json)


class Variables:
    """``var`` of the context."""

    value = VariableAccessor()
    json = VariableAccessor(deserialize_json=True)


def _look_up(key: str) -> str | None:
    text = find_variable(key)
    if text is None:
        text = current_store().variable_get(key)
    if text is not None:
        _mask(key, text)
    return text


def _mask(key: str, text: str) -> None:
    for secret in (text if is_sensitive(key) else "", *secrets_in_json(text)):
        mask(secret)


def _from_json(key: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            f"the variable {key!r} was asked for as JSON and is none: {error}",
            f"mend it with `headway variables set {key} JSON`, or read it without deserialize_json",
        ) from None
