"""The live part of a web node: the hub, and the listener, which starts with the first browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress

from headway.broker.bus import open_bus
from headway.notices import Notice
from headway.settings import Settings
from headway_web.live.ear import Listener
from headway_web.live.hub import Hub, Subscription


class Live:
    """Made once a node; ``subscribe`` belongs to the event loop, ``stop`` may be called by any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.hub = Hub()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener: Listener | None = None

    def subscribe(self, last_id: str | None, dag_ids: Collection[str]) -> Subscription:
        """A browser listens; raises ``SettingsError`` where no broker is configured."""
        if self._listener is None and not self.hub.closed:
            self._loop = asyncio.get_running_loop()
            bus = open_bus(self._settings, name="headway web live")
            self._listener = Listener(bus, hear=self._hear, missed=self._missed)
            self._listener.start()
        return self.hub.subscribe(last_id, dag_ids)

    def stop(self) -> None:
        """End every stream, and the listener soon."""
        if self._loop is None:
            self.hub.closed = True
            return
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self.hub.close)
        if self._listener is not None:
            self._listener.end_soon()

    def _hear(self, found: list[Notice]) -> None:
        self._in_loop(lambda: self.hub.publish(found))

    def _missed(self) -> None:
        self._in_loop(self.hub.start_over)

    def _in_loop(self, call: Callable[[], None]) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)
