"""A browser's side of server-sent events."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from support.waiting import wait_for


@dataclass(frozen=True)
class Event:
    """One event as it came."""

    id: str
    kind: str
    data: Any


@dataclass
class Stream:
    """A stream that is read in a thread; ``ended`` is set when the server has ended it."""

    events: list[Event] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def await_kinds(self, *kinds: str, seconds: float = 60) -> list[Event]:
        """Wait until the events so far are of these kinds, in this order; returns them."""
        wait_for(lambda: [each.kind for each in self.events] == list(kinds), seconds, f"{kinds}, not {self.events}")
        return self.events

    def read(self, lines: Iterator[str]) -> None:
        """Take lines until there are no more."""
        found: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if line.startswith(":"):
                self.comments.append(value)
            elif line:
                found[name] = value
            elif "event" in found:
                self.events.append(Event(found.get("id", ""), found["event"], json.loads(found["data"])))
                found = {}


@contextmanager
def listening(client: httpx.Client, path: str = "/events", **headers: str) -> Iterator[Stream]:
    """A stream that has begun; closed at the end of the block."""
    stream = Stream()
    with client.stream("GET", path, headers=headers, timeout=60) as response:
        response_text = "" if response.status_code == 200 else response.read().decode()
        assert response.status_code == 200, response_text

        def read() -> None:
            try:
                stream.read(response.iter_lines())
            except (httpx.HTTPError, httpx.StreamError):
                pass  # the test has closed it
            finally:
                stream.ended.set()

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        wait_for(lambda: stream.events, 60, "the greeting")
        yield stream
