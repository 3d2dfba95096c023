"""``multiprocessing`` in tasks: what it keeps for the life of a program, it keeps here for one task.

The private names are those of the standard library of Python 3.11 to 3.14; nothing public ends these helpers.
"""

from __future__ import annotations

import contextlib
import sys
from multiprocessing import process as standard
from typing import Any

from billiard import current_process

_HELPERS = (
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
    ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),  # last: it frees what the others have left
)


def allow_multiprocessing() -> None:
    """Let this process start others with ``multiprocessing``, by fork, spawn and fork server.

    For ``multiprocessing``, too, it is the process that billiard has made: a daemon, which may have no children,
    with a key of billiard's type, which ``multiprocessing`` does not hand to a new program.
    """
    process = current_process()
    process.daemon = False
    key_type: type[bytes] = standard.AuthenticationString  # type: ignore[attr-defined]
    process._config["authkey"] = key_type(process.authkey)


def helper_processes() -> set[int]:
    """The processes that ``multiprocessing`` itself has started, which end in order once no other is left."""
    pids = {getattr(helper, pid) for helper, pid in _helpers()}
    return pids - {None}


def end_helper_processes() -> None:
    """End them: shared memory and semaphores that the task has left are freed, and the next task starts afresh."""
    for helper, _pid in _helpers():
        with contextlib.suppress(OSError):  # the task has killed it
            helper._stop()
        type(helper).__init__(helper)


def _helpers() -> list[tuple[Any, str]]:
    return [(getattr(sys.modules[module], name), pid) for module, name, pid in _HELPERS if module in sys.modules]
