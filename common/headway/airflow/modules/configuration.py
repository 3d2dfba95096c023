"""What ``airflow.configuration`` offers beside ``conf``: folders, and functions that ask ``conf``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from headway.authoring.configuration import conf
from headway.authoring.current_file import current_scope

__all__ = ["conf", "get_airflow_home"]

get = conf.get
getboolean = conf.getboolean
getint = conf.getint
getfloat = conf.getfloat
has_option = conf.has_option


def get_airflow_home() -> str:
    """The folder that holds the DAG files' project: ``AIRFLOW_HOME`` if it is set, else the bundle's root."""
    return folder_of("AIRFLOW_HOME")


def folder_of(name: str) -> str:
    """The folder that ``AIRFLOW_HOME``, ``DAGS_FOLDER`` or ``PLUGINS_FOLDER`` stands for here."""
    scope = current_scope()
    root = Path(scope.root) if scope else Path.cwd()
    if name == "AIRFLOW_HOME":
        return os.environ.get("AIRFLOW_HOME", str(root))
    if name == "DAGS_FOLDER":
        own = root / "dags"
        return str(own if own.is_dir() else root)
    return str(root / "plugins")


def __getattr__(name: str) -> Any:
    if name == "AIRFLOW_HOME":
        return get_airflow_home()
    raise AttributeError(f"module 'airflow.configuration' has no attribute {name!r} here")
