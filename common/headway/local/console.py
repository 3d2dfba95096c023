"""A run as it goes on, on the terminal: each task's output behind its name, one line when a task has ended."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from headway.authoring.import_paths import with_own_names
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.runtime import RunFacts
from headway.cli.output import counted, say, seconds, state
from headway.local.results import RunReport, TaskReport
from headway.masking import Masker


class ConsoleWatcher:
    """Shows a run on ``stream`` (default: standard output); secrets of ``world`` are masked."""

    def __init__(self, world: LocalWorld, stream: TextIO | None = None) -> None:
        self._masked = WorldMasker(world)
        self._stream = stream or sys.stdout
        self._console = Console(file=self._stream, highlight=False, soft_wrap=True)

    def run_started(self, dag: Any, facts: RunFacts) -> None:
        """Say what runs and for which time."""
        self._say(Text.assemble((facts.dag_id, "bold"), f": run {facts.run_id} of {counted(len(dag.tasks), 'task')}"))

    @contextmanager
    def task(self, label: str) -> Iterator[None]:
        """What is printed and logged inside comes out line by line, behind ``label``."""
        lines = _Lines(self._masked, self._stream, Text.assemble((f"{label} | ", "dim")), self._console)
        handler = logging.StreamHandler(lines)
        handler.setFormatter(_Format())
        root = logging.getLogger()
        level, before = root.level, root.handlers[:]
        root.handlers[:] = [handler]
        root.setLevel(logging.INFO)
        try:
            with redirect_stdout(lines), redirect_stderr(lines):
                yield
        finally:
            lines.end()
            root.handlers[:] = before
            root.setLevel(level)

    def task_ended(self, report: TaskReport, wait: float | None) -> None:
        """One line: the task, its state, how long it took and, where something is wrong, why."""
        took = f" after {seconds(report.seconds)}" if report.seconds is not None else ""
        line = Text.assemble((report.label, "bold"), ": ", state(report.state), took)
        if report.error:
            line.append(f": {report.error.partition(chr(10))[0]}")  # the rest of it was logged
        if wait is not None:
            line.append(f"; runs again in {seconds(wait)}" if wait else "; runs again at once here")
        for asset in report.outlets:
            line.append(f"; updated {asset}")
        self._say(line)

    def run_ended(self, report: RunReport) -> None:
        """The run's state, and how many tasks are in which."""
        counts: dict[str, int] = {}
        for one in report.tasks:
            counts[one.state] = counts.get(one.state, 0) + 1
        shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        ended = Text.assemble((report.dag_id, "bold"), ": ", state(report.state), f" after {seconds(report.seconds)}")
        self._say(ended.append(f" ({shown or 'no tasks'})"))

    def _say(self, line: Text) -> None:
        line.plain = self._masked(line.plain)
        self._console.print(line)


def show_fields(world: LocalWorld, fields: Mapping[str, Any]) -> None:
    """Rendered template fields, one behind the other."""
    for name, value in fields.items():
        text = value if isinstance(value, str) else repr(value)
        say(Text.assemble((f"{name}: ", "bold"), masked(world, text)))


class _Lines(io.TextIOBase):
    """A text stream that puts a prefix before each line and masks secrets."""

    def __init__(self, masker: WorldMasker, stream: TextIO, prefix: Text, console: Console) -> None:
        self._masked = masker
        self._prefix = prefix
        self._console = console
        self._stream = stream
        self._rest = ""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """That of the stream behind, for programs that tasks start."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        """Whole lines come out; the rest waits."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._put(line)
        return len(text)

    def end(self) -> None:
        """What waits is a line."""
        if self._rest:
            self._put(self._rest)
            self._rest = ""

    def _put(self, line: str) -> None:
        # The streams are redirected here: the console writes to its own.
        self._console.print(self._prefix + Text(self._masked(with_own_names(line))))


class _Format(logging.Formatter):
    """The message alone; with its level when that is more than INFO."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno <= logging.INFO else f"{record.levelname}: {text}"


class WorldMasker:
    """Masks the secrets that a world has come across, in each of the forms in which one may appear in a text."""

    def __init__(self, world: LocalWorld) -> None:
        self._world = world
        self._known: set[str] = set()
        self._masker = Masker()

    def __call__(self, text: str) -> str:
        """``text`` without secrets."""
        for secret in self._world.masked - self._known:
            self._masker.add(secret)
            self._known.add(secret)
        return self._masker(text)


def masked(world: LocalWorld, text: str) -> str:
    """``text`` without the secrets that the world has come across."""
    return WorldMasker(world)(text)
