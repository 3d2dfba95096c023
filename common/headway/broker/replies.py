"""Waiting for the answer to a question that went to another node, on an event queue made for that answer alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from headway.broker.bus import Bus

_SLICE = 1.0  # seconds of one wait


def await_reply(bus: Bus, reply_to: str, give_up: float, called_off: Callable[[], bool]) -> dict[str, Any] | None:
    """The answer; None when it has not come by ``give_up`` (monotonic clock) or nobody waits for it any more.

    ``called_off`` is asked every second. The queue is gone afterwards. Raises ``BrokerUnavailable``.
    """
    answer: dict[str, Any] | None = None
    while answer is None and (left := give_up - time.monotonic()) > 0 and not called_off():
        for data in bus.events(reply_to, min(left, _SLICE)):
            answer = json.loads(data)
    bus.drop_events(reply_to)
    return answer
