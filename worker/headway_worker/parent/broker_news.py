"""What the worker's log says when the broker goes away: one line, and one when it is back.

Celery tells of every try to connect, and shows a traceback for each message that it could not acknowledge. Such a
message comes again and is dropped by its token, so there is nothing to be done about it.
"""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

_LOST = ("consumer: Connection to broker lost", "consumer: Cannot connect to")
_OF_NO_IMPORTANCE = ("Couldn't ack", "Couldn't reject")


class BrokerNews(logging.Filter):
    """Filters what Celery's consumer says; ``back`` is to be called when it consumes (again)."""

    def __init__(self) -> None:
        super().__init__()
        self._away = False

    def install(self) -> None:
        """Listen to the loggers that tell of the connection."""
        for name in ("celery.worker.consumer.consumer", "celery.worker.request", "celery.worker.strategy"):
            logging.getLogger(name).addFilter(self)

    def back(self) -> None:
        """The consumer consumes."""
        if self._away:
            self._away = False
            log.info("the broker is back; tasks are taken again")

    def filter(self, record: logging.LogRecord) -> bool:
        """Say it once, in our words."""
        text = record.getMessage()
        if text.startswith(_OF_NO_IMPORTANCE):
            return False
        if not text.startswith(_LOST):
            return True
        if not self._away:
            self._away = True
            log.warning("the broker is away (%s); running tasks go on, new ones wait until it is back", _reason(record))
        return False


def _reason(record: logging.LogRecord) -> str:
    """The error among what Celery wants to say."""
    given = record.args if isinstance(record.args, tuple) else ()
    error = next((each for each in given if isinstance(each, BaseException)), None)
    return str(error).strip().partition("\n")[0] or type(error).__name__
