"""Flower's application, which learns of every worker. Apart from ``flower.py``: importing this costs half a second."""

from __future__ import annotations

from typing import Any

from flower.app import Flower
from flower.views.monitor import Metrics
from tornado.ioloop import PeriodicCallback
from tornado.web import authenticated

_LOOK_MS = 2000.0


class _GuardedMetrics(Metrics):  # type: ignore[misc]  # Flower ships no types
    """Flower's figures, which name every DAG and task, for those alone who know the password."""

    @authenticated
    async def get(self) -> None:
        """Answer with them."""
        await super().get()


class AttentiveFlower(Flower):  # type: ignore[misc]  # Flower ships no types
    """Asks each worker for its queues once it is heard of.

    Flower itself asks those that are there at its start; queues of later ones were missing on its page of the broker.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.add_handlers(".*", [(r".*/metrics", _GuardedMetrics)])  # looked at before Flower's own

    def start(self) -> None:
        """Serve until stopped."""
        look = PeriodicCallback(self._ask_new_workers, _LOOK_MS)
        look.start()
        super().start()

    def _ask_new_workers(self) -> None:
        for name, worker in list(self.events.state.workers.items()):
            if worker.alive and "active_queues" not in self.workers.get(name, ()):
                self.update_workers(name)
