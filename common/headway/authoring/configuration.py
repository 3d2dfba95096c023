"""``conf``: the part of Airflow's configuration that DAG files may still ask for.

Headway has settings of its own and hands none of them to user code. What is set in the environment as
``AIRFLOW__SECTION__KEY`` is found here, everything else only through a fallback.
"""

from __future__ import annotations

import json
import os
from typing import Any

from headway.errors import NotFound

_MISSING: Any = object()
_TRUE = ("1", "t", "true", "y", "yes", "on")


class AirflowConf:
    """Reads ``AIRFLOW__SECTION__KEY`` from the environment, with Airflow's method names."""

    def get(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> Any:
        """The text of an option; ``NotFound`` without one and without a ``fallback``."""
        name = f"AIRFLOW__{section.upper()}__{key.upper()}"
        if name in os.environ:
            return os.environ[name]
        if fallback is _MISSING:
            raise NotFound(
                f"the configuration has no option [{section}] {key}",
                f"set {name} in the worker's environment, or pass fallback= to conf.get",
            )
        return fallback

    def getboolean(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> bool:
        """An option that is on or off."""
        return str(self.get(section, key, fallback)).strip().lower() in _TRUE

    def getint(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> int:
        """An option that is a whole number."""
        return int(self.get(section, key, fallback))

    def getfloat(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> float:
        """An option that is a number."""
        return float(self.get(section, key, fallback))

    def getjson(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> Any:
        """An option that is JSON."""
        found = self.get(section, key, fallback)
        return json.loads(found) if isinstance(found, str) else found

    def has_option(self, section: str, option: str, **_: Any) -> bool:
        """Whether an option is set."""
        return f"AIRFLOW__{section.upper()}__{option.upper()}" in os.environ


conf = AirflowConf()
