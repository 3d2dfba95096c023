"""Process trees: finding every process of a task, and ending it for certain.

Four ways lead to a task's processes: the parent-child links (children of the worker adopt orphans of
their own tasks, the worker those of dead children), the process group of the child, the marker in the
environment of programs that a task has started, and the worker's shared memory in processes that were
forked and run no program of their own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Container, Iterable
from pathlib import Path

from headway.authoring.runtime import MARKER_VARIABLES

ATTEMPT_VARIABLE, WORKER_VARIABLE = MARKER_VARIABLES

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_PROC = Path("/proc")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; leave at once if that has happened already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none is lost sight of."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def descendants(root: int) -> list[int]:
    """Every living process below ``root``, not ``root`` itself."""
    below: dict[int, list[int]] = {}
    for pid, parent, _group, state in _all():
        if state != "Z":
            below.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [root]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def children(parent: int) -> list[int]:
    """Direct children of ``parent``, dead ones that wait to be reaped included."""
    return [pid for pid, above, _group, _state in _all() if above == parent]


def in_groups(groups: Iterable[int], session: int) -> list[int]:
    """Living processes of these process groups within one session."""
    wanted = set(groups)
    return [
        pid for pid, _parent, group, state in _all() if group in wanted and state != "Z" and _session(pid) == session
    ]


def marked(variable: str, value: str) -> list[int]:
    """Living processes that were started with ``variable=value`` in their environment."""
    needle = f"{variable}={value}".encode()
    return [pid for pid, _parent, _group, state in _all() if state != "Z" and _has(pid, needle)]


def mapping(name: str) -> list[int]:
    """Living processes of this program, forked ones then, that have memory of this name mapped."""
    needle, program = f"/memfd:{name} ".encode(), _program("self")
    return [
        pid
        for pid, _parent, _group, state in _all()
        if state != "Z" and _program(str(pid)) == program and needle in _read(pid, "maps")
    ]


def kill_descendants(root: int, *, but: Container[int] = (), within: float = 5.0) -> None:
    """Kill everything below ``root``, again and again until nothing is left or ``within`` seconds are over.

    Those in ``but`` stay; what is below them does not.

    Each is frozen before any is killed, so that none can start another meanwhile.
    """
    give_up = time.monotonic() + within
    while (found := [pid for pid in descendants(root) if pid not in but]) and time.monotonic() < give_up:
        for pid in found:
            send(pid, signal.SIGSTOP)
        for pid in found:
            send(pid, signal.SIGKILL)
        reap(found)
        time.sleep(0.01)


def kill_all(pids: Iterable[int]) -> None:
    """Send SIGKILL to each."""
    for pid in pids:
        send(pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send a signal; a process that is gone already is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def freeze(pid: int, *, within: float = 1.0) -> None:
    """Stop a process and wait until it really stands still."""
    send(pid, signal.SIGSTOP)
    give_up = time.monotonic() + within
    while _state(pid) not in ("T", "t", "Z", "") and time.monotonic() < give_up:
        time.sleep(0.001)


def reap(pids: Iterable[int]) -> None:
    """Take note of the end of those that are dead children of this process."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def wait_for(child: int) -> None:
    """Reap a child that has been killed."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def has_children() -> bool:
    """Whether this process has any child, alive or not (one system call)."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def exists(pid: int) -> bool:
    """Whether a process of that id lives."""
    return _state(pid) not in ("", "Z")


def _all() -> Iterable[tuple[int, int, int, str]]:
    """Id, parent, group and state of every process."""
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            yield int(entry.name), int(stat[1]), int(stat[2]), stat[0]


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat from the state on; the name before them may hold anything."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _state(pid: int) -> str:
    stat = _stat(pid)
    return stat[0] if stat else ""


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def _has(pid: int, needle: bytes) -> bool:
    return needle in _read(pid, "environ").split(b"\0")


def _program(pid: str) -> str:
    try:
        return str((_PROC / pid / "exe").readlink())
    except OSError:
        return ""


def _read(pid: int, name: str) -> bytes:
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""
