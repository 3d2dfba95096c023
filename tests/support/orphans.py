"""Processes that a killed parent leaves behind, and how to find them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_STARTER = """
import os, pathlib, signal, sys
from headway.standalone import postgres, valkey
from headway.standalone.place import choose_place
home = pathlib.Path(sys.argv[1])
server = eval(sys.argv[2])(choose_place(home), home / "logs")
server.start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_behind(server: str, home: Path) -> None:
    """Start an embedded server in a process that is killed as soon as the server is ready."""
    ended = subprocess.run([sys.executable, "-c", _STARTER, str(home), server], check=False, env=dict(os.environ))
    assert ended.returncode == -9, "the starter failed"


def processes_in(folder: Path) -> list[str]:
    """Command lines of the processes that name ``folder``, or work in it."""
    processes = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [line for process in processes if (line := _mentions(process, folder))]


def _mentions(process: Path, folder: Path) -> str:
    try:
        line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        cwd = str((process / "cwd").readlink())
    except OSError:
        return ""
    mentioned = str(folder) in line or cwd.startswith(str(folder))
    return f"{process.name} {line}" if mentioned and int(process.name) != os.getpid() else ""
