"""What ``airflow.configuration`` offers beside ``conf``: folders, and functions that ask ``conf``."""

from __future__ import annotations

from typing import Any

from headway.authoring.configuration import conf, folder_of

__all__ = ["conf", "get_airflow_home"]

get = conf.get
getboolean = conf.getboolean
getint = conf.getint
getfloat = conf.getfloat
has_option = conf.has_option


def get_airflow_home() -> str:
    """The folder that holds the DAG files' project: ``AIRFLOW_HOME`` if it is set, else the bundle's root."""
    return folder_of("AIRFLOW_HOME")


def __getattr__(name: str) -> Any:
    if name == "AIRFLOW_HOME":
        return get_airflow_home()
    raise AttributeError(f"module 'airflow.configuration' has no attribute {name!r} here")
