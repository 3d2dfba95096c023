"""The real ``headway`` command as a subprocess."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DEADLINE = 120


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote, read as JSON."""
        assert self.out, f"no output; status {self.status}, stderr: {self.err}"
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """Its line ``error: …``; fails when there is none, or anything like a traceback."""
        assert "Traceback" not in self.err, self.err
        return next(line for line in self.err.splitlines() if line.startswith("error: "))

    @property
    def remedy(self) -> str:
        """Its line ``remedy: …``."""
        return next(line for line in self.err.splitlines() if line.startswith("remedy: "))


class Command:
    """``headway`` with a home of its own; ``settings`` are environment variables such as ``METASTORE__URL``.

    ``program`` is what starts it, if not this Python.
    """

    def __init__(self, home: Path, *, program: Sequence[str] = (), **settings: str) -> None:
        self.program = list(program) or [sys.executable, "-m", "headway"]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")},
            "HEADWAY_HOME": str(home),
            **{f"HEADWAY_{name}": value for name, value in settings.items()},
        }

    def __call__(self, *words: str, stdin: str = "", **settings: str) -> Done:
        """Run it to its end."""
        more = {f"HEADWAY_{name}": value for name, value in settings.items()}
        done = subprocess.run(
            [*self.program, *words],
            check=False, capture_output=True, text=True, input=stdin, timeout=_DEADLINE,
            env={**self.environment, **more},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it and go on; its output is a pipe."""
        return subprocess.Popen(
            [*self.program, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=self.environment,
        )  # fmt: skip
