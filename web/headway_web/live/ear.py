"""The listener: a thread that hears what is said over the broker's fan-out, once for the whole node."""

from __future__ import annotations

import logging
from collections.abc import Callable

from headway import notices
from headway.background import Background
from headway.broker.bus import NOTICES, Bus
from headway.errors import BrokerUnavailable
from headway.notices import Notice

log = logging.getLogger(__name__)

_WAIT = 1.0  # seconds of one look: how long its end may take
_FIRST_PAUSE = 0.5  # seconds until the next try while the broker is away; doubles each time
_LONGEST_PAUSE = 10.0


class Listener(Background):
    """``hear`` gets what was said; ``missed`` is called when something may have been said unheard.

    That is so after every subscription, the first one too: browsers have begun to look before it.
    """

    name = "live"

    def __init__(self, bus: Bus, *, hear: Callable[[list[Notice]], None], missed: Callable[[], None]) -> None:
        super().__init__()
        self._bus = bus
        self._hear = hear
        self._missed = missed
        self._failures = 0
        self._subscribed = False

    def _look(self) -> float:
        try:
            messages = self._bus.listen(NOTICES, _WAIT if self._subscribed else 0.0)
        except BrokerUnavailable as error:
            return self._broken(error)
        if not self._subscribed:
            self._begun()
        found = [notice for data in messages for notice in _decoded(data)]
        if found:
            self._hear(found)
        return 0.0

    def _end(self) -> None:
        self._bus.close()

    def _begun(self) -> None:
        if self._failures:
            log.info("the broker answers again")
        self._failures = 0
        self._subscribed = True
        self._missed()

    def _broken(self, error: BrokerUnavailable) -> float:
        if not self._failures:
            log.warning("%s; pages do not change by themselves until it is back", error.message)
        self._failures += 1
        self._subscribed = False
        return min(_FIRST_PAUSE * 2.0 ** (self._failures - 1), _LONGEST_PAUSE)


def _decoded(data: bytes) -> list[Notice]:
    try:
        return notices.decode(data)
    except (ValueError, TypeError, LookupError) as error:
        log.warning("notices that cannot be read (%s); pages look anew", error)
        return [notices.of(notices.RESYNC)]
