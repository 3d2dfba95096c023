"""Params: the values of a DAG that whoever triggers it may change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from headway.authoring.param_schema import faults, problem, told
from headway.authoring.xcom_arg import Resolvable


class NoValue:
    """The mark of a Param without a default: it must be given when the DAG is triggered."""

    def __repr__(self) -> str:
        return "NOTSET"


NOTSET = NoValue()


class Param:
    """A default value with a JSON schema: ``Param(5, type="integer", minimum=1, description="How many")``."""

    def __init__(
        self, default: Any = NOTSET, description: str | None = None, *, source: str | None = None, **schema: Any
    ) -> None:
        self.value = default
        self.description = description
        self.schema: dict[str, Any] = schema.pop("schema", None) or schema
        self.source = source

    @property
    def has_value(self) -> bool:
        """Whether it has a default."""
        return self.value is not NOTSET

    def resolve(self, value: Any = NOTSET, suppress_exception: bool = False) -> Any:
        """The value to use when ``value`` was given; raises ValueError when there is none or it does not fit."""
        chosen = self.value if value is NOTSET else value
        if suppress_exception:
            return None if chosen is NOTSET else chosen
        if chosen is NOTSET:
            raise ValueError("the param has no default and none was given")
        if text := problem(plain(chosen), self.schema):
            raise ValueError(text)
        return chosen

    def describe(self) -> dict[str, Any]:
        """As the structure of a DAG holds it: ``{"value": ..., "schema": {...}}``; no value, no such key."""
        schema = {**self.schema}
        if self.description:
            schema.setdefault("description", self.description)
        return {"schema": schema} | ({"value": plain(self.value)} if self.has_value else {})

    def __repr__(self) -> str:
        return f"Param({self.value!r})"


class ParamsDict(MutableMapping[str, Any]):
    """Params by name; reading one gives its value."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self._params: dict[str, Param] = {}
        self.update(given.params() if isinstance(given, ParamsDict) else given or {})

    def __getitem__(self, name: str) -> Any:
        return self._params[name].resolve(suppress_exception=True)

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, Param):
            self._params[name] = value
        elif name in self._params:
            old = self._params[name]
            self._params[name] = Param(value, old.description, source=old.source, **old.schema)
        else:
            self._params[name] = Param(value)

    def __delitem__(self, name: str) -> None:
        del self._params[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def params(self) -> dict[str, Param]:
        """The Param objects by name."""
        return dict(self._params)

    def get_param(self, name: str) -> Param:
        """The Param object of this name."""
        return self._params[name]

    def describe(self) -> dict[str, dict[str, Any]]:
        """As the structure of a DAG holds them, each with its position, for JSONB keeps no order.

        Raises ValueError for a value that JSON cannot hold.
        """
        found = {}
        for position, (name, param) in enumerate(self._params.items()):
            try:
                found[name] = {**param.describe(), "position": position}
            except ValueError as error:
                raise ValueError(f"param {name!r}: {error}") from None
        return found

    def validate(self) -> dict[str, Any]:
        """The values by name; raises ValueError when one is missing or does not fit its schema."""
        found = faults(self.describe(), {})
        if found:
            raise ValueError(told(found))
        return self.dump()

    def dump(self) -> dict[str, Any]:
        """The values by name."""
        return {name: self[name] for name in self}

    def __repr__(self) -> str:
        return repr(self.dump())


class DagParam(Resolvable):
    """Stands for a param's value in the arguments of a task: ``dag.param("name")``."""

    def __init__(self, name: str, default: Any = NOTSET) -> None:
        self.name = name
        self.default = default

    def resolve(self, context: Mapping[str, Any]) -> Any:
        """The value that this run was given, else the default."""
        params = context["params"]
        if self.name in params:
            return params[self.name]
        if self.default is NOTSET:
            raise KeyError(f"param {self.name!r} has neither a value nor a default")
        return self.default


def plain(value: Any) -> Any:
    """A value as JSON holds it; dates become ISO 8601 texts. Raises ValueError for what JSON cannot hold."""
    try:
        return json.loads(json.dumps(value, default=_plain_leaf))
    except TypeError as error:
        raise ValueError(f"expected a value that JSON can hold: {error}") from None


def _plain_leaf(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is none")
