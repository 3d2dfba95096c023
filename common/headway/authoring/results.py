"""How one execution of a task instance ended: data that a worker stores and acts on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from headway.states import Outcome

#: XCom key under which a branching or short-circuiting task tells the scheduler what it decided:
#: ``{"followed": [task ids]}`` or ``{"skipped": [task ids]}``.
SKIP_KEY = "skipmixin_key"
RETURN_KEY = "return_value"
#: XCom key under which an instance of a mapped task leaves its own name, rendered from ``map_index_template``.
NAME_KEY = "rendered_map_index"


@dataclass(frozen=True, slots=True)
class TaskError:
    """Why a task failed: the exception's class name, its message and what of its traceback is the user's.

    ``exception`` is for callbacks in the same process; it is never stored.
    """

    kind: str
    message: str
    traceback: str
    exception: BaseException = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True, slots=True)
class AssetUpdate:
    """One event of an asset that a task has updated: ``extra`` is its own, ``aliases`` those it was reported under.

    Of an asset that was named by reference alone, ``name`` or ``uri`` is empty.
    """

    name: str
    uri: str
    group: str = "asset"
    extra: Mapping[str, Any] = field(default_factory=dict)
    aliases: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deferral:
    """A wait that a trigger takes over; made by ``deferral.deferral_of``.

    ``kwargs`` are the trigger's arguments and ``method_kwargs`` those of the method that goes on, both as JSON text;
    ``label`` says to people what is waited for.
    """

    classpath: str
    kwargs: str
    method_name: str
    method_kwargs: str
    timeout: timedelta | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The end of one dispatch.

    ``outcome`` is SUCCESS, FAILED, SKIPPED, RETRY, RESCHEDULED, DEFERRED or INTERRUPTED (stopped from
    outside; the caller decides the state). ``xcoms`` (key → encoded text) belong into the transaction
    that ends the attempt; what user code pushed itself is stored already. ``lengths`` are those of XComs
    over which other tasks are mapped. ``decision`` repeats the XCom ``SKIP_KEY`` decoded. ``updates`` are the
    assets that a SUCCESS has brought up to date. ``retry_after`` is in seconds and set for RETRY only.
    """

    outcome: Outcome
    xcoms: Mapping[str, str] = field(default_factory=dict)
    error: TaskError | None = None
    decision: Mapping[str, list[str]] | None = None
    retry_after: float | None = None
    reschedule_at: datetime | None = None
    deferral: Deferral | None = None
    updates: Sequence[AssetUpdate] = ()
    lengths: Mapping[str, int] = field(default_factory=dict)
