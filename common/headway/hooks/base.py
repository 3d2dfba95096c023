"""``BaseHook``: what every hook can do."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any

from headway.authoring.connections import Connection, get_connection


class BaseHook:
    """Base of hooks: finds connections and logs to the task's log.

    A hook class names the connection type that it serves in ``conn_type``, the argument that carries the
    connection id in ``conn_name_attr`` and its default in ``default_conn_name``.
    """

    conn_type: str = ""
    conn_name_attr: str = ""
    default_conn_name: str = ""
    hook_name: str = ""

    def __init__(self, logger_name: str | None = None, *, source: object = None) -> None:
        """``source`` is what hooks of Airflow 1.10 were made with; it means nothing."""
        self._logger_name = logger_name

    @classmethod
    def get_connection(cls, conn_id: str) -> Connection:
        """The connection of that id; raises ``AirflowNotFoundException`` when there is none."""
        return get_connection(conn_id)

    @classmethod
    def get_connections(cls, conn_id: str) -> list[Connection]:
        """The connection of that id, in a list as Airflow 1.10 gave it."""
        return [get_connection(conn_id)]

    @classmethod
    def get_hook(cls, conn_id: str, hook_params: dict[str, Any] | None = None) -> Any:
        """The hook for a connection's type; ``hook_params`` are further arguments of its class."""
        return get_connection(conn_id).get_hook(hook_params=hook_params)

    @cached_property
    def log(self) -> logging.Logger:
        """The hook's logger; what it says is part of the task's log."""
        name = getattr(self, "_logger_name", None) or f"headway.task.hooks.{type(self).__name__}"
        return logging.getLogger(name)

    def get_conn(self) -> Any:
        """The client of the outside system."""
        raise NotImplementedError(f"{type(self).__name__} has no get_conn()")
