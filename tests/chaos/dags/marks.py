"""What tasks and their subprocesses write outside the system: ``CLOCK KIND WHO ATTEMPT PID``, one line each.

``CLOCK`` is the monotonic clock in nanoseconds, one for all hosts of this machine; ``KIND`` is start, tick or end;
``WHO`` is task or sub; ``ATTEMPT`` is TI.DISPATCH. A line is one write to a file opened for appending, so none is torn.
As a program (``marks.py SECONDS``) it is the subprocess.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

FACTS = Path(__file__).with_name("chaos.json")
TICK = 0.05  # seconds


def released() -> Path:
    """The file whose coming lets guests go."""
    return Path(json.loads(FACTS.read_text())["marks"]).with_suffix(".released")


@contextlib.contextmanager
def marking(who: str) -> Iterator[Callable[[float], None]]:
    """Mark start and end; what it yields spends so many seconds and ticks meanwhile."""
    marks = os.open(json.loads(FACTS.read_text())["marks"], os.O_WRONLY | os.O_APPEND)
    attempt, pid = os.environ["HEADWAY_ATTEMPT"], os.getpid()

    def mark(kind: str) -> None:
        os.write(marks, f"{time.monotonic_ns()} {kind} {who} {attempt} {pid}\n".encode())

    def spend(seconds: float) -> None:
        over = time.monotonic() + seconds
        while (left := over - time.monotonic()) > 0:
            time.sleep(min(TICK, left))
            mark("tick")

    mark("start")
    try:
        yield spend
        mark("end")
    finally:
        os.close(marks)


def main() -> None:
    """Be a subprocess."""
    with marking("sub") as spend:
        spend(float(sys.argv[1]))


if __name__ == "__main__":
    main()
