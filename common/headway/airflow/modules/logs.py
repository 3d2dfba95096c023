"""What ``airflow.utils.log`` offers to authors: a logger for a class, and keeping secrets out of logs."""

from __future__ import annotations

import logging
from typing import Any

from headway.authoring.runtime import mask
from headway.authoring.sensitive import is_sensitive

__all__ = ["LoggingMixin", "mask_secret", "redact", "should_hide_value_for_key"]


class LoggingMixin:
    """Gives a class ``self.log``."""

    def __init__(self, context: Any = None) -> None:
        """Take Airflow's argument; a task's log is its own already."""

    @property
    def log(self) -> logging.Logger:
        """The logger of the class."""
        return logging.getLogger(f"{type(self).__module__}.{type(self).__qualname__}")

    @classmethod
    def logger(cls) -> logging.Logger:
        """The logger of the class."""
        return logging.getLogger(f"{cls.__module__}.{cls.__qualname__}")


def should_hide_value_for_key(name: Any) -> bool:
    """Whether what has this name is a secret."""
    return isinstance(name, str) and is_sensitive(name)


def mask_secret(secret: Any, name: str | None = None) -> None:
    """Keep a text, or every text in a dictionary or list, out of the logs from now on."""
    if isinstance(secret, dict):
        for key, value in secret.items():
            if not isinstance(value, str) or should_hide_value_for_key(key):
                mask_secret(value, key)
    elif isinstance(secret, (list, tuple, set)):
        for one in secret:
            mask_secret(one, name)
    elif isinstance(secret, str) and (name is None or should_hide_value_for_key(name)):
        mask(secret)


def redact(value: Any, name: str | None = None, max_depth: int | None = None, **_: Any) -> Any:
    """A copy in which ``***`` stands for every value whose name is that of a secret."""
    if isinstance(value, dict):
        return {key: redact(one, key) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(redact(one, name) for one in value)
    return "***" if isinstance(value, str) and should_hide_value_for_key(name) else value
