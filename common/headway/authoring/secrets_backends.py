"""Where variables and connections come from before the metastore is asked: secrets backends.

Asked in this order, the first that knows wins: the backend that the settings name (``secrets.backend``, a
class like those written for Airflow), the environment, then the metastore (``runtime.current_store``). A
process that runs users' code says once, with ``configure``, which class that is; it is imported and made
when the first value is asked for, in the same process. A backend that fails is told of in the log, and the
next source is asked.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from headway.authoring.connections import Connection

log = logging.getLogger("headway.task")


class BaseSecretsBackend:
    """Base of secrets backends: override ``get_conn_value``, ``get_variable``, ``get_config``, or some of them.

    Each returns None for what it does not know. ``get_conn_value`` gives a connection as a URI or JSON text.
    """

    @staticmethod
    def build_path(path_prefix: str, secret_id: str, sep: str = "/") -> str:
        """The name of a secret below a prefix."""
        return f"{path_prefix}{sep}{secret_id}"

    def get_conn_value(self, conn_id: str, *args: Any, **kwargs: Any) -> str | None:
        """A connection as text; by default what an older backend's ``get_conn_uri`` says."""
        old: Callable[[str], str | None] | None = getattr(self, "get_conn_uri", None)
        return old(conn_id) if old is not None else None

    def deserialize_connection(self, conn_id: str, value: str) -> Connection:
        """The connection that a text means."""
        from headway.authoring.connections import Connection

        return Connection.from_text(conn_id, value)

    def get_connection(self, conn_id: str, *args: Any, **kwargs: Any) -> Connection | None:
        """A connection."""
        value = self.get_conn_value(conn_id)
        return None if value is None else self.deserialize_connection(conn_id, value)

    def get_variable(self, key: str, *args: Any, **kwargs: Any) -> str | None:
        """A variable's text."""
        return None

    def get_config(self, key: str) -> str | None:
        """A setting's text. Headway's own settings are not looked up in backends."""
        return None


class EnvironmentVariablesBackend(BaseSecretsBackend):
    """``HEADWAY_CONN_<ID>``, ``HEADWAY_VAR_<KEY>`` and Airflow's names ``AIRFLOW_CONN_<ID>``, ``AIRFLOW_VAR_<KEY>``."""

    def get_conn_value(self, conn_id: str, *args: Any, **kwargs: Any) -> str | None:
        """A URI or a JSON object."""
        return _from_environment("CONN", conn_id)

    def get_variable(self, key: str, *args: Any, **kwargs: Any) -> str | None:
        """A text."""
        return _from_environment("VAR", key)


class LocalFilesystemBackend(BaseSecretsBackend):
    """Connections and variables in local files, as Airflow's ``export`` commands write them (JSON, YAML, env).

    The files are read again after a change.
    """

    def __init__(self, variables_file_path: str | None = None, connections_file_path: str | None = None) -> None:
        self.variables_file = variables_file_path
        self.connections_file = connections_file_path
        self._read: dict[str, tuple[int, Any]] = {}

    def get_connection(self, conn_id: str, *args: Any, **kwargs: Any) -> Connection | None:
        """The connection of the file."""
        from headway.authoring.value_files import read_connections

        found: Connection | None = self._content(self.connections_file, read_connections).get(conn_id)
        return found

    def get_variable(self, key: str, *args: Any, **kwargs: Any) -> str | None:
        """The variable of the file."""
        from headway.authoring.value_files import read_variables

        entry = self._content(self.variables_file, read_variables).get(key)
        return None if entry is None else entry.value

    def _content(self, file: str | None, read: Callable[[Path], Any]) -> Any:
        if not file:
            return {}
        changed = Path(file).stat().st_mtime_ns
        if self._read.get(file, (0, None))[0] != changed:
            self._read[file] = (changed, read(Path(file)))
        return self._read[file][1]


@dataclass
class _Configured:
    """The class that the settings name, with its arguments as JSON text."""

    name: str = ""
    arguments: str = ""


_configured = _Configured()
_ENVIRONMENT = EnvironmentVariablesBackend()


def configure(name: str, arguments: str) -> None:
    """Have this process ask the class ``name`` (a dotted path) first, made with ``arguments`` (a JSON object)."""
    _configured.name, _configured.arguments = name.strip(), arguments


def find_connection(conn_id: str) -> Connection | None:
    """The connection, if the configured backend or the environment knows it."""
    found = _asked(lambda backend: backend.get_connection(conn_id), f"connection {conn_id!r}")
    return found if found is not None else _ENVIRONMENT.get_connection(conn_id)


def find_variable(key: str) -> str | None:
    """The variable's text, if the configured backend or the environment knows it."""
    found = _asked(lambda backend: backend.get_variable(key), f"variable {key!r}")
    return found if found is not None else _ENVIRONMENT.get_variable(key)


def _asked(ask: Callable[[Any], Any], what: str) -> Any:
    """What the configured backend answers; None when there is none or it fails."""
    if not _configured.name:
        return None
    backend = _made(_configured.name, _configured.arguments)
    try:
        return ask(backend)
    except Exception as error:  # noqa: BLE001 - a user's class may raise anything; the other sources remain
        log.warning(
            "secrets backend %s could not be asked for %s (%s: %s); the other sources are asked",
            _configured.name, what, type(error).__name__, error,
        )  # fmt: skip
        return None


@cache
def _made(name: str, arguments: str) -> Any:
    module, _, attribute = name.replace(":", ".").rpartition(".")
    remedy = "correct secrets.backend, or install its package on every host that reads DAG files or runs tasks"
    try:
        made = getattr(import_module(module), attribute)
    except (ImportError, ValueError, AttributeError) as error:
        raise SettingsError(f"the secrets backend {name!r} cannot be imported: {error}", remedy) from None
    try:
        options = json.loads(arguments or "{}")
        return made(**options)
    except (ValueError, TypeError) as error:
        raise SettingsError(
            f"the secrets backend {name!r} cannot be made: {error}",
            "write its arguments as a JSON object into secrets.backend_kwargs",
        ) from None


def _from_environment(kind: str, name: str) -> str | None:
    names = (f"{owner}_{kind}_{name.upper()}" for owner in ("HEADWAY", "AIRFLOW"))
    return next((os.environ[one] for one in names if one in os.environ), None)
