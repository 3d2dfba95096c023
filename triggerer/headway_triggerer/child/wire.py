"""The socket to the node; also the store of variables and connections for the triggers' code."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Mapping
from itertools import count
from queue import SimpleQueue
from typing import Any

from headway.authoring.records import RecordQuery
from headway.errors import HeadwayError
from headway.masking import Masker


class Wire:
    """JSON lines both ways. Questions may be asked in any thread; the answers come through the listening one."""

    def __init__(self, other_end: socket.socket) -> None:
        self._socket = other_end
        self._lines = other_end.makefile("rb")
        self._sending = threading.Lock()
        self._numbers = count(1)
        self._asked: dict[int, SimpleQueue[Mapping[str, Any]]] = {}
        self.masker = Masker()

    def next(self) -> dict[str, Any] | None:
        """Wait for a message; None when the node lets go."""
        line = self._lines.readline()
        return json.loads(line) if line else None

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; without a node this process has no business any more."""
        try:
            with self._sending:
                self._socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            os._exit(0)

    def answered(self, message: Mapping[str, Any]) -> None:
        """Hand an answer to whoever asked."""
        waiting = self._asked.pop(message["answer"], None)
        if waiting is not None:
            waiting.put(message)

    def variable_get(self, key: str) -> str | None:
        """Ask the node for a variable."""
        found: str | None = self._ask("variable", key)
        return found

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """Ask the node for a connection; its password is masked from now on."""
        found: Mapping[str, Any] | None = self._ask("connection", conn_id)
        if found and found.get("password"):
            self.mask_secret(found["password"])
        return found

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """Ask the node for what it knows of DAGs, runs and tasks."""
        found: list[dict[str, Any]] = self._ask("records", json.dumps(query.as_json()))
        return found

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Refused: triggers only wait."""
        raise _only_waits(f"the variable {key!r} is set")

    def variable_delete(self, key: str) -> bool:
        """Refused: triggers only wait."""
        raise _only_waits(f"the variable {key!r} is deleted")

    def mask_secret(self, value: str) -> None:
        """Keep a text out of what triggers say."""
        self.masker.add(value)

    def _ask(self, kind: str, key: str) -> Any:
        number, answers = next(self._numbers), SimpleQueue[Mapping[str, Any]]()
        self._asked[number] = answers
        self.send({"ask": kind, "key": key, "number": number})
        reply = answers.get()
        if "fault" in reply:
            raise HeadwayError(reply["fault"], reply["remedy"])
        return reply["value"]


def _only_waits(what: str) -> HeadwayError:
    return HeadwayError(f"{what} by a trigger", "do it in the task's method that gets the event")
