"""A command in a process group of its own, its output in the task's log."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

from headway.authoring.context_variables import context_variables
from headway.authoring.runtime import MARKER_VARIABLES
from headway.authoring.scratch import scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger("headway.task")

#: Seconds between a polite end of a command and a forced one.
STOP_GRACE = 5.0
#: Seconds within which a thread that was made begins.
_BEGIN = 5.0
#: Longer commands do not fit the arguments of a process (128 kB on Linux) and are run as a file.
_MAX_ARGUMENT = 100_000


class CommandProcess:
    """A program that runs from construction on, as the leader of a new session and process group.

    Used as ``with CommandProcess(...) as process: process.wait(...)``; an exception in the block ends the
    whole group. ``command`` is the program and its arguments; FileNotFoundError says that there is none.
    """

    def __init__(self, command: Sequence[str], folder: str | None, environment: Mapping[str, str]) -> None:
        self._ended = False

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=dict(environment),
                start_new_session=True,
            )

        starter = _Starter(start)
        try:
            starter.start()
            self._process = starter.process()
        except BaseException:
            if starter.has_begun() and (late := starter.outcome()) is not None:
                self._process = late
                self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def wait(self, encoding: str = "utf-8", heard: Callable[[str], None] | None = None) -> tuple[int, str]:
        """Log the output until it ends; the exit code (negative: a signal) and the last line.

        ``heard`` is called with each line.
        """
        assert self._process.stdout is not None
        line = ""
        for raw in self._process.stdout:
            line = raw.decode(encoding, errors="backslashreplace").rstrip()
            log.info("%s", line)
            if heard is not None:
                heard(line)
        code = self._process.wait()
        self._ended = True
        log.info("Command ended with code %d", code)
        return code, line

    def stop(self) -> None:
        """End the process group, politely and after ``STOP_GRACE`` by force.

        Nothing happens to a command that came to its own end: what it left in the background stays.
        """
        if self._ended:
            return
        self._ended = True
        if self._signal(signal.SIGTERM) and not self._gone_within(STOP_GRACE):
            self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> bool:
        """Whether there is a process in the group; it gets the signal."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not _has_live_members(self._process.pid):
                return True
            time.sleep(0.05)
        return False


class _Starter(Thread):
    """Starts a program in a thread of its own.

    A stop or time-out is an exception that a signal raises in the main thread: raised inside of Popen, it would leave
    a program that runs on and that nobody knows of.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        super().__init__(name="starts a program", daemon=True)
        self._start_program = start
        self._begun, self._done = Event(), Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Start the program or keep why it could not be."""
        self._begun.set()
        try:
            self._process = self._start_program()
        except Exception as error:  # noqa: BLE001 - raised again where the program is wanted
            self._error = error
        finally:
            self._done.set()

    def has_begun(self) -> bool:
        """Whether the thread runs or ran: one that was interrupted in its making may begin in a moment or never."""
        return self._begun.wait(_BEGIN)

    def outcome(self) -> subprocess.Popen[bytes] | None:
        """The program once it has been started; None when it could not be."""
        self._done.wait()  # and no join(), which forgets the thread when it is interrupted
        return self._process

    def process(self) -> subprocess.Popen[bytes]:
        """The program once it has been started; raises what Popen raised."""
        process = self.outcome()
        if process is None:
            assert self._error is not None
            raise self._error
        return process


class ShellProcess(CommandProcess):
    """A command in bash."""

    def __init__(self, command: str, folder: str, environment: Mapping[str, str]) -> None:
        bash = shutil.which("bash", path=environment.get("PATH")) or shutil.which("bash") or "bash"
        self._script = _as_file(command) if len(command.encode()) > _MAX_ARGUMENT else None
        shown = command if self._script is None else f"a script of {len(command):,} characters"
        log.info("Running command: %s", shown)
        super().__init__([bash, str(self._script)] if self._script else [bash, "-c", command], folder, environment)

    def __exit__(self, *exc_info: object) -> None:
        super().__exit__(*exc_info)
        if self._script is not None:
            self._script.unlink(missing_ok=True)


def _has_live_members(group: int) -> bool:
    """Whether a process of the group still runs.

    The dead whom nobody has waited for do not count: where process 1 collects no orphans they stay for ever.
    """
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, own_group, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(own_group) == group and state not in "ZX":
            return True
    return False


def _as_file(command: str) -> Path:
    with tempfile.NamedTemporaryFile("w", suffix=".sh", prefix=scratch_prefix("script"), delete=False) as file:
        file.write(command)
    return Path(file.name)


def task_environment(context: Mapping[str, Any], env: Mapping[str, str] | None, *, append: bool) -> dict[str, str]:
    """The environment of a command: the process's own, or ``env``, or both, and what always goes along.

    That is the markers by which an attempt's processes are found, and Airflow's ``AIRFLOW_CTX_*``, which
    tell a command what it runs for.
    """
    base = dict(os.environ) if env is None or append else {}
    base.update({name: str(value) for name, value in (env or {}).items()})
    base.update({name: os.environ[name] for name in MARKER_VARIABLES if name in os.environ})
    return base | context_variables(context)
