"""``python enter.py PID PROGRAM ARGUMENTS…``: run a program on the host (see ``hosts``) that a process stands for."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_SET_DEATH_SIGNAL, _GET_DEATH_SIGNAL = 1, 2


def enter(pid: int) -> None:
    """Change into the namespaces of ``pid``; the one of users comes first, for it grants the right to the rest."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = Path.cwd()
    signal = ctypes.c_int()
    libc.prctl(_GET_DEATH_SIGNAL, ctypes.byref(signal))
    for name in ("user", "mnt", "uts", "net"):
        theirs = Path(f"/proc/{pid}/ns/{name}")
        if not theirs.samefile(f"/proc/self/ns/{name}"):
            space = os.open(theirs, os.O_RDONLY)
            if libc.setns(space, 0):
                code = ctypes.get_errno()
                raise OSError(code, f"{name} namespace of process {pid}: {os.strerror(code)}")
            os.close(space)
    os.chdir(here if here.is_dir() else "/")
    libc.prctl(_SET_DEATH_SIGNAL, signal.value)  # new rights have cleared it


if __name__ == "__main__":
    enter(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
