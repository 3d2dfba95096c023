"""Log records of a task: into the task's log, beside what it prints."""

from __future__ import annotations

import logging

from headway_worker.logs.capture import Capture


class TaskLogHandler(logging.Handler):
    """Writes records through the capture, so that they stand in order with printed text."""

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; records of Headway's own task logger carry no name."""
        try:
            text = self.format(record)
            named = text if record.name == "headway.task" else f"{record.name}: {text}"
            self._capture.record(record.levelname, named.rstrip("\n"))
        except Exception as error:  # noqa: BLE001  (logging must never fail the caller)
            self._capture.record("ERROR", _unreadable(record, error))


def _unreadable(record: logging.LogRecord, error: Exception) -> str:
    return (
        f"a record of logger {record.name!r} cannot be written: {type(error).__name__}: {error}"
        f" ({record.pathname}:{record.lineno}: {record.msg!r} with {record.args!r})"
    )


def log_into(capture: Capture) -> None:
    """Send every record of this process, from INFO up, into the capture."""
    root = logging.getLogger()
    root.handlers[:] = [TaskLogHandler(capture)]
    root.setLevel(logging.INFO)
    for name in ("celery", "kombu", "amqp", "redis", "multiprocessing"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.ERROR)  # what goes back is told by ourselves
