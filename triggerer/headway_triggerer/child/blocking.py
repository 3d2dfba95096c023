"""The watch: tells of a trigger that keeps the event loop busy, and where."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback

from headway.triggers import running
from headway_triggerer.child.triggers import Key, Triggers
from headway_triggerer.child.wire import Wire

_BEAT = 0.25  # seconds between signs of life of the event loop
_AGAIN = 5.0  # seconds until it tells again of the same block
_FRAMES = 8


class Watch:
    """A thread that listens to the loop's heart. ``after`` seconds without a beat are a block, ``limit`` too many."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wire: Wire, triggers: Triggers, after: float, limit: float
    ) -> None:
        self._loop = loop
        self._triggers = triggers
        self._wire = wire
        self._after = after
        self._limit = limit
        self._thread = threading.get_ident()
        self._beaten = time.monotonic()

    def start(self) -> None:
        """Begin; called in the loop's thread."""
        self._beat()
        threading.Thread(target=self._look, name="watch", daemon=True).start()

    def _beat(self) -> None:
        self._beaten = time.monotonic()
        self._loop.call_later(_BEAT, self._beat)

    def _look(self) -> None:
        tell_at = self._after
        while True:
            time.sleep(min(_BEAT, self._after / 2))
            seconds = time.monotonic() - self._beaten - _BEAT
            if seconds < self._after:
                tell_at = self._after
            elif seconds >= tell_at:
                tell_at = min(seconds + _AGAIN, self._limit if seconds < self._limit else seconds + _AGAIN)
                self._tell(seconds)

    def _tell(self, seconds: float) -> None:
        found = self._busy()
        if found is not None:
            key, stack = found
            self._wire.send({"of": key, "blocked": seconds, "stack": stack})

    def _busy(self) -> tuple[Key, str] | None:
        """The trigger that runs at this moment, and its stack."""
        key = self._triggers.key_of(asyncio.current_task(self._loop))
        frame = sys._current_frames().get(self._thread)
        if key is None or frame is None:
            return None
        return key, _of_trigger(traceback.extract_stack(frame))


def _of_trigger(stack: list[traceback.FrameSummary]) -> str:
    """The end of a stack without what stands above the trigger's own code."""
    begins = max((place for place, each in enumerate(stack, 1) if each.filename == running.__file__), default=0)
    return "".join(traceback.format_list((stack[begins:] or stack)[-_FRAMES:])).rstrip()
