"""The scheduler's end of one process that loads DAG files (``child`` is the other end)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from headway.child_processes import clean_environment
from headway.errors import HeadwayError
from headway.masking import Masker
from headway.messages import RunsAsked
from headway.metastore.queries.code import ANY_MODULE, UNTIL, VALUE, FileError
from headway.settings import Settings
from headway_scheduler.parse.pipes import Stream, kill_tree

#: Answers a file's question for a ``variable`` or ``connection`` by its key; raises ``HeadwayError``.
Lookup = Callable[[str, str], Any]

_OUTPUT_LINES = 10
_OUTPUT_BYTES = 4_000
_LONGEST_START = 60.0  # seconds until a process begins with its job: on a busy host that is not the file's fault
_TRACE_WAIT = 1.0  # seconds that a hanging process gets to say where it hangs
_SLOW = "move slow work (queries, downloads) from the top of the file into a task, or raise dags.parse_timeout"
_ENDLESS = "see that next_dagrun_info always comes to an end, and soon, or raise dags.parse_timeout"
_LONG_RANGE = "see that next_dagrun_info always comes to an end, ask for a shorter range, or raise dags.parse_timeout"
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


@dataclass(frozen=True, slots=True)
class Job:
    """A file to load: ``file`` and the DAG ``folder`` relative to ``root``, ``style`` to force, which ``airflow``.

    ``secrets`` is the class of the secrets backend and its arguments (``secrets_backends.configure``),
    ``defaults`` what DAGs and tasks get that do not say (``authoring.defaults.configure``). With ``asked`` it is loaded
    for the runs of a timetable alone.
    """

    file: str
    root: Path
    folder: str = ""
    style: int | None = None
    prefer_airflow: bool = False
    secrets: tuple[str, str] = ("", "")
    defaults: Mapping[str, Any] = field(default_factory=dict)
    asked: RunsAsked | None = None

    @classmethod
    def of(cls, settings: Settings, file: str, root: Path, folder: str, asked: RunsAsked | None = None) -> Job:
        """A file below ``root``, to be loaded as the settings say."""
        options = settings.dags
        secrets = (settings.secrets.backend, settings.secrets.backend_kwargs.get_secret_value())
        return cls(file, root, folder, options.style, options.prefer_airflow, secrets, settings.unsaid(), asked)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a file: the structures of its DAGs, what it read, how long it took, or its error.

    ``runs`` are those that were asked for: (run after, start, end) in ISO 8601.
    """

    file: str
    dags: list[dict[str, Any]]
    reads: list[str]
    seconds: float
    error: FileError | None = None
    runs: Sequence[tuple[str, str, str]] = ()


class ParseProcess:
    """One child: idle, or at work on one job with a deadline.

    ``timeout`` is in seconds. Nothing here blocks: ``streams`` tell when there is something to read, and
    ``look`` says whether the job is over.
    """

    def __init__(self, timeout: float, lookup: Lookup) -> None:
        self._timeout = timeout
        self._lookup = lookup
        self._job: Job | None = None
        self._began = 0.0
        self._loads = False
        self._masker = Masker()
        self._timetable: str | None = None  # whose methods are at work
        self._reads: set[str] = set()
        self.jobs = 0
        self.usable = True
        self._start()

    def _start(self) -> None:
        answers, traces = os.pipe(), os.pipe()
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "headway_scheduler.parse.child", str(answers[1]), str(traces[1])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(answers[1], traces[1]),
                env=clean_environment(os.environ),
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(answers[1])
            os.close(traces[1])
        assert self._child.stdout is not None
        self._answers, self._traces = Stream(answers[0]), Stream(traces[0])
        self._output = Stream(self._child.stdout.fileno())
        for stream in (self._answers, self._traces, self._output):
            os.set_blocking(stream.descriptor, False)

    @property
    def file(self) -> str:
        """The file at work, ``""`` when it can take a job."""
        return self._job.file if self._job else ""

    @property
    def deadline(self) -> float:
        """When the present job must be over (monotonic clock); its time counts once the child has begun with it."""
        return self._began + self._timeout + (0.0 if self._loads else _LONGEST_START)

    def descriptors(self) -> list[int]:
        """What becomes readable when there is something to ``look`` at."""
        return [stream.descriptor for stream in (self._answers, self._output) if not stream.ended]

    def give(self, job: Job) -> None:
        """Begin with a job."""
        self._job, self._began, self._loads = job, time.monotonic(), False
        self._masker, self._reads, self._timetable = Masker(), set(), None
        self._output.read()
        self._output.data.clear()
        self.jobs += 1
        self._send({**asdict(job), "root": str(job.root)})

    def look(self) -> Parsed | None:
        """Read what the child has sent; what came of the job when it is over."""
        self._output.read()
        del self._output.data[:-_OUTPUT_BYTES]
        ended = self._child.poll() is not None  # asked first: then all that it wrote is there to be read
        self._answers.read()
        try:
            parsed = self._on_messages()
        except (ValueError, KeyError, TypeError):
            return self._talked_nonsense()
        if parsed is not None:
            return parsed
        if ended or self._answers.ended:
            return self._died()
        return self._too_slow() if time.monotonic() > self.deadline else None

    def close(self) -> None:
        """Kill it and everything that it started."""
        self.usable = False
        kill_tree(self._child)
        for stream in (self._answers, self._traces):
            os.close(stream.descriptor)
        for pipe in (self._child.stdin, self._child.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _on_messages(self) -> Parsed | None:
        while (line := self._answers.next_line()) is not None:
            parsed = self._on_message(json.loads(line))
            if parsed is not None:
                return parsed
        return None

    def _on_message(self, message: Mapping[str, Any]) -> Parsed | None:
        if "ask" in message:
            self._reply(message["ask"], message["key"])
        elif "began" in message:
            self._began, self._loads = time.monotonic(), True
        elif "read" in message:
            self._reads.add(message["read"])
        elif "timetable" in message:
            self._timetable = message["timetable"]
        elif "mask" in message:
            self._masker.add(message["mask"])
        else:
            return self._answered(message)
        return None

    def _reply(self, kind: str, key: str) -> None:
        if kind != "records":  # runs change all the time; a file is not read anew for that
            self._reads.add(f"{VALUE}{kind}:{key}")
        try:
            self._send({"value": self._lookup(kind, key)})
        except HeadwayError as error:
            self._send({"fault": error.message, "remedy": error.remedy})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has died: the next look says so
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()

    def _answered(self, message: Mapping[str, Any]) -> Parsed:
        job = self._end_job()
        self.usable = message["alone"]  # threads that the file left running would disturb the next one
        fault = message["error"]
        error = None
        if fault:
            self._output.read()
            text = self._masker(fault["message"]) + self._shown_output()
            error = FileError(fault["line"], text, self._masker(fault["remedy"]))
        self._reads.update(message["modules"])
        schedules = (dag["schedule"] for dag in message["dags"])
        self._reads.update(UNTIL + schedule["until"] for schedule in schedules if "until" in schedule)
        runs = [tuple(run) for run in message["runs"]]
        return Parsed(job.file, message["dags"], self._reads_of(job, error), message["seconds"], error, runs)

    def _died(self) -> Parsed:
        job = self._end_job()
        self.usable = False
        code = self._child.wait()
        how = f"ended with exit status {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"
        text = f"the process that loaded the file {how}" + self._shown_output()
        remedy = "a DAG file must not end the process: remove os._exit and the like, or the library that crashes"
        return self._failed(job, FileError(0, text, remedy))

    def _talked_nonsense(self) -> Parsed:
        job = self._end_job()
        self.usable = False
        text = "the file's code wrote into a pipe of Headway's" + self._shown_output()
        return self._failed(job, FileError(0, text, "leave file descriptors alone that the file did not open"))

    def _too_slow(self) -> Parsed:
        where = self._where(self._job)
        job = self._end_job()
        self.usable = False
        text, remedy = f"the file took longer than {self._timeout:g} s to load", _SLOW
        if self._timetable:
            text = f"the timetable {self._timetable} came to no end in {self._timeout:g} s"
            remedy = _LONG_RANGE if job.asked else _ENDLESS
        return self._failed(job, FileError(where.line, text + where.text + self._shown_output(), remedy))

    def _failed(self, job: Job, error: FileError) -> Parsed:
        return Parsed(job.file, [], self._reads_of(job, error), time.monotonic() - self._began, error)

    def _reads_of(self, job: Job, error: FileError | None) -> list[str]:
        return sorted((self._reads - {job.file}) | ({ANY_MODULE} if error else set()))

    def _end_job(self) -> Job:
        assert self._job is not None
        job, self._job = self._job, None
        return job

    def _where(self, job: Job | None) -> _Place:
        assert job is not None
        os.kill(self._child.pid, signal.SIGUSR1)
        until = time.monotonic() + _TRACE_WAIT
        place = _Place("", 0)
        while not place.line and (rest := until - time.monotonic()) > 0:
            select.select([self._traces.descriptor], [], [], rest)
            self._traces.read()
            if self._traces.ended:
                break
            place = find_place(self._traces.data.decode(errors="replace"), job)
        return place

    def _shown_output(self) -> str:
        text = self._masker(self._output.data.decode(errors="replace").strip())
        return "\nlast output:\n" + "\n".join(text.splitlines()[-_OUTPUT_LINES:]) if text else ""


@dataclass(frozen=True, slots=True)
class _Place:
    text: str
    line: int


def find_place(stacks: str, job: Job) -> _Place:
    """Where a file hangs, from its process's stacks (innermost frames first)."""
    root, file = f"{job.root}/", str(job.root / job.file)
    frames = [(match[1], int(match[2])) for match in _FRAME.finditer(stacks)]
    line = next((line for name, line in frames if name == file), 0)
    inner = next(((name, line) for name, line in frames if name.startswith(root)), None)
    if inner is None:
        return _Place("", 0)
    place = f"line {inner[1]}" if inner[0] == file else f"{inner[0].removeprefix(root)}:{inner[1]}"
    return _Place(f"; it was at {place}", line)
