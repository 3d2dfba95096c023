"""Read or follow a task's log: attempt by attempt, to the last byte.

An ended attempt says how long its log is (``log_bytes``), so a follower knows when it has all of it. Where
the host was lost nobody knows; then what is there is shown and the loss is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from headway.metastore.database import Connection
from headway.metastore.queries import logs
from headway.metastore.queries.logs import LoggedAttempt
from headway.metastore.queries.task_list import Instance
from headway.operations import tasks
from headway.states import FINISHED, TaskState

_PAUSE = 0.4  # seconds between two looks at a log that is being written
_ON_ITS_WAY = 3.0  # seconds that the end of an ended attempt's log may take, also for who does not follow


class LogEnd(StrEnum):
    """How the log of an attempt ends."""

    COMPLETE = "complete"
    RUNNING = "running"  # the attempt still writes, and nobody asked to follow it
    LOST = "lost"  # with its host
    CUT = "cut"  # the end has not arrived, although the attempt is over


@dataclass(frozen=True, slots=True)
class Earlier:
    """Tries before the one that is shown, which nobody asked for; in order."""

    tries: list[int]


@dataclass(frozen=True, slots=True)
class Began:
    """The log of an attempt begins."""

    attempt: LoggedAttempt


@dataclass(frozen=True, slots=True)
class Text:
    """More of the log."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The log of an attempt ends here."""

    attempt: LoggedAttempt
    end: LogEnd


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing runs: in which state the task instance waits, and why."""

    state: str
    why: str


LogEvent = Earlier | Began | Text | Ended | Waiting


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Whose log: a task of a run (None: the newest), one try or (None) the last that began.

    ``follow`` goes on until the task instance (or the try that was asked for) has ended.
    """

    dag_id: str
    task_id: str
    run_id: str | None = None
    map_index: int | None = None
    try_number: int | None = None
    follow: bool = False


def log_events(
    conn: Connection,
    request: LogRequest,
    *,
    patience: float = 10.0,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE),
) -> Iterator[LogEvent]:
    """The log as it is, or as it comes.

    ``patience`` is how many seconds a follower waits for the rest of the log of an attempt that has ended;
    others wait for it a moment only.
    Raises ``NotFound`` for an unknown DAG, run or task.
    """
    run, instance = tasks.find_instance(conn, request.dag_id, request.run_id, request.task_id, request.map_index)
    return _LogReader(conn, request, run.run_id, instance, patience, pause).events()


def without_log(conn: Connection, request: LogRequest) -> str:
    """Why nothing was logged."""
    _, instance = tasks.find_instance(conn, request.dag_id, request.run_id, request.task_id, request.map_index)
    over, wanted = instance.state in FINISHED, request.try_number
    if wanted is not None and (over or wanted > instance.try_number):
        return f"{request.task_id} had no try {wanted}: it is {instance.state} at try {instance.try_number}"
    if over:
        return f"{request.task_id} is {instance.state} without having run on a worker, so there is no log"
    return "nothing was logged yet: `headway tasks states` says where the task stands"


class _LogReader:
    """Walks through the attempts of one task instance."""

    def __init__(
        self,
        conn: Connection,
        request: LogRequest,
        run_id: str,
        instance: Instance,
        patience: float,
        pause: Callable[[], None],
    ) -> None:
        self._conn = conn
        self._request = request
        self._run_id = run_id
        self._map_index = instance.map_index
        self._patience = patience
        self._pause = pause
        self._last = 0  # the dispatch that was read last
        self._is_first_look = True  # what begins after it is shown in full, however fast it goes
        self._waiting: Waiting | None = None

    def events(self) -> Iterator[LogEvent]:
        """Every event in order."""
        while True:
            over = self._is_over()  # asked first, so that no attempt can begin unseen
            unread = self._unread()
            if unread and not self._last and (earlier := self._earlier(unread[0].try_number)):
                yield Earlier(earlier)
            for attempt in unread:
                yield from self._attempt(attempt)
                self._last = attempt.dispatch
            if over or not self._request.follow:
                return
            if not unread:
                yield from self._wait()

    def _unread(self) -> list[LoggedAttempt]:
        found = self._attempts()
        wanted = self._request.try_number
        if wanted is None and found and self._is_first_look:
            wanted = found[-1].try_number
        self._is_first_look = False
        later = [each for each in found if each.dispatch > self._last]
        return [each for each in later if wanted is None or each.try_number == wanted]

    def _earlier(self, shown: int) -> list[int]:
        if self._request.try_number is not None:
            return []
        return sorted({each.try_number for each in self._attempts() if each.try_number < shown})

    def _attempts(self) -> list[LoggedAttempt]:
        request = self._request
        return logs.attempts_of(
            self._conn,
            dag_id=request.dag_id,
            run_id=self._run_id,
            task_id=request.task_id,
            map_index=self._map_index,
        )

    def _instance(self) -> Instance:
        request = self._request
        _, found = tasks.find_instance(self._conn, request.dag_id, self._run_id, request.task_id, request.map_index)
        self._map_index = found.map_index  # of a mapped task it is known only when the run has started
        return found

    def _attempt(self, attempt: LoggedAttempt) -> Iterator[LogEvent]:
        self._waiting = None
        yield Began(attempt)
        offset = 0
        quiet_since = time.monotonic()
        while True:
            current = self._current(attempt)  # before the text: what is complete now stays so
            for chunk in self._chunks(attempt, offset):
                yield Text(chunk.text)
                offset, quiet_since = chunk.end, time.monotonic()
            end = self._end(current, offset, time.monotonic() - quiet_since)
            if end is not None:
                yield Ended(current, end)
                return
            self._pause()

    def _chunks(self, attempt: LoggedAttempt, offset: int) -> Iterator[logs.Chunk]:
        while True:
            found = logs.read(self._conn, ti=attempt.ti, dispatch=attempt.dispatch, from_offset=offset)
            if not found:
                return
            yield from found
            offset = found[-1].end

    def _current(self, attempt: LoggedAttempt) -> LoggedAttempt:
        if attempt.outcome is not None:
            return attempt
        return next((each for each in self._attempts() if each.dispatch == attempt.dispatch), attempt)

    def _end(self, attempt: LoggedAttempt, offset: int, quiet: float) -> LogEnd | None:
        if attempt.outcome is None:
            return None if self._request.follow else LogEnd.RUNNING
        if attempt.log_bytes is None:
            return LogEnd.LOST
        if offset >= attempt.log_bytes:
            return LogEnd.COMPLETE
        patience = self._patience if self._request.follow else min(self._patience, _ON_ITS_WAY)
        return None if quiet < patience else LogEnd.CUT

    def _wait(self) -> Iterator[LogEvent]:
        instance = self._instance()
        waiting = Waiting(instance.state, self._why(instance))
        if instance.state != TaskState.RUNNING and waiting != self._waiting:
            self._waiting = waiting
            yield waiting
        self._pause()

    def _why(self, instance: Instance) -> str:
        shown = tasks.states(self._conn, self._request.dag_id, self._run_id).tasks
        mine = (each for each in shown if (each.task_id, each.map_index) == (instance.task_id, instance.map_index))
        return next((each.why for each in mine), "")

    def _is_over(self) -> bool:
        instance = self._instance()
        wanted, state = self._request.try_number, TaskState(instance.state)
        if wanted is not None:
            used_up = instance.try_number > wanted
            return used_up or state in FINISHED or (instance.try_number == wanted and state == TaskState.UP_FOR_RETRY)
        return state in FINISHED
