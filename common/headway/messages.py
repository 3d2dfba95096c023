"""The contract between scheduler and workers: the messages that cross the broker.

``Dispatch`` travels from a scheduler to a worker as the only argument of the Celery task
``headway.execute``, ``CallbackOrder`` as that of ``headway.callback``; ``Finished`` travels back on the owning
scheduler's event queue, where ``Due`` also comes from triggerers, ``Wake`` from whoever changed the metastore
by hand, and ``RunsAsked`` from whoever must know what a user's timetable says. All but the last are hints that save
time: a worker acts on what its claim returns from the metastore, and a scheduler that loses an event finds the
result there. Losing or repeating either does no harm.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

VERSION = 1
EXECUTE_TASK = "headway.execute"
CALLBACK_TASK = "headway.callback"
CONNECTION_TEST_TASK = "headway.test_connection"

#: The reason of the wake-up that tells of updated assets; the engine need not hear of it.
ASSETS = "assets"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One publish of a task instance.

    ``ti`` and ``dispatch`` (the token) decide; the other fields only serve names and caches.
    """

    celery_task: ClassVar[str] = EXECUTE_TASK

    ti: int
    dispatch: int
    dag_id: str
    task_id: str
    run_id: str
    map_index: int
    try_number: int
    bundle: str
    file: str
    reply_to: str

    @property
    def celery_id(self) -> str:
        """The Celery task id, fresh for each publish: Celery never runs a revoked id again."""
        return f"{self.ti}-{self.dispatch}"

    @property
    def name(self) -> str:
        """What Flower shows."""
        return f"{self.dag_id}.{self.task_id}"

    @property
    def summary(self) -> str:
        """Run, map index and try, as Flower shows them."""
        index = f" [{self.map_index}]" if self.map_index >= 0 else ""
        return f"({self.run_id}{index}, try {self.try_number})"

    def to_json(self) -> dict[str, Any]:
        """The message body."""
        body = asdict(self)
        body["try"] = body.pop("try_number")
        return {"v": VERSION, **body}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Dispatch:
        """Read a message body; raises ``UnknownVersion`` when a newer scheduler wrote it."""
        if body.get("v") != VERSION:
            raise UnknownVersion(f"expected message version {VERSION}, got {body.get('v')!r}")
        fields = {key: value for key, value in body.items() if key not in ("v", "try")}
        return cls(try_number=body["try"], **fields)


@dataclass(frozen=True, slots=True)
class CallbackOrder:
    """One sending of callbacks that are to run; ``id`` and ``sent`` decide, the names are for Flower."""

    celery_task: ClassVar[str] = CALLBACK_TASK

    id: int
    sent: int
    dag_id: str
    task_id: str
    run_id: str

    @property
    def celery_id(self) -> str:
        """The Celery task id, fresh for each sending."""
        return f"callback-{self.id}-{self.sent}"

    @property
    def name(self) -> str:
        """What Flower shows."""
        return f"{self.dag_id}.{self.task_id}.callback"

    @property
    def summary(self) -> str:
        """The run, as Flower shows it."""
        return f"({self.run_id})"

    def to_json(self) -> dict[str, Any]:
        """The message body."""
        return {"v": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> CallbackOrder:
        """Read a message body; raises ``UnknownVersion`` when a newer scheduler wrote it."""
        if body.get("v") != VERSION:
            raise UnknownVersion(f"expected message version {VERSION}, got {body.get('v')!r}")
        return cls(**{key: value for key, value in body.items() if key != "v"})


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A connection that a worker shall try, for so many seconds at most.

    ``sealed`` are values to try in place of the stored ones: the connection's fields as encrypted JSON. The answer
    goes to the event queue ``reply_to`` as ``{"ok", "message", "worker"}``.
    """

    celery_task: ClassVar[str] = CONNECTION_TEST_TASK

    id: str
    connection: str
    seconds: float
    reply_to: str
    sealed: str | None = None

    @property
    def celery_id(self) -> str:
        """The Celery task id."""
        return f"connection-test-{self.id}"

    @property
    def name(self) -> str:
        """What Flower shows."""
        return f"test of connection {self.connection}"

    @property
    def summary(self) -> str:
        """Nothing more."""
        return "()"

    def to_json(self) -> dict[str, Any]:
        """The message body; what is not given is left out, for workers that do not know of it."""
        return {"v": VERSION, **{name: value for name, value in asdict(self).items() if value is not None}}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> ConnectionTest:
        """Read a message body; raises ``UnknownVersion`` when a newer Headway wrote it."""
        if body.get("v") != VERSION:
            raise UnknownVersion(f"expected message version {VERSION}, got {body.get('v')!r}")
        return cls(**{key: value for key, value in body.items() if key != "v"})


#: What goes to workers.
Order = Dispatch | CallbackOrder | ConnectionTest


@dataclass(frozen=True, slots=True)
class Finished:
    """A task instance left ``running``: what a worker tells the owner of the run."""

    run: int
    ti: int
    dispatch: int
    state: str

    def encode(self) -> bytes:
        """The event on the wire."""
        return json.dumps([VERSION, self.run, self.ti, self.dispatch, self.state]).encode()


@dataclass(frozen=True, slots=True)
class Due:
    """The time of a waiting task instance has come: its retry or poke is due, or its trigger has fired.

    Schedulers find it among their timers; a triggerer also says so at once.
    """

    run: int
    ti: int
    dispatch: int

    def encode(self) -> bytes:
        """The event on the wire."""
        return json.dumps([VERSION, "due", self.run, self.ti, self.dispatch]).encode()


@dataclass(frozen=True, slots=True)
class Wake:
    """Something changed in the metastore that a scheduler would otherwise find at its next sweep.

    ``reason`` is for the log: ``trigger``, ``clear``, ``pause``, ``pool``, ``worker``, ``lost``, …
    """

    reason: str

    def encode(self) -> bytes:
        """The event on the wire."""
        return json.dumps([VERSION, "wake", self.reason]).encode()


@dataclass(frozen=True, slots=True)
class RunsAsked:
    """Somebody wants the runs of a user's timetable in a range, whose code must not run where they are.

    ``first`` and ``last`` are ISO 8601; ``limit`` is the most runs that are wanted, ``seconds`` the time for it. The
    answer goes to the event queue ``reply_to``: ``{"runs": [[run after, start, end], …]}`` in ISO 8601, or
    ``{"fault", "remedy"}``.
    """

    dag_id: str
    bundle: str
    file: str
    first: str
    last: str
    limit: int
    seconds: float
    reply_to: str

    def encode(self) -> bytes:
        """The event on the wire."""
        return json.dumps([VERSION, "runs", asdict(self)]).encode()


#: What comes to a scheduler.
Event = Finished | Due | Wake | RunsAsked


def decode_event(data: bytes) -> Event:
    """Read an event from a scheduler's queue; raises ``UnknownVersion`` for one that is newer than this code."""
    version, *fields = json.loads(data)
    if version != VERSION:
        raise UnknownVersion(f"expected event version {VERSION}, got {version!r}")
    if fields[0] == "wake":
        return Wake(fields[1])
    if fields[0] == "runs":
        return RunsAsked(**fields[1])
    return Due(*fields[1:]) if fields[0] == "due" else Finished(*fields)


class UnknownVersion(ValueError):
    """A message from a newer Headway: handed back, never dropped."""
