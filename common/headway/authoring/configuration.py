"""``conf``: the part of Airflow's configuration that DAG files may still ask for.

Headway has settings of its own and hands none of them to user code. What is set in the environment as
``AIRFLOW__SECTION__KEY`` is found here, then where the DAG files lie, then what this host's ``airflow.cfg`` says,
then what Airflow's defaults are (``airflow_options.cfg``); everything else only through a fallback.
"""

from __future__ import annotations

import functools
import json
import os
from configparser import RawConfigParser
from importlib.resources import files
from pathlib import Path
from typing import Any

from headway.airflow_settings import airflow_keys, config_file
from headway.authoring.current_file import current_scope
from headway.errors import NotFound

_MISSING: Any = object()
_TRUE = ("1", "t", "true", "y", "yes", "on")


#: Options that name folders, and the names by which ``airflow.settings`` knows these.
_FOLDERS = {("core", "dags_folder"): "DAGS_FOLDER", ("core", "plugins_folder"): "PLUGINS_FOLDER"}


def folder_of(name: str) -> str:
    """The folder that ``AIRFLOW_HOME``, ``DAGS_FOLDER`` or ``PLUGINS_FOLDER`` stands for where this code lies."""
    root = _root()
    if name == "AIRFLOW_HOME":
        return os.environ.get("AIRFLOW_HOME", str(root))
    if name == "DAGS_FOLDER":
        own = root / "dags"
        return str(own if own.is_dir() else root)
    return str(root / "plugins")


def _root() -> Path:
    """Where the code lies of the file being loaded, or of the task that runs; in a plain script, where that runs."""
    from headway.authoring.context import context_in_use  # whose keys import this module

    if scope := current_scope():
        return Path(scope.root)
    context = context_in_use()
    root = getattr(context["dag"], "code_root", None) if context else None
    return Path(root) if root else Path.cwd()


def _variable(section: str, key: str) -> str:
    return f"AIRFLOW__{section.upper()}__{key.upper()}"


def _find(section: str, key: str) -> str | None:
    if (found := os.environ.get(_variable(section, key))) is not None:
        return found
    if folder := _FOLDERS.get((section, key)):
        return folder_of(folder)
    file = config_file(os.environ)
    if file is not None and (found := _said_by(file).get(f"{section}.{key}".lower())) is not None:
        return found
    return _defaults().get(section, key, fallback=None)


@functools.cache
def _said_by(file: Path) -> dict[str, str]:
    return {key.name: key.value for key in airflow_keys({}, file)}


@functools.cache
def _defaults() -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(files(__package__).joinpath("airflow_options.cfg").read_text("utf-8"))
    return parser


class AirflowConf:
    """Reads Airflow's options from the environment and ``airflow.cfg``, with Airflow's method names."""

    def get(self, section: str, key: str, fallback: Any = _MISSING, **_: Any) -> Any:
        """The text of an option; ``NotFound`` without one and without a ``fallback``."""
        found = _find(section, key)
        if found is not None:
            return found
        if fallback is _MISSING:
            raise NotFound(
                f"the configuration has no option [{section}] {key}",
                f"set {_variable(section, key)} in the worker's environment, have AIRFLOW_CONFIG name an airflow.cfg"
                " there, or pass fallback= to conf.get",
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
        """Whether an option is set or has a default."""
        return _find(section, option) is not None


conf = AirflowConf()
