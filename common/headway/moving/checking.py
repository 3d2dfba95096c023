"""The process that loads DAG files for ``headway airflow check``: ``python -m headway.moving.checking``.

One JSON line on standard input says where the files are and what they may read, then each line names a file; each is
answered by one JSON line on standard output. Every file is loaded in a fork of its own with a time limit, so that one
that hangs, leaves Python or changes its surroundings spoils nothing for the next.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import re
import select
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headway.authoring import defaults
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.runtime import use_store
from headway.authoring.value_files import read_connections, read_variables
from headway.moving.findings import findings_of

_FRAME = re.compile(r'File "([^"]+)", line (\d+)')
_LAST_WORDS = 0.5  # seconds before the limit at which a hanging file says where it hangs


class AskedWorld(LocalWorld):
    """What files may read while they are loaded, and what they have asked for in vain."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.missed: set[tuple[str, str]] = set()

    def variable_get(self, key: str) -> str | None:
        """The variable's text, or None, which is noted."""
        found = super().variable_get(key)
        if found is None:
            self.missed.add(("variable", key))
        return found

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields, or None, which is noted."""
        found = super().connection_get(conn_id)
        if found is None:
            self.missed.add(("connection", conn_id))
        return found


def main() -> None:
    """Answer until standard input ends."""
    requests = sys.stdin
    order = json.loads(requests.readline())
    world = _world(order)
    defaults.configure(**order["defaults"])
    answers = os.dup(1)
    for line in requests:
        answer = _in_fork(json.loads(line), order, world)
        os.write(answers, json.dumps(answer).encode() + b"\n")


def _world(order: Mapping[str, Any]) -> AskedWorld:
    world = AskedWorld()
    if order["connections"]:
        found = read_connections(Path(order["connections"]))
        world.connections = {name: one.as_dict() for name, one in found.items()}
    if order["variables"]:
        world.variables = {name: one.value for name, one in read_variables(Path(order["variables"])).items()}
    return world


def _in_fork(file: str, order: Mapping[str, Any], world: AskedWorld) -> dict[str, Any]:
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as traces:
        child = os.fork()
        if child == 0:
            _load_and_leave(file, order, world, writer, traces.fileno())
        os.close(writer)
        answer = _read_answer(reader, time.monotonic() + order["timeout"])
        os.close(reader)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        if answer is not None:
            return answer
        traces.seek(0)
        return _without_answer(file, order, os.waitstatus_to_exitcode(status), traces.read().decode(errors="replace"))


def _load_and_leave(file: str, order: Mapping[str, Any], world: AskedWorld, writer: int, traces: int) -> None:
    """In the fork: load the file, answer, and leave without the interpreter's farewells."""
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        faulthandler.dump_traceback_later(max(order["timeout"] - _LAST_WORDS, 0.1), file=traces)
        answer = _findings(file, order, world)
        data = json.dumps(answer).encode() + b"\n"
        while data:
            data = data[os.write(writer, data) :]
    finally:
        os._exit(0)


def _findings(file: str, order: Mapping[str, Any], world: AskedWorld) -> dict[str, Any]:
    try:
        with use_store(world):
            return findings_of(file, order, world)
    except BaseException as error:  # noqa: BLE001  (the file's code may raise anything, and must spoil no report)
        return _broken(file, "error", 0, f"raised {type(error).__name__}: {error}", "mend the file")


def _read_answer(reader: int, deadline: float) -> dict[str, Any] | None:
    """One line of JSON; None when none comes until the deadline or the process has gone."""
    text = b""
    while not text.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        chunk = os.read(reader, 65536)
        if not chunk:
            return None
        text += chunk
    found: dict[str, Any] = json.loads(text)
    return found


def _without_answer(file: str, order: Mapping[str, Any], code: int, trace: str) -> dict[str, Any]:
    if trace:
        path = str(Path(order["root"], file))
        line = next((int(number) for place, number in _FRAME.findall(trace) if place == path), 0)
        text = f"did not finish loading within {order['timeout']:g} s"
        remedy = "move slow work (queries, requests, waits) from the file's top level into tasks, or raise --timeout"
    else:
        line = 0
        text = "ended Python while it was loaded" if code >= 0 else f"was killed by signal {-code} while it was loaded"
        remedy = "a DAG file is imported, not run: look for os._exit, exec or a crashing extension module"
    return _broken(file, "hangs" if trace else "exits", line, text, remedy)


def _broken(file: str, kind: str, line: int, text: str, remedy: str) -> dict[str, Any]:
    return {"file": file, "error": {"kind": kind, "line": line, "text": text, "remedy": remedy}}


if __name__ == "__main__":
    main()
