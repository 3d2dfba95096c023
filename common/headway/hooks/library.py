"""Third-party libraries, imported when a hook first needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from headway.errors import HeadwayError

#: The extra of ``headway`` that brings a module which DAG files also import themselves.
EXTRAS = {
    "boto3": "s3",
    "botocore": "s3",
    "docker": "docker",
    "elasticsearch": "elasticsearch",
    "fsspec": "object-storage",
    "pandas": "pandas",
    "pymysql": "mysql",
    "requests": "http",
    "slack_sdk": "slack",
    "tenacity": "http",
    "yaml": "yaml",
}


class MissingLibrary(HeadwayError, ImportError):
    """A hook's library is not installed here; the remedy names the extra that brings it."""


def library(module: str, extra: str) -> Any:
    """The module, imported now; raises ``MissingLibrary`` that names the extra of ``headway`` to install."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or module.partition(".")[0] != error.name.partition(".")[0]:
            raise  # the library is here and lacks something of its own
        raise MissingLibrary(
            f"this needs the Python package {error.name!r}, which is not installed on this host",
            f"pip install 'headway[{extra}]' here and on every host that runs the task",
        ) from None
