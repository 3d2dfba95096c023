"""Celery's consumer, taught to send its task events several at a time."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.worker.consumer import Consumer

from headway_worker.parent.broker_news import BrokerNews

log = logging.getLogger(__name__)

_GATHER = 0.05  # seconds that events wait for company


class GatheringConsumer(Consumer):  # type: ignore[misc]
    """Sends what a twentieth of a second brings as one message, which Flower reads as so many.

    Celery sends every event as soon as it is free to: three publishes a task, a third of the parent's work.
    """

    _due = 0.0  # when the events that wait now are sent

    def on_send_event_buffered(self) -> None:
        """An event waits: see that it is sent soon."""
        now = time.monotonic()
        if self.hub and now > self._due:  # not "when no timer is set": timers are dropped with a lost connection
            self._due = now + _GATHER
            self.hub.call_later(_GATHER, self._flush_events)

    def __init__(self, *args: Any, **options: Any) -> None:
        self._news = BrokerNews()
        self._news.install()
        super().__init__(*args, **options)

    def on_ready(self) -> None:
        """Called whenever it begins to consume."""
        super().on_ready()
        self._news.back()

    def shutdown(self) -> None:
        """Send the last ones, if they can be sent."""
        try:
            self._flush_events()
        except self.connection_errors as error:
            log.debug("the last task events were not sent: %s", error)
        super().shutdown()
