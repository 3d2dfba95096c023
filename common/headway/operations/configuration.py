"""Every setting with its value, where that comes from and what it is for."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from headway.airflow_settings import airflow_keys, config_file
from headway.settings import CONFIG_FILE, JOIN_FILE, Settings
from headway.urls import MASK, hide_password

_PREFIX = "HEADWAY_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; ``value`` is masked where it is secret, ``source`` names the variable or file, or ``default``."""

    key: str
    value: str | int | float | bool | list[str] | None
    source: str
    description: str
    variable: str


def all_settings(settings: Settings, environment: Mapping[str, str] | None = None) -> list[Setting]:
    """Every setting in the order of the documentation."""
    sources = _Sources(settings.home, os.environ if environment is None else environment)
    return [
        Setting(
            key=key,
            value=_shown(key, value),
            source=sources.of(key),
            description=field.description or "",
            variable=variable_of(key),
        )
        for key, value, field in _walk(settings)
    ]


def variable_of(key: str) -> str:
    """The environment variable that sets ``broker.url``: ``HEADWAY_BROKER__URL``."""
    return _PREFIX + key.replace(".", "__").upper()


def _walk(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any, FieldInfo]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _walk(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value, field


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        if key.endswith(".url") and "://" in text:  # other secrets may hold addresses, too: JSON does
            return hide_password(text)
        return MASK if text else ""
    return str(value) if isinstance(value, Path) else value


class _Sources:
    """Which source decided a setting: the strongest that names it."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._environment = {name.upper(): value for name, value in environment.items()}
        join = Path(environment.get("HEADWAY_JOIN") or home / JOIN_FILE).expanduser()
        self._files = [(path, _read(path)) for path in (home / CONFIG_FILE, join)]
        self._airflow = airflow_keys(environment, config_file(environment))

    def of(self, key: str) -> str:
        """The name of the variable or file, or ``default``."""
        name = variable_of(key)
        if name in self._environment:
            return name
        section, _, rest = key.partition(".")
        whole = f"{_PREFIX}{section.upper()}"
        if rest and rest in _json_object(self._environment.get(whole, "")):
            return whole
        for path, values in self._files:
            if _has(values, key):
                return str(path)
        airflow = (each for each in self._airflow if each.setting == key)
        return next((f"{each.name} in {each.place}" for each in airflow), "default")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def _has(values: Any, key: str) -> bool:
    first, _, rest = key.partition(".")
    if not isinstance(values, dict) or first not in values:
        return False
    return _has(values[first], rest) if rest else True


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
