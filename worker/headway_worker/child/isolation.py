"""``isolation="fork"``: a task in a process of its own, forked from the warm child."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from headway.states import Outcome
from headway_worker.child.results import Report
from headway_worker.verdicts import Death

if TYPE_CHECKING:
    from headway_worker.child.child import Child


def run_isolated(child: Child, work: Callable[[], Report], on_death: Callable[[Death], Report]) -> Report:
    """Run ``work`` in a fork and return its report, or what ``on_death`` makes of its death."""
    child.capture.sync()
    reader, writer = os.pipe()
    signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())  # until the fork has its handlers again
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _work_and_leave(child, work, writer)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.close(writer)
    child.isolated_pid = pid
    try:
        answer = _read_all(reader)
        _pid, status, usage = os.wait4(pid, 0)
    finally:
        child.isolated_pid = 0
        os.close(reader)
    if answer:
        child.capture.close()
        return _from_json(json.loads(answer))
    code = os.waitstatus_to_exitcode(status)
    return on_death(Death(max(-code, 0), max(code, 0), usage.ru_maxrss * 1024))


def _work_and_leave(child: Child, work: Callable[[], Report], writer: int) -> None:
    try:
        child.after_fork()
        report = work()
        with os.fdopen(writer, "w") as answer:
            json.dump(_to_json(report), answer)
    finally:
        os._exit(0)


def _read_all(reader: int) -> bytes:
    data = bytearray()
    while part := os.read(reader, 65536):
        data += part
    return bytes(data)


def _to_json(report: Report) -> dict[str, Any]:
    return {
        "outcome": report.outcome,
        "state": report.state,
        "ti": report.ti,
        "try_number": report.try_number,
        "host": report.host,
        "error": report.error,
    }


def _from_json(body: dict[str, Any]) -> Report:
    return Report(**{**body, "outcome": Outcome(body["outcome"])})
