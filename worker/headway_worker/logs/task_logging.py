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
            self._capture.record(record.levelname, named)
        except Exception:  # noqa: BLE001  (logging must never fail the caller)
            self.handleError(record)


def log_into(capture: Capture) -> None:
    """Send every record of this process, from INFO up, into the capture."""
    root = logging.getLogger()
    root.handlers[:] = [TaskLogHandler(capture)]
    root.setLevel(logging.INFO)
    for name in ("celery", "kombu", "amqp", "redis", "multiprocessing"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.ERROR)  # what goes back is told by ourselves
