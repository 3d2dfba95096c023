"""Read or follow a task's log: attempt by attempt, to the last byte.

An ended attempt says how long its log is (``log_bytes``), so a follower knows when it has all of it. Where
the host was lost nobody knows; then what is there is shown and the loss is said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from headway.log_store.reading import LogStore
from headway.metastore.database import Connection
from headway.metastore.queries import logs
from headway.metastore.queries.logs import LoggedAttempt
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.task_list import Instance
from headway.operations import instances, tasks
from headway.states import FINISHED, TaskState

_PAUSE = 0.4  # seconds between two looks at a log that is being written
_REASONS = 2.0  # seconds between two looks at why something waits
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
    """More of the log: of which dispatch, and at which byte it begins."""

    text: str
    dispatch: int = 0
    offset: int = 0


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


@dataclass(frozen=True, slots=True)
class Idle:
    """There is nothing to tell just now: look again after a moment."""


LogEvent = Earlier | Began | Text | Ended | Waiting

#: Where a reader stands: a dispatch, and the byte of its log that comes next.
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Whose log: a task of a run (None: the newest), one try or (None) the last that began.

    ``follow`` goes on until the task instance (or the try that was asked for) has ended. ``after`` goes on where
    somebody stopped reading.
    """

    dag_id: str
    task_id: str
    run_id: str | None = None
    map_index: int | None = None
    try_number: int | None = None
    follow: bool = False
    after: Position | None = None


def log_events(
    conn: Connection,
    store: LogStore,
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
    reader = LogReader(conn, store, request, patience=patience)
    return _without_pauses(reader.events(), pause)


def _without_pauses(events: Iterator[LogEvent | Idle], pause: Callable[[], None]) -> Iterator[LogEvent]:
    for event in events:
        if isinstance(event, Idle):
            pause()
        else:
            yield event


def without_log(conn: Connection, request: LogRequest) -> str:
    """Why nothing was logged."""
    _, instance = tasks.find_instance(conn, request.dag_id, request.run_id, request.task_id, request.map_index)
    over, wanted = instance.state in FINISHED, request.try_number
    if wanted is not None and (over or wanted > instance.try_number):
        return f"{request.task_id} had no try {wanted}: it is {instance.state} at try {instance.try_number}"
    if over:
        return f"{request.task_id} is {instance.state} without having run on a worker, so there is no log"
    return "nothing was logged yet: `headway tasks states` says where the task stands"


class LogReader:
    """Walks through the attempts of one task instance.

    ``conn`` may be another one after each ``Idle``, so that a reader who waits holds none.
    """

    def __init__(self, conn: Connection, store: LogStore, request: LogRequest, *, patience: float = 10.0) -> None:
        """Find the task instance; raises ``NotFound``."""
        self.conn = conn
        self._store = store
        self._request = request
        self._patience = patience
        self._map_index = request.map_index
        run, instance = self._find(request.run_id)
        self._run_id = run.run_id
        self._ti = instance.ti  # 0 until its run has started
        self._last = request.after[0] - 1 if request.after else 0  # the dispatch that was read last
        self._is_first_look = not request.after  # what begins after it is shown in full, however fast it goes
        self._waiting: Waiting | None = None
        self._asked_at = 0.0  # when the reason for waiting was looked for last
        self._read: tuple[LoggedAttempt, int] | None = None  # the attempt that was read last, and how far

    def events(self) -> Iterator[LogEvent | Idle]:
        """Every event in order."""
        while True:
            over = self._is_over()  # asked first, so that no attempt can begin unseen
            unread = self._unread()
            if unread and not self._last and (earlier := self._earlier(unread[0].try_number)):
                yield Earlier(earlier)
            for attempt in unread:
                yield from self._behind_the_end()
                yield from self._attempt(attempt)
                self._last = attempt.dispatch
            if over or not self._request.follow:
                return
            if not unread:
                yield from self._wait()

    def _find(self, run_id: str | None) -> tuple[Run, Instance]:
        request = self._request
        run, found = tasks.find_instance(self.conn, request.dag_id, run_id, request.task_id, self._map_index)
        self._map_index = found.map_index  # of a mapped task it is known only when the run has started
        return run, found

    def _standing(self) -> tuple[TaskState, int]:
        """The state and try of the task instance."""
        found = logs.standing(self.conn, self._ti) if self._ti else None
        if found is None:
            _, instance = self._find(self._run_id)
            self._ti = instance.ti
            found = instance.state, instance.try_number
        return TaskState(found[0]), found[1]

    def _attempts(self) -> list[LoggedAttempt]:
        return logs.attempts(self.conn, self._ti) if self._ti else []

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

    def _attempt(self, attempt: LoggedAttempt) -> Iterator[LogEvent | Idle]:
        self._waiting = None
        yield Began(attempt)
        offset = self._offset_in(attempt)
        quiet_since = time.monotonic()
        while True:
            current = self._current(attempt)  # before the text: what is complete now stays so
            for chunk in self._chunks(attempt, offset):
                yield Text(chunk.text, attempt.dispatch, chunk.offset)
                offset, quiet_since = chunk.end, time.monotonic()
            self._read = attempt, offset
            end = self._end(current, offset, time.monotonic() - quiet_since)
            if end is not None:
                yield Ended(current, end)
                return
            yield Idle()

    def _behind_the_end(self) -> Iterator[Text]:
        """What has come since behind the end of the last attempt: the words of the trigger that it deferred to."""
        if self._read is None:
            return
        attempt, offset = self._read
        for chunk in self._chunks(attempt, offset):
            yield Text(chunk.text, attempt.dispatch, chunk.offset)
            self._read = attempt, chunk.end

    def _offset_in(self, attempt: LoggedAttempt) -> int:
        after = self._request.after
        return after[1] if after and after[0] == attempt.dispatch else 0

    def _chunks(self, attempt: LoggedAttempt, offset: int) -> Iterator[logs.Chunk]:
        more = True
        while more:
            piece = self._store.read(self.conn, ti=attempt.ti, dispatch=attempt.dispatch, from_offset=offset)
            more = piece.more
            for chunk in piece.chunks:
                yield chunk
                offset = chunk.end

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

    def _wait(self) -> Iterator[LogEvent | Idle]:
        state, _ = self._standing()
        yield from self._behind_the_end()
        if state != TaskState.RUNNING and self._asks_why(state):
            waiting = Waiting(state, self._why())
            if waiting != self._waiting:
                self._waiting = waiting
                yield waiting
        yield Idle()

    def _asks_why(self, state: TaskState) -> bool:
        """Whether to look for the reason again: it takes many statements, and rarely changes without the state."""
        now = time.monotonic()
        if self._waiting and self._waiting.state == state and now - self._asked_at < _REASONS:
            return False
        self._asked_at = now
        return True

    def _why(self) -> str:
        found = instances.find(self.conn, self._request.dag_id, self._run_id, self._request.task_id, self._map_index)
        return instances.why(self.conn, found)

    def _is_over(self) -> bool:
        state, try_number = self._standing()
        wanted = self._request.try_number
        if wanted is not None:
            used_up = try_number > wanted
            return used_up or state in FINISHED or (try_number == wanted and state == TaskState.UP_FOR_RETRY)
        return state in FINISHED
