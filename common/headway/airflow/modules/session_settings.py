"""What ``airflow.settings`` offers to DAG files: folders, the time zone, and a session that reads."""

from __future__ import annotations

from typing import Any

from headway.airflow.inside.query import Session, engine
from headway.authoring.configuration import folder_of
from headway.authoring.defaults import defaults

__all__ = ["Session", "engine"]

AIRFLOW_MOVED_TABLE_PREFIX = "_airflow_moved"
SQL_ALCHEMY_CONN = ""
GUNICORN_WORKER_READY_PREFIX = ""
LOGGING_LEVEL = 20
LAZY_LOAD_PLUGINS = True
MASK_SECRETS_IN_LOGS = True
STATE_COLORS: dict[str, str] = {}


def __getattr__(name: str) -> Any:
    if name in ("AIRFLOW_HOME", "DAGS_FOLDER", "PLUGINS_FOLDER"):
        return folder_of(name)
    if name == "TIMEZONE":
        import pendulum

        return pendulum.timezone(defaults().timezone)
    if name == "conf":
        from headway.authoring.configuration import conf

        return conf
    raise AttributeError(f"module 'airflow.settings' has no attribute {name!r} here")


def initialize(*_: Any, **__: Any) -> None:
    """Done: a DAG file has nothing to set up."""


configure_orm = configure_vars = initialize


class Stats:
    """Takes metrics and keeps none."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _ignore


class _Timer:
    def __enter__(self) -> _Timer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing is measured."""

    def start(self) -> _Timer:
        """Nothing is measured."""
        return self

    def stop(self, *_: Any) -> None:
        """Nothing is measured."""


def _ignore(*_: Any, **__: Any) -> _Timer:
    return _Timer()


stats = Stats()
