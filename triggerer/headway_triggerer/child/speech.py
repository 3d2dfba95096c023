"""What triggers log and print, each line into the log of the task that waits for it."""

from __future__ import annotations

import io
import logging
import sys
from contextvars import ContextVar

from headway.log_lines import line
from headway_triggerer.child.wire import Wire

#: Whose code runs here: (task instance, token).
speaker: ContextVar[tuple[int, int] | None] = ContextVar("headway_trigger", default=None)


def speak_for_triggers(wire: Wire) -> None:
    """Send records and prints of triggers over ``wire``; those of nobody go to standard error."""
    root = logging.getLogger()
    root.handlers[:] = [_Records(wire)]
    root.setLevel(logging.INFO)
    sys.stdout = _Prints(wire, "stdout")
    sys.stderr = _Prints(wire, "stderr")


class _Records(logging.Handler):
    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
            named = text if record.name == "headway.task" else f"{record.name}: {text}"
            say(self._wire, record.levelname, named)
        except Exception:  # noqa: BLE001  (logging must never fail the caller)
            self.handleError(record)


class _Prints(io.TextIOBase):
    """A text stream; lines that are not ended wait for their end, each speaker's by themselves."""

    def __init__(self, wire: Wire, label: str) -> None:
        self._wire = wire
        self._label = label
        self._rest: dict[tuple[int, int] | None, str] = {}

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, rest = (self._rest.pop(speaker.get(), "") + text).split("\n")
        if rest:
            self._rest[speaker.get()] = rest
        if lines:
            say(self._wire, self._label, "\n".join(lines))
        return len(text)


def say(wire: Wire, label: str, text: str) -> None:
    """Send one or several lines to the log of the trigger that speaks."""
    whole = line(label, wire.masker(text.replace("\0", "\ufffd")))
    key = speaker.get()
    if key is None:
        if sys.__stderr__ is not None:
            sys.__stderr__.write(whole)
    else:
        wire.send({"of": key, "log": whole})
