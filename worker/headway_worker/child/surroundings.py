"""What a task may have changed in its process, and how the next task finds it again."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from headway.authoring.runtime import MARKER_VARIABLES
from headway_worker.processes import ATTEMPT_VARIABLE

#: Those that programs use; asking for all of them costs every task a tenth of a millisecond.
_SIGNALS = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGTERM,
    signal.SIGCHLD,
    signal.SIGVTALRM,
    signal.SIGPROF,
)
log = logging.getLogger("headway.task")

_PREFIX = "HEADWAY_"
_FOR_TASKS = ("HEADWAY_CONN_", "HEADWAY_VAR_")  # connections and variables that somebody gave to tasks this way
_KEPT = frozenset(MARKER_VARIABLES) | {"HEADWAY_HOME"}


def hide_settings() -> None:
    """Take Headway's settings (URLs, keys) out of the environment that tasks and their programs see."""
    for name in [name for name in os.environ if name.startswith(_PREFIX)]:
        if name not in _KEPT and not name.startswith(_FOR_TASKS):
            del os.environ[name]


class Surroundings:
    """The state of this process when it was made; ``restore`` brings it back."""

    def __init__(self) -> None:
        self._environ = dict(os.environb)
        self._folder = Path.cwd()
        self._umask = _umask()
        self._signals = {number: signal.getsignal(number) for number in _SIGNALS}
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._argv, self._recursion = list(sys.argv), sys.getrecursionlimit()
        self._timeout = socket.getdefaulttimeout()
        self._logging = _logging_state()
        self._threads = threading.active_count()
        self._mask = threading.local()

    def keep_from_forks(self) -> None:
        """Give the processes that tasks fork the signal handlers of any program; call once in a process.

        The worker's handlers mean the worker, and one in Python can come too late for a process that is about to wait
        for a lock. A signal that comes early waits, since Python forgets at a fork those that it has noticed: the end
        of a ``multiprocessing.Pool``, a SIGTERM for each of its processes, would wait for ever.
        """
        os.register_at_fork(
            before=self._hold_signals_back, after_in_parent=self._let_signals_through, after_in_child=self._renounce
        )

    def restore(self) -> None:
        """Put back what differs; the module search path is the business of the loaded bundle."""
        self._restore_environ()
        self.restore_signals()
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.argv[:] = self._argv
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        socket.setdefaulttimeout(self._timeout)
        os.umask(self._umask)
        _restore_logging(self._logging)
        with contextlib.suppress(OSError):
            os.chdir(self._folder)
        self._count_threads()

    def _count_threads(self) -> None:
        more = threading.active_count() - self._threads
        if more > 0:
            log.warning("the task has left %d threads running; what they print goes to later tasks' logs", more)
            self._threads += more

    def _restore_environ(self) -> None:
        os.environ.pop(ATTEMPT_VARIABLE, None)
        if dict(os.environb) != self._environ:
            for name in [name for name in os.environb if name not in self._environ]:
                del os.environb[name]
            os.environb.update(self._environ)

    def restore_signals(self) -> None:
        """Put the handlers back that were there, and let all signals through."""
        for number, handler in self._signals.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    def _hold_signals_back(self) -> None:
        self._mask.former = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    def _let_signals_through(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask.former)

    def _renounce(self) -> None:
        for number, handler in self._signals.items():
            if callable(handler) and signal.getsignal(number) is handler:
                signal.signal(number, signal.SIG_DFL)
        self._let_signals_through()


def _umask() -> int:
    value = os.umask(0o077)
    os.umask(value)
    return value


def _logging_state() -> tuple[list[Any], list[Any], int, int]:
    root = logging.getLogger()
    return list(root.handlers), list(root.filters), root.level, root.manager.disable


def _restore_logging(state: tuple[list[Any], list[Any], int, int]) -> None:
    root = logging.getLogger()
    if _logging_state() != state:
        root.handlers[:], root.filters[:] = state[0], state[1]
        root.setLevel(state[2])
        root.manager.disable = state[3]
