"""What nodes say of themselves, on standard error: lines for people, or JSON objects for a log collector.

The logs of tasks are something else: they are shipped to the log store (``headway_worker.logs``).
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["text", "json"]

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

#: What every record has; anything beside it was given as ``extra`` and is part of what is said.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def set_up(log_format: LogFormat, node: str, *, level: int = logging.INFO, louder: Iterable[str] = ()) -> None:
    """Have this process log to standard error, from ``level`` up, in place of what was set before.

    ``node`` is its kind; loggers named in ``louder`` speak from INFO up.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(node) if log_format == "json" else logging.Formatter(_TEXT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in louder:
        logging.getLogger(name).setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at`` (ISO 8601, UTC), ``level``, ``node``, ``pid``, ``logger``, ``message``.

    A ``traceback`` and what a call gave as ``extra`` stand beside them, as text where JSON has no such value.
    """

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "node": self._node,
            "pid": record.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: value for name, value in vars(record).items() if name not in _USUAL and name not in said}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)
