"""The listener: takes events off this scheduler's queue in the broker and puts them into the inbox."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.messages import Event, Wake, decode_event

log = logging.getLogger(__name__)

_BLOCK = 5.0  # seconds that one wait may last
_PAUSE = 1.0  # seconds between tries while the broker is away


class Listener:
    """A thread that blocks on the broker; ``me`` names the queue, ``put`` takes each event."""

    def __init__(self, me: str, bus: Bus, put: Callable[[Event], None]) -> None:
        self._me = me
        self._bus = bus
        self._put = put
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="listener", daemon=True)
        self._away = False

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """End at the next event or when the present wait is over."""
        self._ending.set()

    def _loop(self) -> None:
        while not self._ending.is_set():
            try:
                events = self._bus.events(self._me, _BLOCK)
            except BrokerUnavailable as error:
                self._broken(error)
                continue
            except Exception:
                log.exception("listener: unexpected error; it goes on")
                self._ending.wait(_PAUSE)
                continue
            self._mended()
            for data in events:
                self._decode(data)
        self._bus.close()

    def _decode(self, data: bytes) -> None:
        try:
            self._put(decode_event(data))
        except (ValueError, TypeError, LookupError) as error:
            log.warning("an event cannot be read (%s); the next sweep finds what it said", error)

    def _broken(self, error: BrokerUnavailable) -> None:
        if not self._away:
            log.warning("%s; sweeps go on", error.message)
        self._away = True
        self._ending.wait(_PAUSE)

    def _mended(self) -> None:
        if self._away:
            log.info("the broker answers again")
            self._away = False
            self._put(Wake("broker"))
