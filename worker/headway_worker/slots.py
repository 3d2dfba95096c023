"""The table that parent, children and guard share: one slot per child, and the lease's deadline.

It is memory without a file, mapped before the first fork under a name of its own: whatever process shows that
name among its mappings was forked from this worker. Each field has one writer: a child writes its own
slot, except for the stop request and the cause of a kill, which the parent writes. A reader that acts on
a slot by force freezes the child first and looks again (see ``enforcer``).
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class Phase(IntEnum):
    """What a child is doing."""

    IDLE = 0
    CLAIMING = 1
    RUNNING = 2  # from the claim to the end of the task's own code: what a fence must end
    FINISHING = 3
    CALLBACKS = 4  # the result is stored; callbacks run


class Cause(IntEnum):
    """Why a task is asked to stop, or was killed by us."""

    NONE = 0
    STOP = 1  # the metastore says so: cleared, marked, or another attempt has taken its place
    DRAIN = 2
    TIMEOUT = 3
    FENCE = 4  # the lease ran out


@dataclass(frozen=True, slots=True)
class Attempt:
    """A task instance and its dispatch token."""

    ti: int
    dispatch: int

    def __str__(self) -> str:
        return f"{self.ti}.{self.dispatch}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A slot as it was when read. Times are of the monotonic clock; 0 stands for none."""

    index: int
    phase: Phase
    pid: int
    attempt: Attempt
    since: float
    kill_at: float
    nonce: str
    cause: Cause
    reason: str


_HEADER = struct.Struct("<16sdi")
_NODE, _DEADLINE, _DRAINING = struct.Struct("16s"), struct.Struct("<d"), struct.Struct("<i")
_OWN = struct.Struct("<iiqqdd16s")  # phase, pid, ti, dispatch, since, kill_at, nonce
_PHASE, _KILL_AT, _TAKEN = struct.Struct("<i"), struct.Struct("<d"), struct.Struct("<q")
_REQUEST = struct.Struct("<iqq120s")  # cause, ti, dispatch, reason
_OWN_AT, _TAKEN_AT, _REQUEST_AT, _KILL_AT_AT = 0, 64, 72, 32
_HEADER_BYTES, _SLOT_BYTES = 64, 256
_NO_NONCE = bytes(16)


def mapping_name(marker: str) -> str:
    """What the memory of the worker that bears ``marker`` is called."""
    return f"headway-{marker}"


def _named_memory(name: str, size: int) -> mmap.mmap:
    descriptor = os.memfd_create(name)
    try:
        os.ftruncate(descriptor, size)
        return mmap.mmap(descriptor, size)
    finally:
        os.close(descriptor)


class SlotTable:
    """The shared table; made in the parent, inherited by every fork. ``marker`` names its memory."""

    def __init__(self, size: int, marker: str = "") -> None:
        self.size = size
        self._memory = _named_memory(mapping_name(marker), _HEADER_BYTES + size * _SLOT_BYTES)
        self._slots = [Slot(self._memory, index) for index in range(size)]

    @property
    def node(self) -> str:
        """The incarnation under which claims are made."""
        return str(UUID(bytes=bytes(self._memory[0:16])))

    @node.setter
    def node(self, value: str) -> None:
        _NODE.pack_into(self._memory, 0, UUID(value).bytes)

    @property
    def deadline(self) -> float:
        """When (monotonic clock) every running task must be dead unless the lease is renewed."""
        return float(_DEADLINE.unpack_from(self._memory, 16)[0])

    @deadline.setter
    def deadline(self, value: float) -> None:
        _DEADLINE.pack_into(self._memory, 16, value)

    @property
    def draining(self) -> bool:
        """Whether nothing new may be started."""
        return bool(_DRAINING.unpack_from(self._memory, 24)[0])

    @draining.setter
    def draining(self, value: bool) -> None:
        _DRAINING.pack_into(self._memory, 24, value)

    def slot(self, index: int) -> Slot:
        """The slot of one child."""
        return self._slots[index]

    def read(self) -> list[Reading]:
        """Every slot that is not idle."""
        readings = (slot.read() for slot in self._slots if slot.busy)
        return [reading for reading in readings if reading.phase is not Phase.IDLE]

    def held(self) -> list[Attempt]:
        """The attempts that children have claimed and not finished."""
        return [r.attempt for r in self.read() if r.phase in (Phase.RUNNING, Phase.FINISHING)]

    def taken(self) -> int:
        """How many messages the children have taken up so far."""
        return sum(slot.taken for slot in self._slots)

    def pids(self) -> list[int]:
        """The process ids of all children, of those that idle too."""
        return [pid for slot in self._slots if (pid := slot.pid)]


class Slot:
    """One child's part of the table."""

    def __init__(self, memory: mmap.mmap, index: int) -> None:
        self.index = index
        self._memory = memory
        self._at = _HEADER_BYTES + index * _SLOT_BYTES

    def begin(self, pid: int) -> None:
        """A new child takes the slot over."""
        self._write(Phase.IDLE, pid, Attempt(0, 0), 0.0, _NO_NONCE)

    def claiming(self, pid: int, attempt: Attempt, nonce: UUID) -> None:
        """The child is about to claim ``attempt``."""
        taken = self.taken + 1
        _TAKEN.pack_into(self._memory, self._at + _TAKEN_AT, taken)
        self._write(Phase.CLAIMING, pid, attempt, time.monotonic(), nonce.bytes)

    def enter(self, phase: Phase) -> None:
        """Go on to ``phase`` with the same attempt."""
        _PHASE.pack_into(self._memory, self._at, phase)

    def idle(self) -> None:
        """The attempt is over."""
        self.enter(Phase.IDLE)

    def empty(self) -> None:
        """The child is gone, and all that it held has been noted elsewhere."""
        self._write(Phase.IDLE, 0, Attempt(0, 0), 0.0, _NO_NONCE)
        self._request(Cause.NONE, Attempt(0, 0), "")

    @property
    def kill_at(self) -> float:
        """When (monotonic clock) the parent kills the attempt; 0: never."""
        return float(_KILL_AT.unpack_from(self._memory, self._at + _KILL_AT_AT)[0])

    @kill_at.setter
    def kill_at(self, value: float) -> None:
        _KILL_AT.pack_into(self._memory, self._at + _KILL_AT_AT, value)

    def put_off(self, seconds: float) -> None:
        """The attempt lost time that is not its own fault."""
        if self.kill_at:
            self.kill_at += seconds

    @property
    def taken(self) -> int:
        """Messages that children of this slot have taken up."""
        return int(_TAKEN.unpack_from(self._memory, self._at + _TAKEN_AT)[0])

    @property
    def busy(self) -> bool:
        """Whether the child has an attempt in hand."""
        return self._memory[self._at] != Phase.IDLE

    @property
    def pid(self) -> int:
        """The child's process id; 0 when there is none."""
        return int(_PHASE.unpack_from(self._memory, self._at + 4)[0])

    def request(self, cause: Cause, attempt: Attempt, reason: str) -> None:
        """Say why ``attempt`` is to end; concerns no other attempt."""
        self._request(cause, attempt, reason)

    def read(self) -> Reading:
        """The slot's present content."""
        phase, pid, ti, dispatch, since, kill_at, nonce = _OWN.unpack_from(self._memory, self._at)
        cause, for_ti, for_dispatch, reason = _REQUEST.unpack_from(self._memory, self._at + _REQUEST_AT)
        if (for_ti, for_dispatch) != (ti, dispatch):
            cause, reason = Cause.NONE, b""
        return Reading(
            self.index,
            Phase(phase),
            pid,
            Attempt(ti, dispatch),
            since,
            kill_at,
            str(UUID(bytes=nonce)),
            Cause(cause),
            reason.rstrip(b"\0").decode(errors="ignore"),
        )

    def _write(self, phase: Phase, pid: int, attempt: Attempt, since: float, nonce: bytes) -> None:
        _OWN.pack_into(self._memory, self._at, phase, pid, attempt.ti, attempt.dispatch, since, 0.0, nonce)

    def _request(self, cause: Cause, attempt: Attempt, reason: str) -> None:
        text = reason.encode()[:120]
        _REQUEST.pack_into(self._memory, self._at + _REQUEST_AT, cause, attempt.ti, attempt.dispatch, text)
