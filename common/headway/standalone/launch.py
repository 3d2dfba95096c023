"""Start a program that ends with its parent: run by path in a bare interpreter, then replaced by the program.

``python -I -S launch.py '{"parent": 12, "signal": 15, …}' program arguments…`` drops to another account,
takes a lock that the program then holds for life, arranges a signal for the parent's death, and executes
the program. A process of its own does this because code between fork and exec in a process with threads
is not safe. A change of account wipes the arrangement, so the order below is the only one that works.

The kernel sends the signal when the *thread* that started this process ends, so that thread must live as
long as the program should.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(spec: dict[str, object], argv: list[str]) -> None:
    """Become ``argv``; ``spec`` holds parent, signal, cwd, lock (path or null), uid and gid (or null)."""
    _end_with_parent(spec)
    if spec["lock"]:
        _hold(str(spec["lock"]))
    if spec["uid"] is not None:
        _become(int(str(spec["uid"])), int(str(spec["gid"])))
        _end_with_parent(spec)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.chdir(str(spec["cwd"]))
    os.execv(argv[0], argv)  # noqa: S606 -- the command is the supervisor's own


def _end_with_parent(spec: dict[str, object]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(str(spec["signal"])), 0, 0, 0)
    if os.getppid() != spec["parent"]:
        sys.exit("the parent ended before its child had started")


def _hold(path: str) -> None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)  # waits for the last process of the previous server
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    os.set_inheritable(lock, True)  # the program and all its children hold the lock until the last one ends


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    os.umask(0o077)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]), sys.argv[2:])
    except OSError as error:
        sys.exit(f"cannot start {sys.argv[2]}: {error}")
