"""One child process: it runs the triggers of one version of the DAG code in its event loop.

Node and child talk in JSON lines over a socket, see ``child/__main__.py``.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from headway.authoring.deferral import Firing
from headway.child_processes import clean_environment
from headway.errors import HeadwayError
from headway_triggerer.work import Key, Work

log = logging.getLogger(__name__)

_SEND_TIMEOUT = 5  # seconds that the child may take to read; it reads in a thread of its own

Answer = Callable[[str, str], Any]


class Host:
    """The child and what it runs.

    ``on_fired`` and ``on_log`` get what triggers do and say, ``answer`` answers their questions for variables and
    connections, ``on_blocked`` hears of a trigger that keeps the event loop busy, ``on_end`` of the child's end.
    """

    def __init__(
        self,
        start: Mapping[str, Any],
        *,
        answer: Answer,
        on_fired: Callable[[Work, Firing], None],
        on_log: Callable[[Work, str], None],
        on_blocked: Callable[[Host, Work, float, str], None],
        on_end: Callable[[Host, int], None],
    ) -> None:
        self.works: dict[Key, Work] = {}
        self.idle_since = time.monotonic()
        self.ending = False
        self._answer = answer
        self._on_fired = on_fired
        self._on_log = on_log
        self._on_blocked = on_blocked
        self._on_end = on_end
        self._lock = threading.Lock()
        self._socket, self._child = _start()
        self._send(start)
        threading.Thread(target=self._listen, name="triggers' host", daemon=True).start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def run(self, work: Work) -> None:
        """Have it run one more trigger."""
        self.works[work.key] = work
        taken = work.taken
        self._send(
            {
                "run": work.key,
                "classpath": taken.classpath,
                "kwargs": work.kwargs,
                "file": taken.file,
                "task": [taken.dag_id, taken.run_id, taken.task_id, taken.map_index, taken.try_number],
            }
        )

    def drop(self, key: Key, *, killed: bool) -> None:
        """Have it run this one no more."""
        if self.works.pop(key, None) is not None:
            self.idle_since = time.monotonic()
            self._send({"drop": key, "killed": killed})

    def end(self) -> None:
        """Let it clean up and end; nothing that it says from now on counts."""
        self.ending = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it at once, with all that it started."""
        self.ending = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, 9)

    def wait(self, timeout: float) -> None:
        """Wait for its end; kill it after ``timeout`` seconds."""
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            self._child.wait()

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            with self._lock:
                self._socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            self._end_abnormally()

    def _end_abnormally(self) -> None:
        """It is gone, or does not read: the listening thread tells of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, 9)

    def _listen(self) -> None:
        with self._socket.makefile("rb") as lines:
            for data in lines:
                try:
                    self._heard(json.loads(data))
                except (ValueError, KeyError, TypeError) as error:
                    log.warning("a triggers' host says what cannot be read: %s", error)
        status = self._child.wait()
        self._socket.close()
        self._on_end(self, status)

    def _heard(self, message: Mapping[str, Any]) -> None:
        if "ask" in message:
            self._send(self._answered(message))
            return
        work = self.works.get(_key(message["of"]))
        if work is None or self.ending:
            return
        if "fired" in message:
            self.works.pop(work.key, None)
            self.idle_since = time.monotonic()
            self._on_fired(work, Firing(*message["fired"]))
        elif "log" in message:
            self._on_log(work, message["log"])
        elif "blocked" in message:
            self._on_blocked(self, work, message["blocked"], message["stack"])

    def _answered(self, message: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return {"answer": message["number"], "value": self._answer(message["ask"], message["key"])}
        except HeadwayError as error:
            return {"answer": message["number"], "fault": error.message, "remedy": error.remedy}


def _start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    mine, its = socket.socketpair()
    seconds = _SEND_TIMEOUT.to_bytes(8, sys.byteorder) + bytes(8)
    mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
    with its:
        child = subprocess.Popen(
            [sys.executable, "-m", "headway_triggerer.child", str(its.fileno()), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            pass_fds=(its.fileno(),),
            env=clean_environment(os.environ),
            cwd=Path("/"),
            start_new_session=True,
        )
    return mine, child


def _key(of: list[int]) -> Key:
    return of[0], of[1]
